/* SPDX-License-Identifier: GPL-2.0-only */
/* kernel.h - a kernel on disk: an Image, its modules, and its identity by content. */
#ifndef KDUEL_KERNELS_FILES_KERNEL_H
#define KDUEL_KERNELS_FILES_KERNEL_H

#include "lib/err.h"
#include "lib/strvec.h"

struct kernel {
	char hash[65]; /* sha256 over the Image and every module's path and content */
	char *dir; /* cache directory that holds everything below; owned, as all strings */
	char *image; /* file to boot */
	char *modules_root; /* holds lib/modules/RELEASE (with modules.dep), or NULL */
	char *release, *arch;
	char *origin; /* for people: which package and version, or which file */
	char *config; /* file, or NULL when not known */
	char *debug; /* file with its DWARF (debug_info.h), or NULL */
	char config_hash[65]; /* "" when not known */
	bool planned; /* not there: it would be built (build_hooks.dry); only named, hash is "" */
	struct strvec
		extra; /* files of modules that were built for it later (runner/kernels/module/module.h) */
};

/* A kernel that is in the cache already, by hash; -ENOENT if it is not. */
int kernel__from_cache(const char *hash, struct kernel **out, struct err *err);
void kernel__free(struct kernel *k);
CLEANUP_POINTER(struct kernel, kernel__free)

/* A kernel being put together in `dir`: "Image", and perhaps "config", "vmlinux.debug" and
 * "lib/modules/RELEASE" are there. Runs depmod, computes the hash, writes meta.json and moves
 * everything to its place in the cache (unless that kernel is there already). */
int kernel__adopt(const char *dir, const char *release, const char *arch, const char *origin,
		  char hash[65], struct err *err);

#endif

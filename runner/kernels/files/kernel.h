/* SPDX-License-Identifier: GPL-2.0-only */
/* kernel.h - a kernel on disk: image, modules, and its identity by content. */
#ifndef KDUEL_KERNELS_FILES_KERNEL_H
#define KDUEL_KERNELS_FILES_KERNEL_H

#include "lib/err.h"
#include "lib/strvec.h"

struct kernel {
	char hash[65]; /* sha256 over the image, and path and content of every module */
	char *dir; /* cache directory with all files below; owned, as all strings */
	char *image; /* file to boot */
	char *modules_root; /* contains lib/modules/RELEASE (with modules.dep), or NULL */
	char *release;
	char *arch; /* Debian's name for it */
	char *origin; /* package and version, or file; shown to the user */
	char *config; /* file; NULL: not known */
	char *debug; /* file with its DWARF (debug_info.h), or NULL */
	char config_hash[65]; /* sha256 of it; "" when not known */
	bool planned; /* does not exist: a dry run would build it (build_hooks.dry); hash is "" */
	struct strvec extra; /* paths of modules built for it later (kernels/module/module.h) */
};

/* Get a kernel from the cache by its hash; free with kernel__free(). -ENOENT: it is not there, or
 * damaged; -ENOTSUP: another version of kduel wrote it, in another format; -EINVAL: not a hash. */
int kernel__from_cache(const char *hash, struct kernel **out, struct err *err);
void kernel__free(struct kernel *k);
/* The file of a module that kduel built for the kernel afterwards, NAME.ko in k->extra; or NULL. */
const char *kernel__extra(const struct kernel *k, const char *name);
CLEANUP_POINTER(struct kernel, kernel__free)

/* Adopt a kernel that was assembled in `dir`, with "Image", and optionally "config",
 * "vmlinux.debug" and "lib/modules/RELEASE". Runs depmod, computes the hash, writes meta.json and
 * moves `dir` to its place in the cache, unless the same kernel is there. 0 or -errno. */
int kernel__adopt(const char *dir, const char *release, const char *arch, const char *origin,
		  char hash[65], struct err *err);

#endif

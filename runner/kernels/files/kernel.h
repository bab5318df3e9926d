/* SPDX-License-Identifier: GPL-2.0-only */
/* kernel.h - a kernel on disk: an Image, its modules, and its identity by content. */
#ifndef KDUEL_KERNELS_FILES_KERNEL_H
#define KDUEL_KERNELS_FILES_KERNEL_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "runner/packages/lock.h"
#include "runner/kernels/build/build.h"

/* Where a kernel comes from: packages, a file, or source; exactly one of them is set. */
struct kernel_spec {
	struct strvec packages; /* name globs: the first that matches wins, newest version of it */
	struct strvec suites; /* where to look, in the order of the sources list */
	char *arch; /* Debian architecture: "arm64" */
	char *image; /* path of an Image, or NULL */
	char *modules; /* directory that holds lib/modules/RELEASE, or NULL */
	struct build_spec *build; /* how to build it from source, or NULL (kernels/build/build.h) */
	char *named; /* name given by `kduel kernel build`, or NULL */
	int line, col; /* place in the plan, for errors found later */
};

struct kernel {
	char hash[65]; /* sha256 over the Image and every module's path and content */
	char *dir; /* cache directory that holds everything below; owned, as all strings */
	char *image; /* file to boot */
	char *modules_root; /* holds lib/modules/RELEASE (with modules.dep), or NULL */
	char *release, *arch;
	char *origin; /* for people: which package and version, or which file */
	char *config; /* file, or NULL when not known */
	char config_hash[65]; /* "" when not known */
	bool planned; /* not there: it would be built (build_hooks.dry); only named, hash is "" */
	struct strvec
		extra; /* files of modules that were built for it later (runner/kernels/module/module.h) */
};

/* Find, download (only what the cache lacks), unpack and identify the kernel that `spec`
 * asks for. Appends what was taken to `lock`; with `want` given, exactly those package
 * versions are used. -ENOENT with what would have matched when no glob matches. A kernel from
 * source is built when the cache lacks it (build.h), with `hooks`. */
int kernel__resolve(const struct kernel_spec *spec, const struct lock *want, struct lock *lock,
		    const struct build_hooks *hooks, struct kernel **out, struct err *err);

/* A kernel that lies about in files. */
struct kernel_files {
	const char *image, *arch;
	const char *modules; /* directory that holds lib/modules/RELEASE, or NULL */
	const char *config; /* file, or NULL */
	const char *origin; /* for people */
	const char *recipe; /* text that is kept with it as build.json, or NULL */
};

/* Copy it into the cache. -ENOEXEC: no image that boots; -ENOENT: no such modules. */
int kernel__from_files(const struct kernel_files *f, struct kernel **out, struct err *err);
/* A kernel that is in the cache already, by hash; -ENOENT if it is not. */
int kernel__from_cache(const char *hash, struct kernel **out, struct err *err);
void kernel__free(struct kernel *k);

/* Is this file something that boots on arm64 (Image, gzip'd Image, EFI zboot)? 0, or
 * -ENOEXEC with what it looks like instead. */
int kernel__check_image(const char *path, struct err *err);
/* Module files (paths below modules_root) that loading `names` needs, dependencies first,
 * each once, into `files`. A name with a leading '?' may be missing; -ENOENT otherwise.
 * Names built into the kernel add nothing, nor does any name when the kernel came without
 * modules: whether it is built in cannot be told from outside. */
int kernel__module_files(const struct kernel *k, const struct strvec *names, struct strvec *files,
			 struct err *err);

#endif

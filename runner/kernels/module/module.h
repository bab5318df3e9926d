/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * module.h - modules that kduel builds for Debian kernels: the kernel's own test_vmalloc, which they
 * come without, and one of ours.
 *
 * Out of tree, from the archive's own headers of that kernel, and its source where a module needs a
 * file of it. The texts are in configs/modules/.
 */
#ifndef KDUEL_KERNELS_MODULE_MODULE_H
#define KDUEL_KERNELS_MODULE_MODULE_H

#include "runner/kernels/module/build.h"
#include "runner/packages/lock.h"

struct ext_module {
	const char *name;
	const char *arch; /* the one that it is for; NULL: any */
	const char *includes; /* a file of the kernel's source, which its text includes as source.c */
};

#define EXT_MODULES 2
extern const struct ext_module ext_module__all[EXT_MODULES];

/* Has `k` the module, by its packages or because it was built for it? */
bool ext_module__is_there(const struct kernel *k, const struct ext_module *m);
/* Build it for `k`, or take it from the cache; *path is owned by the caller. What went in is
 * appended to `lock`; with `want`, exactly that is used. `suites` is where the kernel came from.
 * 0; -ENOENT: the archive lacks headers or source of this kernel; -EOPNOTSUPP: no compiler for
 * its architecture; -EIO: the build failed; `err` says what is missing, or the last lines
 * and where the log is. */
int ext_module__build(const struct kernel *k, const struct ext_module *m,
		      const struct strvec *suites, const struct lock *want, struct lock *lock,
		      char **path, struct err *err);

#endif

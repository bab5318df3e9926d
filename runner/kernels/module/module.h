/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * module.h - modules that kduel builds for Debian kernels: the kernel's own test_vmalloc, which
 * Debian does not ship, and one of kduel's.
 *
 * They are built out of tree, from the kernel's headers in the archive and, if the module includes
 * a file of the kernel, from its source package. Their source is in configs/modules/.
 */
#ifndef KDUEL_KERNELS_MODULE_MODULE_H
#define KDUEL_KERNELS_MODULE_MODULE_H

#include "runner/kernels/module/build.h"
#include "runner/packages/lock.h"

struct ext_module {
	const char *name;
	const char *arch; /* the only architecture that it is for; NULL: any */
	const char *includes; /* kernel source file that it includes as source.c; NULL: none */
};

#define EXT_MODULES 2
extern const struct ext_module ext_module__all[EXT_MODULES];

/* Does the kernel have the module, among its own or in k->extra? Also true if that is not known. */
bool ext_module__is_there(const struct kernel *k, const struct ext_module *m);
/* Build the module for `k`, or take it from the cache. *path is its file; the caller frees. The
 * packages it was built from are appended to `lock`; with `want`, exactly those are used. `suites`
 * is where the kernel came from. 0; -ENOENT: the archive lacks headers or source of this kernel;
 * -EOPNOTSUPP: no compiler for its architecture; -EIO: the build failed. `err` says what is
 * missing, or has the last lines of the log and its path. */
int ext_module__build(const struct kernel *k, const struct ext_module *m,
		      const struct strvec *suites, const struct lock *want, struct lock *lock,
		      char **path, struct err *err);

#endif

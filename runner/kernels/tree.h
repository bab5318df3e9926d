/* SPDX-License-Identifier: GPL-2.0-only */
/* tree.h - a kernel as `make` left it in its build tree. */
#ifndef KDUEL_KERNELS_TREE_H
#define KDUEL_KERNELS_TREE_H

#include "runner/kernels/files/kernel.h"
#include "runner/kernels/spec.h"

/* Zero-initialised it is empty; release in any case. */
struct kernel_tree {
	char *dir; /* where make was run, or its O=; without links */
	char *arch; /* Debian's name */
	char *release, *image, *config; /* the two files lie in it */
	bool modules; /* some of it are modules, and they are built */
	bool unbuilt; /* make has linked nothing in it so far: only dir, arch and config are known */
};

/* Look at a build tree, without running or copying anything. -EINVAL: it is not built to the end, or
 * holds what does not belong together; -ENOEXEC: it is for an architecture that kduel does not boot;
 * `err` says what to do. */
int kernel_tree__read(const char *dir, struct kernel_tree *t, struct err *err);
/* Take its kernel into the cache. Modules come from the tree's own `make modules_install`. 0 or -errno. */
int kernel_tree__import(const struct kernel_tree *t, struct kernel **out, struct err *err);
void kernel_tree__release(struct kernel_tree *t);

/* What is meant by a directory: spec->tree where a kernel was configured in it, else spec->image, by the names
 * that kbuild and distributions give, and spec->modules where lib/modules is beside it. What is set in `spec`
 * already is kept. -ENOENT: it holds neither. */
int kernel_tree__spec(const char *dir, struct kernel_spec *spec, struct err *err);

#endif

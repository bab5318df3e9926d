/* SPDX-License-Identifier: GPL-2.0-only */
/* tree.h - a kernel in its build tree, as `make` left it. */
#ifndef KDUEL_KERNELS_TREE_H
#define KDUEL_KERNELS_TREE_H

#include "runner/kernels/files/kernel.h"
#include "runner/kernels/spec.h"

/* Zero-initialise it before use, and release it even if kernel_tree__read() fails. */
struct kernel_tree {
	char *dir; /* where make was run, or its O= directory; absolute, without symlinks */
	char *arch; /* Debian's name for it */
	char *release, *image, *config; /* image and config are paths below dir */
	bool modules; /* the configuration has modules, and they are built */
	bool unbuilt; /* neither image nor vmlinux exists: only dir, arch and config are set */
};

/* Examine a build tree, without running or copying anything. -EINVAL: its build is not finished, or
 * it holds files that do not belong together; -ENOEXEC: kduel does not boot its architecture. `err`
 * says what to do. */
int kernel_tree__read(const char *dir, struct kernel_tree *t, struct err *err);
/* Import its kernel into the cache; modules come from the tree's own `make modules_install`. 0 or
 * -errno. */
int kernel_tree__import(const struct kernel_tree *t, struct kernel **out, struct err *err);
void kernel_tree__release(struct kernel_tree *t);

/* Find out what kind of kernel a directory holds. Sets spec->tree if a kernel was configured in it;
 * otherwise spec->image, by the names that kbuild and distributions use, and spec->modules if
 * lib/modules is there. Members already set are kept. -ENOENT: it holds no kernel. */
int kernel_tree__spec(const char *dir, struct kernel_spec *spec, struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* root_tree.h - the directory tree that becomes the guest's root file system. */
#ifndef KDUEL_GUEST_ROOT_TREE_H
#define KDUEL_GUEST_ROOT_TREE_H

#include "lib/err.h"
#include "lib/strvec.h"

/* Unpack the packages to `dir`, which is created, and do what workloads need of what the maintainer
 * scripts would have done. 0 or -errno with `err`. */
int root_tree__build(const char *dir, const struct strvec *debs, struct err *err);
/* The bytes that the tree takes in a file system with 4 KiB blocks, and the number of its files. 0
 * or -errno. */
int root_tree__measure(const char *dir, uint64_t *bytes, uint64_t *files);

#endif

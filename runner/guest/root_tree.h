/* SPDX-License-Identifier: GPL-2.0-only */
/* root_tree.h - the directory tree that becomes the guest's root file system. */
#ifndef KDUEL_GUEST_ROOT_TREE_H
#define KDUEL_GUEST_ROOT_TREE_H

#include "lib/err.h"
#include "lib/strvec.h"

/* Unpack the packages below `dir` (made here) and do by hand what their maintainer scripts
 * would have done for the workloads. 0 or -errno with `err` set. */
int root_tree__build(const char *dir, const struct strvec *debs, struct err *err);
/* Bytes and files the tree takes in a file system of 4 KiB blocks. 0 or -errno. */
int root_tree__measure(const char *dir, uint64_t *bytes, uint64_t *files);

#endif

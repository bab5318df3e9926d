/* SPDX-License-Identifier: GPL-2.0-only */
/* module_tree.h - copies lib/modules/RELEASE without what a boot does not need. */
#ifndef KDUEL_KERNELS_FILES_MODULE_TREE_H
#define KDUEL_KERNELS_FILES_MODULE_TREE_H

#include "lib/err.h"

/* Bytes of a module, unpacked; with debug information they have tens of megabytes. */
#define MODULE_MAX (64u << 20)
/* Bytes and entries of a tree of modules: links may lead to anything, and to one thing in many ways. */
#define MODULE_TREE_MAX (8ull << 30)
#define MODULE_TREE_ENTRIES_MAX 50000u

/* Copy modules and the lists that the build made of them (modules.order, modules.builtin, ...) from
 * one directory to another, which is there. `follow`: what links lead to is copied in their place,
 * wherever it is; else links are left out. -ELOOP: a link leads to a directory above it; -ENOENT:
 * a module is a link to nothing; -EINVAL: a module is no ordinary file; -EFBIG: more than
 * MODULE_TREE_MAX or MODULE_TREE_ENTRIES_MAX; -EBUSY: a file was written while it was copied; 0 or
 * -errno. */
int module_tree__copy(const char *from, const char *to, bool follow, struct err *err);
/* Refuse compressed modules below `dir` that unpack to more than MODULE_MAX: depmod(8) would
 * unpack them without a bound. -EFBIG, or -EINVAL for a damaged one. */
int module_tree__check(const char *dir, struct err *err);
/* Is this the name of a module, plain or compressed? */
bool module_tree__is_module(const char *name);

#endif

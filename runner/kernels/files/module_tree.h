/* SPDX-License-Identifier: GPL-2.0-only */
/* module_tree.h - copies lib/modules/RELEASE without what a boot does not need. */
#ifndef KDUEL_KERNELS_FILES_MODULE_TREE_H
#define KDUEL_KERNELS_FILES_MODULE_TREE_H

#include "lib/err.h"

/* Bytes of an uncompressed module. With debug information it may have tens of megabytes. */
#define MODULE_MAX (64u << 20)
/* Limits of a module tree, in bytes and in entries. Followed symlinks may lead to large trees, or
 * to the same one many times. */
#define MODULE_TREE_MAX (8ull << 30)
#define MODULE_TREE_ENTRIES_MAX 50000u

/* Copy modules and the lists that kbuild makes of them (modules.order, modules.builtin, ...) to the
 * existing directory `to`. With `follow`, symlinks are replaced by copies of what they point to,
 * wherever that is; otherwise they are left out. -ELOOP: a symlink points to a directory above it;
 * -ENOENT: a module is a dangling symlink; -EINVAL: a module is not a regular file; -EFBIG: more
 * than MODULE_TREE_MAX or MODULE_TREE_ENTRIES_MAX; -EBUSY: a file was written while it was copied;
 * 0 or another -errno. */
int module_tree__copy(const char *from, const char *to, bool follow, struct err *err);
/* Refuse compressed modules below `dir` that uncompress to more than MODULE_MAX, as depmod(8) would
 * uncompress them without a limit. -EFBIG, or -EINVAL for a damaged one. */
int module_tree__check(const char *dir, struct err *err);
/* Is this the file name of a module, compressed or not? */
bool module_tree__is_module(const char *name);

#endif

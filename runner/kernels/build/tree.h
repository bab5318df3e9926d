/* SPDX-License-Identifier: GPL-2.0-only */
/* tree.h - lists, hashes and copies the files of a source directory. */
#ifndef KDUEL_KERNELS_BUILD_TREE_H
#define KDUEL_KERNELS_BUILD_TREE_H

#include "lib/err.h"
#include "lib/strvec.h"

/* Append the paths of its files relative to `dir`, sorted. In a git working tree these are the
 * files that git tracks or would add, so that neither build output nor .git is included; otherwise
 * all files and symlinks. -EINVAL: not the source of a kernel; or another -errno. */
int build_tree__list(const char *dir, struct strvec *files, struct err *err);
/* sha256 over the names, modes and contents of these files. 0 or -errno. */
int build_tree__hash(const char *dir, const struct strvec *files, char hash[65], struct err *err);
/* Copy these files, with their modes and symlinks, to the existing directory `to`. 0 or -errno. */
int build_tree__copy(const char *dir, const struct strvec *files, const char *to, struct err *err);

/* Make the same tree in the existing directory `to`, with hard links to its files. 0 or -errno. */
int build_tree__link(const char *dir, const char *to, struct err *err);

#endif

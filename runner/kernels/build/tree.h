/* SPDX-License-Identifier: GPL-2.0-only */
/* tree.h - a user's source directory: which files are source, what is in them, a copy. */
#ifndef KDUEL_KERNELS_BUILD_TREE_H
#define KDUEL_KERNELS_BUILD_TREE_H

#include "lib/err.h"
#include "lib/strvec.h"

/* Paths below `dir`, sorted: what git knows or would add when it is a work tree (so neither
 * what was built there nor .git), else every file and link. -EINVAL: no kernel source. */
int build_tree__list(const char *dir, struct strvec *files, struct err *err);
/* sha256 over names, modes and contents. */
int build_tree__hash(const char *dir, const struct strvec *files, char hash[65], struct err *err);
/* Copy the files with their modes and links as they are; `to` exists. */
int build_tree__copy(const char *dir, const struct strvec *files, const char *to, struct err *err);

/* The same tree at `to`, which exists, with the files as hard links. */
int build_tree__link(const char *dir, const char *to, struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* patch.h - applies patches as git does, and tells which hunk does not apply. */
#ifndef KDUEL_KERNELS_BUILD_PATCH_H
#define KDUEL_KERNELS_BUILD_PATCH_H

#include "lib/err.h"
#include "runner/kernels/build/state.h"

/* Apply the patches of the spec to b->src, in order: mails as `git am` does, anything else as `git
 * apply` does, without fuzz and never outside of b->src. For a directory, the first of its files
 * that applies. -EINVAL, with patch, file and hunk in `err`; -EOPNOTSUPP: git cannot be run. */
int build_patch__apply(struct build *b, struct err *err);
/* The directory of a change that ships with kduel, with patches for several ranges of versions:
 * configs/patches/NAME. NULL: there is none, `name` is a file. The caller frees. */
char *build_patch__named(const char *name);
/* The first failure in the output of `git apply --reject --verbose`, as one line: "mm/mmap.c: hunk
 * 2 of 3 does not apply at line 123", "there is no mm/mmap.c". NULL: there is none. The caller
 * frees. */
char *build_patch__complaint(const char *output);

#endif

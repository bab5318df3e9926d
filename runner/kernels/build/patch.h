/* SPDX-License-Identifier: GPL-2.0-only */
/* patch.h - applies patches as git does, and says which hunk does not apply. */
#ifndef KDUEL_KERNELS_BUILD_PATCH_H
#define KDUEL_KERNELS_BUILD_PATCH_H

#include "lib/err.h"
#include "runner/kernels/build/state.h"

/* Apply the patches of the spec to b->src, in order: mails as `git am` does, all else as `git apply`
 * does, without fuzz and never outside of b->src. Of a directory, the first of its files that applies.
 * -EINVAL with patch, file and hunk. */
int build_patch__apply(struct build *b, struct err *err);
/* The directory of a change that kduel brings itself, for several ranges of versions: configs/patches/NAME. The
 * caller frees; NULL: there is none, and a file is meant. */
char *build_patch__named(const char *name);
/* The first failure in the output of `git apply --reject --verbose`, in one line: "mm/mmap.c: hunk 2 of 3 does not
 * apply at line 123", "there is no mm/mmap.c". The caller frees; NULL when there is none. Takes any
 * text. */
char *build_patch__complaint(const char *output);

#endif

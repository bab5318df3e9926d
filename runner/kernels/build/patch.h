/* SPDX-License-Identifier: GPL-2.0-only */
/* patch.h - what patch(1) says when a patch does not apply. */
#ifndef KDUEL_KERNELS_BUILD_PATCH_H
#define KDUEL_KERNELS_BUILD_PATCH_H

#include "lib/base.h"

/* The first failure in the output of `patch`, in one line: "mm/mmap.c: hunk 2 of 3 does not
 * apply at line 123", "there is no mm/mmap.c". The caller frees; NULL when there is none. Takes any
 * text. */
char *build_patch__complaint(const char *said);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* tools.h - the programs and headers that building a kernel needs on this host. */
#ifndef KDUEL_KERNELS_BUILD_TOOLS_H
#define KDUEL_KERNELS_BUILD_TOOLS_H

#include "lib/err.h"
#include "runner/kernels/build/state.h"

/* 0, or -EOPNOTSUPP with the missing packages in `err`. */
int build_tools__check(const struct build *b, struct err *err);

#endif

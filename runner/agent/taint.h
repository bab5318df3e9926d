/* SPDX-License-Identifier: GPL-2.0-only */
/* taint.h - did the kernel complain while something was measured? */
#ifndef KDUEL_TAINT_H
#define KDUEL_TAINT_H

#include "lib/base.h"

/* A reader of the kernel log that stands at its end; -1 where the log cannot be read. */
int taint__open(void);
/* Read what was logged since the last call and say whether a warning, bug, oops or lockup
 * was among it, or so much that records were lost unseen. `fd` -1: never. */
bool taint__check(int fd);

#endif

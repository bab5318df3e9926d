/* SPDX-License-Identifier: GPL-2.0-only */
/* taint.h - check whether the kernel logged a warning during a measurement. */
#ifndef KDUEL_TAINT_H
#define KDUEL_TAINT_H

#include "lib/base.h"

/* Open the kernel log, positioned at its end. Returns a descriptor, or -1 if it cannot be read. */
int taint__open(void);
/* Read what was logged since the last call. Returns true if that includes a warning, bug, oops or
 * lockup, or if records were lost. If `fd` is -1, returns false. */
bool taint__check(int fd);

#endif

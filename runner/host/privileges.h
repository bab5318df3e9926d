/* SPDX-License-Identifier: GPL-2.0-only */
/* privileges.h - what this user may not measure on the running system, and what would allow it. */
#ifndef KDUEL_HOST_PRIVILEGES_H
#define KDUEL_HOST_PRIVILEGES_H

#include "lib/strvec.h"

/* Append a sentence for each measurement that is denied: what, why, and which capability or sysctl
 * gives it back. Nothing is appended for root. `root` is the directory that has /proc: "" here. */
void privileges__lacks(const char *root, struct strvec *lacks);

#endif

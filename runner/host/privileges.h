/* SPDX-License-Identifier: GPL-2.0-only */
/* privileges.h - measurements for which this user lacks privileges, and what would allow them. */
#ifndef KDUEL_HOST_PRIVILEGES_H
#define KDUEL_HOST_PRIVILEGES_H

#include "lib/strvec.h"

/* Append a sentence for each measurement that is not permitted: what, why, and which capability or
 * sysctl would permit it. Nothing is appended for root. `root` is the directory that has /proc; "" for
 * this host. */
void privileges__lacks(const char *root, struct strvec *lacks);

#endif

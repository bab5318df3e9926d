/* SPDX-License-Identifier: GPL-2.0-only */
/* init.h - the duties of process 1 in a disposable guest. */
#ifndef KDUEL_INIT_H
#define KDUEL_INIT_H

#include "lib/err.h"
#include "runner/agent/cmdline.h"
#include "runner/agent/modules.h"

/* Set up the system: mount what programs expect, read the kernel command line, load modules, change to
 * the root image, set up network interfaces and environment. On failure `cl` and `m` are set as far as
 * it got. 0, or -errno with `err` set. */
int init__system(struct cmdline *cl, struct modules *m, struct err *err);
/* Sync and power off. Does not return. */
void init__power_off(void) __noreturn;

#endif

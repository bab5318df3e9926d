/* SPDX-License-Identifier: GPL-2.0-only */
/* init.h - the duties of process 1 in a guest that is thrown away afterwards. */
#ifndef KDUEL_INIT_H
#define KDUEL_INIT_H

#include "lib/err.h"
#include "runner/agent/cmdline.h"
#include "runner/agent/modules.h"

/* Mount what every program expects, read the kernel command line, load modules, change to
 * the root image, bring up the loopback interface. Afterwards the system is ready for work.
 * `cl` and `m` are filled as far as it got. 0, or -errno with `err` set. */
int init__system(struct cmdline *cl, struct modules *m, struct err *err);
/* Write everything back and switch the machine off. Does not return. */
void init__power_off(void) __noreturn;

#endif

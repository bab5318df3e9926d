/* SPDX-License-Identifier: GPL-2.0-only */
/* loop.h - the agent's main loop: jobs from the host, one at a time, and a heartbeat. */
#ifndef KDUEL_LOOP_H
#define KDUEL_LOOP_H

#include "runner/agent/agent.h"

/* Send WIRE_HELLO and serve jobs until the host sends quit or the connection ends. After quit, send the
 * kernel log and WIRE_BYE. 0 after quit, else -errno with `err` set. */
int loop__serve(struct agent *a, struct err *err);

#endif

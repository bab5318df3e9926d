/* SPDX-License-Identifier: GPL-2.0-only */
/* alone.h - let only one agent run at a time on a machine that is not rebooted for each. */
#ifndef KDUEL_AGENT_ALONE_H
#define KDUEL_AGENT_ALONE_H

#include "lib/err.h"

/* Lock the file `path` until this process ends, and write our pid into it. If an older agent has the
 * lock (its host may be gone without the agent noticing), end that agent first. 0; -EBUSY: it cannot be
 * ended; or another -errno. */
int alone__claim(const char *path, struct err *err);
/* On SIGTERM, end in an orderly way, as if the host had hung up. `fd` is the descriptor that we read
 * from. */
void alone__heed_term(int fd);

#endif

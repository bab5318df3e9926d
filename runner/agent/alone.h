/* SPDX-License-Identifier: GPL-2.0-only */
/* alone.h - one agent at a time on a machine that is not booted for each. */
#ifndef KDUEL_AGENT_ALONE_H
#define KDUEL_AGENT_ALONE_H

#include "lib/err.h"

/* Let no other agent run while we do: hold the file `path`, which says who we are, and end the agent
 * that has it, whose host may have gone away unheard. 0; -EBUSY when it cannot be ended; or -errno. */
int alone__claim(const char *path, struct err *err);
/* End as if the host had hung up when SIGTERM comes: with all that was started. `fd` is where we read
 * from. */
void alone__heed_term(int fd);

#endif

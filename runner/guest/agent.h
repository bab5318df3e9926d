/* SPDX-License-Identifier: GPL-2.0-only */
/* agent.h - finds the agent, and what else is built beside it. */
#ifndef KDUEL_GUEST_AGENT_H
#define KDUEL_GUEST_AGENT_H

#include "lib/err.h"

/* The static agent for an architecture ("arm64", "amd64"): $KDUEL_AGENT_DIR, beside the
 * program, or where it is installed. -ENOENT lists the directories searched. Caller frees. */
int guest__find_agent(const char *arch, char **path, struct err *err);
/* The same for any file that is built with the agents ("tlbmodel.so"). */
int guest__find_beside(const char *name, char **path, struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* agent.h - finds the agent, and what is built along with it. */
#ifndef KDUEL_GUEST_AGENT_H
#define KDUEL_GUEST_AGENT_H

#include "lib/err.h"

/* Path of the static agent for an architecture ("arm64", "amd64"): in $KDUEL_AGENT_DIR, beside the
 * program, or where it is installed. The caller frees. -ENOENT lists the directories searched;
 * -EINVAL: there is no agent for that architecture. */
int guest__find_agent(const char *arch, char **path, struct err *err);
/* The same for any file that is built along with the agents ("tlbmodel.so"). */
int guest__find_beside(const char *name, char **path, struct err *err);

#endif

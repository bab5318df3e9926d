/* SPDX-License-Identifier: GPL-2.0-only */
/* process_tree.h - kill the processes that a job has left running, including indirect children. */
#ifndef KDUEL_PROCESS_TREE_H
#define KDUEL_PROCESS_TREE_H

#include "lib/base.h"
#include <sys/types.h>

/* Become a subreaper, so that orphaned descendants become our children. */
void process_tree__adopt(void);
/* Kill and reap the remaining processes of a job: as process 1 (`init`) all processes except ourselves;
 * otherwise the process group `pgid` and all our children. Returns when they are gone, or after a
 * second. */
void process_tree__kill(bool init, pid_t pgid);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* process_tree.h - kill what a job leaves running, down to grandchildren. */
#ifndef KDUEL_PROCESS_TREE_H
#define KDUEL_PROCESS_TREE_H

#include "lib/base.h"
#include <sys/types.h>

/* Become the subreaper: orphans of our descendants become our children, as those of process 1 do. */
void process_tree__adopt(void);
/* Kill and reap what is left of a job: as process 1 every process but ourselves, otherwise
 * the group `pgid` and every child of ours. Returns when they are gone, or after a second. */
void process_tree__kill(bool init, pid_t pgid);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* kin.h - the processes that a job leaves behind. */
#ifndef KDUEL_KIN_H
#define KDUEL_KIN_H

#include "lib/base.h"
#include <sys/types.h>

/* Make orphans of our descendants our own children, as those of process 1 are. */
void kin__adopt(void);
/* Kill and reap what is left of a job: as process 1 every process but ourselves, otherwise
 * the group `pgid` and every child of ours. Returns when they are gone, or after a second. */
void kin__kill(bool init, pid_t pgid);

#endif

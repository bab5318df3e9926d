/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rundir.h - a private directory per boot, below TMPDIR, or /var/tmp.
 *
 * Its name carries the owner's process id and start time, so that one left by a
 * process that is gone can be told from one in use.
 */
#ifndef KDUEL_HOST_RUNDIR_H
#define KDUEL_HOST_RUNDIR_H

#include "lib/err.h"

/* Make one; the caller frees the path. NULL with `err` set. */
char *rundir__make(struct err *err);
/* Remove the directories of processes that are gone; returns how many. */
int rundir__sweep(void);

#endif

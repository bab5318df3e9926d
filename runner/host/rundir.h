/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rundir.h - a private directory per boot, below TMPDIR, or /var/tmp.
 *
 * Its name contains the process id and start time of its owner, which distinguishes one that was
 * left by a dead process from one in use.
 */
#ifndef KDUEL_HOST_RUNDIR_H
#define KDUEL_HOST_RUNDIR_H

#include "lib/err.h"

/* Make one; the caller frees the path. NULL with `err` and errno set. */
char *rundir__make(struct err *err);
/* Remove the directories of processes that are gone; returns how many. */
int rundir__sweep(void);

#endif

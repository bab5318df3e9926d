/* SPDX-License-Identifier: GPL-2.0-only */
/* rundir.h - a private directory per boot, below TMPDIR, or /var/tmp. */
#ifndef KDUEL_HOST_RUNDIR_H
#define KDUEL_HOST_RUNDIR_H

#include "lib/tmpdir.h"

/* Make one. 0; or -errno, with dir->path NULL. */
int rundir__make(struct tmpdir *dir, struct err *err);
/* Remove the directories that nobody holds; returns how many. */
int rundir__sweep(void);

#endif

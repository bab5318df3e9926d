/* SPDX-License-Identifier: GPL-2.0-only */
/* rundir.h - a private directory for each boot, in $TMPDIR or /var/tmp. */
#ifndef KDUEL_HOST_RUNDIR_H
#define KDUEL_HOST_RUNDIR_H

#include "lib/tmpdir.h"

/* Make a run directory; the caller calls tmpdir__remove(). 0; or -errno, with dir->path NULL. */
int rundir__make(struct tmpdir *dir, struct err *err);
/* Remove run directories whose process is gone. Returns how many. */
int rundir__sweep(void);

#endif

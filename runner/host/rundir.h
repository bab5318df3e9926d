/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rundir.h - a private directory per boot, below TMPDIR, or /var/tmp.
 *
 * It belongs to the processes that hold a lock on it: whoever makes it, and the supervisor of what
 * runs in it. Once all of them are gone, in whatever way, the next kduel removes it.
 */
#ifndef KDUEL_HOST_RUNDIR_H
#define KDUEL_HOST_RUNDIR_H

#include "lib/err.h"

struct rundir {
	char *path;
	int fd; /* holds the lock */
};

/* Make one. 0; or -errno, with dir->path NULL. */
int rundir__make(struct rundir *dir, struct err *err);
/* Remove it with all that is in it, if it is still there; safe on one that was not made. */
void rundir__remove(struct rundir *dir);
/* For a second owner: a descriptor that holds the lock, too, or -errno. */
int rundir__hold(const char *path);
/* Remove the directories that nobody holds; returns how many. */
int rundir__sweep(void);

#endif

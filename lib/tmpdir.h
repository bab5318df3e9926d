/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tmpdir.h - private temporary directories that are cleaned up even after a crash.
 *
 * A directory belongs to the processes that hold a flock(2) on it: its creator, the children that
 * inherited the descriptor, and callers of tmpdir__hold(). Once all of them are gone, however they
 * ended, the next sweep removes it. This works across containers, where a process ID means nothing.
 */
#ifndef KDUEL_LIB_TMPDIR_H
#define KDUEL_LIB_TMPDIR_H

#include "lib/err.h"

struct tmpdir {
	char *path; /* NULL: no directory */
	int fd; /* holds the lock */
};

/* Create PARENT/PREFIXxxxxxx with a random suffix. 0, or -errno with `err` and dir->path NULL. */
int tmpdir__make(struct tmpdir *dir, const char *parent, const char *prefix, struct err *err);
/* Remove it with its contents, if still there; safe on one that was not made. */
void tmpdir__remove(struct tmpdir *dir);
/* For a second owner: a descriptor that also holds the lock, or -errno. */
int tmpdir__hold(const char *path);
/* Remove directories in `parent` with this prefix that are ours and not locked; returns how many.
 * Names for which `skip` (may be NULL) returns true are left alone. */
int tmpdir__sweep(const char *parent, const char *prefix, bool (*skip)(const char *name));

#endif

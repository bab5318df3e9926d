/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tmpdir.h - private temporary directories that outlive nobody.
 *
 * One belongs to the processes that hold a lock on it, flock(2): whoever made it, its children, and who
 * took a lock of its own. Once all of them are gone, in whatever way, the next sweep removes it. Also
 * across containers, where a process id means nothing.
 */
#ifndef KDUEL_LIB_TMPDIR_H
#define KDUEL_LIB_TMPDIR_H

#include "lib/err.h"

struct tmpdir {
	char *path; /* NULL: there is none */
	int fd; /* holds the lock */
};

/* Make PARENT/PREFIXxxxxxx. 0; or -errno, with dir->path NULL. */
int tmpdir__make(struct tmpdir *dir, const char *parent, const char *prefix, struct err *err);
/* Remove it with all that is in it, if it is still there; safe on one that was not made. */
void tmpdir__remove(struct tmpdir *dir);
/* For a second owner: a descriptor that holds the lock, too, or -errno. */
int tmpdir__hold(const char *path);
/* Remove what is called PREFIX... in `parent`, is ours, and held by nobody; returns how many. Names for
 * which `skip` is true are left alone; NULL: none. */
int tmpdir__sweep(const char *parent, const char *prefix, bool (*skip)(const char *name));

#endif

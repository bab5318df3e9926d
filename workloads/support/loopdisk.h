/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * loopdisk.h - a disk in memory: a loop device on a file, which detaches itself.
 *
 * It vanishes with its last user, once it is closed here and unmounted. A killed worker leaves
 * neither behind, as its mounts are in its own namespace (see tmpfs.h). Unlike a brd disk, it
 * counts its reads in /proc/diskstats.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_LOOPDISK_H
#define KDUEL_WORKLOADS_SUPPORT_LOOPDISK_H

#include "lib/err.h"

struct loopdisk {
	int fd; /* -1: none */
	char name[16]; /* "loop0" */
	char path[32]; /* "/dev/loop0" */
};

/* Create a sparse file of `bytes` at `path` and attach a loop device to it. 0 or -errno with `err`
 * set. */
int loopdisk__open(struct loopdisk *d, const char *path, uint64_t bytes, struct err *err);
/* May be called more than once; a mounted device stays until it is unmounted. */
void loopdisk__close(struct loopdisk *d);

#endif

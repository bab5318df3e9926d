/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * loopdisk.h - a disk in memory: a loop device on a file, which detaches itself.
 *
 * It is gone when its last user is: when it is closed here and unmounted. A worker that was
 * killed leaves neither behind, since its mounts are in a namespace of its own (see tmpfs.h). Other
 * than brd's disks it counts its reads in /proc/diskstats.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_LOOPDISK_H
#define KDUEL_WORKLOADS_SUPPORT_LOOPDISK_H

#include "lib/err.h"

struct loopdisk {
	int fd; /* -1: none */
	char name[16]; /* "loop0" */
	char path[32]; /* "/dev/loop0" */
};

/* Make a sparse file of `bytes` at `path` and put a loop device on it. 0 or -errno with `err`
 * set. */
int loopdisk__open(struct loopdisk *d, const char *path, uint64_t bytes, struct err *err);
/* Once more than once is fine; a mounted device lives on until it is unmounted. */
void loopdisk__close(struct loopdisk *d);

#endif

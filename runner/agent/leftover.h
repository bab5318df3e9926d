/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * leftover.h - what a workload may leave behind in a guest: mounts, block devices, modules in use,
 * processes, directories of jobs, shared memory.
 */
#ifndef KDUEL_LEFTOVER_H
#define KDUEL_LEFTOVER_H

#include "lib/strvec.h"

/* Append what is there now, sorted: "mount /mnt tmpfs", "block dm-0", "module brd", "process
 * memcached", "directory kduel-job-x", "shm 0". `root` is "" (a test has its own).
 * A loop device that is bound to nothing does not count, nor does a module that nobody uses;
 * process 1, kernel threads and zombies are no processes. */
void leftover__list(const char *root, struct strvec *out);
/* What is in `now` and was not in `before`, joined by ", "; the caller frees; "" if nothing. */
char *leftover__more(const struct strvec *before, const struct strvec *now);

#endif

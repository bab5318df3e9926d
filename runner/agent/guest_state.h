/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest_state.h - list the state of a guest that a workload must restore: mounts, block devices,
 * modules in use, processes, directories of jobs, shared memory.
 */
#ifndef KDUEL_GUEST_STATE_H
#define KDUEL_GUEST_STATE_H

#include "lib/strvec.h"

/* Append the current state, sorted: "mount /mnt tmpfs", "block dm-0", "module brd", "process
 * memcached", "directory kduel-job-x", "shm 0". `root` is "", except in tests. Unbound loop devices,
 * unused modules, process 1, kernel threads and zombies are left out. */
void guest_state__list(const char *root, struct strvec *out);
/* The entries that `now` has in addition to `before`, joined by ", "; "" if there are none. The caller
 * frees. */
char *guest_state__added(const struct strvec *before, const struct strvec *now);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest_state.h - the state of a guest that a workload must leave as it found it: mounts, block
 * devices, modules in use, processes, directories of jobs, shared memory.
 */
#ifndef KDUEL_GUEST_STATE_H
#define KDUEL_GUEST_STATE_H

#include "lib/strvec.h"

/* Append the present state, sorted: "mount /mnt tmpfs", "block dm-0", "module brd", "process
 * memcached", "directory kduel-job-x", "shm 0". `root` is "" (a test has its own).
 * Unbound loop devices and unused modules are left out, and so are process 1, kernel threads and
 * zombies. */
void guest_state__list(const char *root, struct strvec *out);
/* What `now` has beyond `before`, joined by ", "; "" if nothing. The caller frees. */
char *guest_state__added(const struct strvec *before, const struct strvec *now);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* handover.h - the agent as /init on a real machine: find the root file system by its UUID, mount it,
 * and exec its init. */
#ifndef KDUEL_AGENT_HANDOVER_H
#define KDUEL_AGENT_HANDOVER_H

#include "lib/base.h"

/* Was this initramfs made for a handover (runner/wire/handover.h)? */
bool handover__wanted(void);
/* Hand over to the machine's init; `argv` is that of this process. Returns only on failure, after
 * printing the reason to the console. The caller should then exit: the kernel panics if /init exits,
 * and reboots by panic=. */
void handover__run(char **argv);
/* The UUID, as text, of an ext4, xfs or btrfs file system in a file or device. 0; -EUCLEAN: it has no
 * such file system; or another -errno. */
int handover__read_uuid(const char *path, char uuid[37]);
/* By the kernel's command line (ro, rw), is the root to be mounted read-write? */
bool handover__is_rw(const char *cmdline);

#endif

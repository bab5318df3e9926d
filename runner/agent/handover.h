/* SPDX-License-Identifier: GPL-2.0-only */
/* handover.h - as /init of a real machine: find the root by its UUID, mount it, become its init. */
#ifndef KDUEL_AGENT_HANDOVER_H
#define KDUEL_AGENT_HANDOVER_H

#include "lib/base.h"

/* Is this initramfs for that (runner/wire/handover.h)? */
bool handover__wanted(void);
/* Do it; `argv` is that of this process. It returns only when it cannot, having said why on the console:
 * the kernel panics when its /init ends, and restarts by panic=. */
void handover__run(char **argv);
/* The UUID of the file system in a file or device, as text (37 bytes), of ext4, xfs and btrfs.
 * 0 or -errno; -EUCLEAN: none of them is there. */
int handover__read_uuid(const char *path, char uuid[37]);
/* Does the kernel's command line say that the root is to be written to? */
bool handover__is_rw(const char *cmdline);

#endif

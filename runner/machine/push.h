/* SPDX-License-Identifier: GPL-2.0-only */
/* push.h - copy a file to a machine atomically: under its name there it is either complete, or not
 * there at all. */
#ifndef KDUEL_MACHINE_PUSH_H
#define KDUEL_MACHINE_PUSH_H

#include "runner/machine/ssh.h"

/* Shell function `sum FILE`: print the SHA-256 of a file. */
#define PUSH_SUM "sum() { h=$(sha256sum <\"$1\" | head -c 64); echo \"${h%% *}\"; }\n"

/*
 * Copy the file `from` to `name`, executable, in directory `dir` of the machine, unless it is there
 * already with the right content. The copy is written under a temporary name, synced, verified by
 * SHA-256, and renamed. If `family` is not NULL, other files whose names begin with it are older
 * versions and are removed. `dir` is created if necessary, accessible to its owner only. 0, or -errno;
 * with ssh->fault if the machine is at fault.
 */
int push__file(struct ssh *s, const char *from, const char *dir, const char *family,
	       const char *name, struct err *err);

#endif

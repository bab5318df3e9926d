/* SPDX-License-Identifier: GPL-2.0-only */
/* push.h - copy a file to a machine so that its name there means all of it, or nothing. */
#ifndef KDUEL_MACHINE_PUSH_H
#define KDUEL_MACHINE_PUSH_H

#include "runner/machine/ssh.h"

/* For scripts: sum FILE prints its SHA-256, of as much as a checksum has of what sha256sum says. */
#define PUSH_SUM "sum() { h=$(sha256sum <\"$1\" | head -c 64); echo \"${h%% *}\"; }\n"

/*
 * Copy the file `from` into directory `dir` of the machine as `name`, executable, unless it is there
 * already: under another name, synced, its SHA-256 compared there, renamed. Names that begin with
 * `family` and are not `name` are older versions and removed (NULL: none are). `dir` is made for this user alone. 0 or
 * -errno with ssh->fault.
 */
int push__file(struct ssh *s, const char *from, const char *dir, const char *family,
	       const char *name, struct err *err);

#endif

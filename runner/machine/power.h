/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * power.h - control a machine's power by the commands in its file, which run on this host. Their
 * exit status proves nothing; a new boot id does (boot.h), or the answer to `status`.
 */
#ifndef KDUEL_MACHINE_POWER_H
#define KDUEL_MACHINE_POWER_H

#include "runner/machine/file.h"

enum power_verb { POWER_ON, POWER_OFF, POWER_CYCLE, POWER_STATUS, POWER_VERBS };

const char *power__name(enum power_verb verb); /* "cycle" */
/* Does the machine's file have this command? */
bool power__has(const struct machine *m, enum power_verb verb);
/* Can the machine be power-cycled, by `cycle` or by `off` and `on`? */
bool power__can_cycle(const struct machine *m);
/* Run a command; after deadlines.power its process group is killed. *said is the last line of its
 * output, made printable (the caller frees; never NULL). 0 if its exit status is 0; -ENOENT: the
 * file has no such command; -ETIMEDOUT; -EIO: another exit status; or another -errno. `err` names
 * the command and what it printed. */
int power__run(const struct machine *m, enum power_verb verb, char **said, struct err *err);
/* Run `off`, wait until `status` says off (at most deadlines.power; 5 seconds if the state cannot be
 * read), then run `on`, even if `off` failed. Returns as power__run(), for the first command that
 * failed. */
int power__off_and_on(const struct machine *m, struct err *err);
/* Run `cycle`, or power__off_and_on() if the file has no such command. */
int power__cycle(const struct machine *m, struct err *err);

/* Parse the answer to `status` from ipmitool, Redfish tools, and others that say "on" or "off". */
enum power_state { POWER_IS_UNKNOWN, POWER_IS_OFF, POWER_IS_ON };
enum power_state power__parse_state(const char *said);

#endif

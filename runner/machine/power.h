/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * power.h - a machine's power, by commands of its file that run on this host. What they return is no
 * proof: a new boot id is (boot), or an answer to `status`.
 */
#ifndef KDUEL_MACHINE_POWER_H
#define KDUEL_MACHINE_POWER_H

#include "runner/machine/file.h"

enum power_verb { POWER_ON, POWER_OFF, POWER_CYCLE, POWER_STATUS, POWER_VERBS };

const char *power__name(enum power_verb verb); /* "cycle" */
/* Is there a command for it? */
bool power__has(const struct machine *m, enum power_verb verb);
/* Can the machine be taken through off and on: by `cycle`, or by `off` and `on`? */
bool power__can_cycle(const struct machine *m);
/* Run the command under deadlines.power, then kill its process group. *said is its last line, fit for
 * people (the caller frees; never NULL). 0 when it ended with 0; -ENOENT: no such command; -ETIMEDOUT;
 * -EIO: it ended otherwise; `err` says which command, and what it printed. */
int power__run(const struct machine *m, enum power_verb verb, char **said, struct err *err);
/* `off`, a wait until `status` says so (at most deadlines.power) or 5 seconds without `status`, `on`, which
 * is said whatever came of `off`. 0 or as power__run(), of the first that failed. */
int power__off_and_on(const struct machine *m, struct err *err);
/* `cycle`, else off and on. */
int power__cycle(const struct machine *m, struct err *err);

/* What the answer to `status` says, of ipmitool, Redfish and whatever else says on or off in words. */
enum power_state { POWER_IS_UNKNOWN, POWER_IS_OFF, POWER_IS_ON };
enum power_state power__parse_state(const char *said);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tune.h - settings of a real machine, changed before the agent starts and restored at the end.
 *
 * The old values are first written to a file on the machine, with the boot id that they belong to.
 * If kduel is killed, the file stays, and the next one that takes the machine restores them.
 */
#ifndef KDUEL_MACHINE_TUNE_H
#define KDUEL_MACHINE_TUNE_H

#include "runner/machine/hold.h"

/*
 * Run hold->settings, a shell script that calls these functions:
 *   files NAME VALUE PATTERN   write VALUE to all matching files; fails if there are none
 *   swap                       turn off all swap areas
 *   lacks NAME                 fail: the machine has no such setting
 * Each value is read back; settings that already have it are not written. On failure those that were
 * changed are restored. 0; -EOPNOTSUPP: a setting cannot be changed; or another -errno; with
 * ssh->fault.
 */
int machine_tune__apply(struct machine_hold *h, struct err *err);
/*
 * Restore changed settings, newest first. One that somebody else has changed since is left alone,
 * which hold->notes says. 0, even if there is nothing to do; or -errno with ssh->fault.
 */
int machine_tune__restore(struct machine_hold *h, struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tune.h - settings of a real machine: changed before the agent starts, restored at the end.
 *
 * The old values are written to a file on the machine first, with the boot that they belong to. A kduel
 * that was killed leaves it, and the next one that takes the machine restores them.
 */
#ifndef KDUEL_MACHINE_TUNE_H
#define KDUEL_MACHINE_TUNE_H

#include "runner/machine/hold.h"

/*
 * Change hold->settings, which is shell and calls
 *   files NAME VALUE PATTERN   write VALUE to all files that there are; fails when there is none
 *   swap                       turn off all swap areas
 *   lacks NAME                 the machine has no such setting
 * Each is read back. What is so already is left alone. On failure those that were changed are restored.
 * -EOPNOTSUPP with ssh->fault.
 */
int machine_tune__apply(struct machine_hold *h, struct err *err);
/*
 * Restore what is still changed, newest first. A setting that somebody else has changed since is left
 * alone, and hold->notes says so. 0 also when there is nothing to do; or -errno with ssh->fault.
 */
int machine_tune__restore(struct machine_hold *h, struct err *err);

#endif

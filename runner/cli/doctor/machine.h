/* SPDX-License-Identifier: GPL-2.0-only */
/* machine.h - the checks of `kduel machine check`. */
#ifndef KDUEL_CLI_DOCTOR_MACHINE_H
#define KDUEL_CLI_DOCTOR_MACHINE_H

#include "runner/machine/file.h"

/* Check everything that kduel needs on a machine, without changing anything there. Prints a line
 * for each check. */
void doctor__machine(const struct machine *m);

/* Reboot the machine from within its own system and then, if its file has commands for that, with a
 * power cycle. Each must result in a new boot id. */
void doctor__machine_reboot(const struct machine *m);

#endif

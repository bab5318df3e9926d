/* SPDX-License-Identifier: GPL-2.0-only */
/* machine.h - what `kduel machine check` looks at. */
#ifndef KDUEL_CLI_DOCTOR_MACHINE_H
#define KDUEL_CLI_DOCTOR_MACHINE_H

#include "runner/machine/file.h"

/* Look at all that kduel needs of a machine, changing nothing there: a line for each. */
void doctor__machine(const struct machine *m);

/* Reboot the machine through its own system, then through its power if its file has commands for that:
 * each is proven by another boot id. */
void doctor__machine_reboot(const struct machine *m);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* machine.h - what `kduel machine check` looks at. */
#ifndef KDUEL_CLI_DOCTOR_MACHINE_H
#define KDUEL_CLI_DOCTOR_MACHINE_H

#include "runner/machine/file.h"

/* Look at all that kduel needs of a machine, changing nothing there: a line for each. */
void doctor__machine(const struct machine *m);

#endif

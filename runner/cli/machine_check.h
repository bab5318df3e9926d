/* SPDX-License-Identifier: GPL-2.0-only */
/* machine_check.h - `kduel machine check`. */
#ifndef KDUEL_CLI_MACHINE_CHECK_H
#define KDUEL_CLI_MACHINE_CHECK_H

/* Look at all that kduel needs of a machine and print a line for each. Returns an exit code. */
int machine_check__run(const char *name);

#endif

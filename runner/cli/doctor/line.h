/* SPDX-License-Identifier: GPL-2.0-only */
/* line.h - output of the checks of `kduel doctor` and `kduel machine check`. */
#ifndef KDUEL_CLI_DOCTOR_LINE_H
#define KDUEL_CLI_DOCTOR_LINE_H

#include "lib/base.h"

/* Print the result of a check; `state` is "ok" or "note". */
void doctor__line(const char *state, const char *fmt, ...) __printf(2, 3);
/* Print that something required is missing, and count it: the command will fail. */
void doctor__lacks(const char *fmt, ...) __printf(1, 2);

unsigned int doctor__missing(void); /* how often doctor__lacks() was called */

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* line.h - what the checks of `kduel doctor` share. */
#ifndef KDUEL_CLI_DOCTOR_LINE_H
#define KDUEL_CLI_DOCTOR_LINE_H

#include "lib/base.h"

/* Print one line of the answer; `state` is "ok" or "note". */
void doctor__line(const char *state, const char *fmt, ...) __printf(2, 3);
/* The same for something needed that is missing; doctor's exit code becomes 3. */
void doctor__lacks(const char *fmt, ...) __printf(1, 2);

unsigned int doctor__missing(void); /* how many lines of that kind there were */

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* line.h - what the checks of `kduel doctor` share. */
#ifndef KDUEL_CLI_DOCTOR_LINE_H
#define KDUEL_CLI_DOCTOR_LINE_H

#include "lib/base.h"

/* Print one line of the answer; `state` is "ok" or "note". */
void doctor__line(const char *state, const char *fmt, ...) __printf(2, 3);
/* The same for something needed that is missing; doctor's exit code becomes 3. */
void doctor__lacks(const char *fmt, ...) __printf(1, 2);

/* Which QEMUs are there, what each is good for, and what would be fetched. */
void doctor__qemu(void);
/* Is the machine fit for measuring times: settings that make them vary and what to set, a measured
 * probe of how much they do, what this user may not see. Takes about 0.3 s. */
void doctor__measure(void);
/* Which counters the CPU gives, seen by making each count known work. */
void doctor__pmu(void);

#endif

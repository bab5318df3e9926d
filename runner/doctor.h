/* SPDX-License-Identifier: GPL-2.0-only */
/* doctor.h - what the checks of `kduel doctor` share. */
#ifndef KDUEL_DOCTOR_H
#define KDUEL_DOCTOR_H

#include "lib/base.h"

/* Print one line of the answer; `state` is "ok" or "note". */
void doctor__line(const char *state, const char *fmt, ...) __printf(2, 3);
/* The same for something needed that is missing; doctor's exit code becomes 3. */
void doctor__lacks(const char *fmt, ...) __printf(1, 2);

/* Which QEMUs are there, what each is good for, and what would be fetched. */
void doctor__qemu(void);

#endif

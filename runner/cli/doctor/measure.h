/* SPDX-License-Identifier: GPL-2.0-only */
/* measure.h - check whether this machine is fit for measuring times. */
#ifndef KDUEL_CLI_DOCTOR_MEASURE_H
#define KDUEL_CLI_DOCTOR_MEASURE_H

/* Print the settings that make times vary, how much they vary in a short test, what this user may
 * not measure, and which counters the CPU has. Takes about 0.3 s. */
void doctor__measure(void);

#endif

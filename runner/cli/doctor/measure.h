/* SPDX-License-Identifier: GPL-2.0-only */
/* measure.h - is the machine fit for measuring times? */
#ifndef KDUEL_CLI_DOCTOR_MEASURE_H
#define KDUEL_CLI_DOCTOR_MEASURE_H

/* Settings that make times vary and what to set, a measured probe of how much they do, and what
 * this user may not see. Takes about 0.3 s. */
void doctor__measure(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* pmu.h - check which hardware counters work. */
#ifndef KDUEL_CLI_DOCTOR_PMU_H
#define KDUEL_CLI_DOCTOR_PMU_H

/* Print for a few events whether they can be counted, tested with known work. */
void doctor__pmu(void);

#endif

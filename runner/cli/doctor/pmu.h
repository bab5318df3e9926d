/* SPDX-License-Identifier: GPL-2.0-only */
/* pmu.h - counters that the CPU has. */
#ifndef KDUEL_CLI_DOCTOR_PMU_H
#define KDUEL_CLI_DOCTOR_PMU_H

/* Which counters the CPU gives, found by making each count known work. */
void doctor__pmu(void);

#endif

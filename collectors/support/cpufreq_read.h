/* SPDX-License-Identifier: GPL-2.0-only */
/* cpufreq_read.h - the frequencies of the CPUs, as cpufreq has them. */
#ifndef KDUEL_COLLECTORS_SUPPORT_CPUFREQ_READ_H
#define KDUEL_COLLECTORS_SUPPORT_CPUFREQ_READ_H

#include "lib/base.h"

struct cpufreq {
	unsigned int cpus; /* that have a scaling_cur_freq; 0: there is no cpufreq */
	double mean_mhz, lowest_mhz; /* of those */
	/* Over all policies: time by frequency since the system was started (stats/time_in_state,
	 * ticks of USER_HZ, which is 100); 0: the driver does not count it. */
	double ticks, mhz_ticks; /* the second: each multiplied with its frequency */
};

/* Below `root` ("" is the running system). */
void cpufreq__read(const char *root, struct cpufreq *f);
/* Add the lines "KHZ TICKS" of a time_in_state. Takes any text: false, and nothing added, when a
 * line is another one. */
bool cpufreq__add_states(const char *text, struct cpufreq *f);
/* Mean frequency in between, MHz; NAN when no time was counted. */
double cpufreq__mean(const struct cpufreq *before, const struct cpufreq *after);

#endif

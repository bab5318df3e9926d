/* SPDX-License-Identifier: GPL-2.0-only */
/* cpufreq_read.h - the frequencies of the CPUs, as cpufreq reports them. */
#ifndef KDUEL_COLLECTORS_SUPPORT_CPUFREQ_READ_H
#define KDUEL_COLLECTORS_SUPPORT_CPUFREQ_READ_H

#include "lib/base.h"

struct cpufreq {
	unsigned int cpus; /* number of CPUs with scaling_cur_freq; 0: there is no cpufreq */
	double mean_mhz, lowest_mhz; /* of those */
	/* Sums over all policies since the system was started (stats/time_in_state, in ticks of
	 * USER_HZ, which is 100); 0: the driver does not count them. */
	double ticks, mhz_ticks; /* mhz_ticks: ticks times frequency */
};

/* Read the files below `root` ("": the running system). */
void cpufreq__read(const char *root, struct cpufreq *f);
/* Add the lines "KHZ TICKS" of time_in_state. Accepts any text: false, with nothing added, if a
 * line has another form. */
bool cpufreq__add_states(const char *text, struct cpufreq *f);
/* Mean frequency between the two readings, in MHz; NAN if no time was counted. */
double cpufreq__mean(const struct cpufreq *before, const struct cpufreq *after);

#endif

// SPDX-License-Identifier: GPL-2.0-only
/* cpufreq_read.c - reads scaling_cur_freq of each CPU and time_in_state of each policy. */
#include "collectors/support/cpufreq_read.h"
#include "collectors/support/sysfs.h"
#include "lib/fs.h"

#include <math.h>

#define CPUS "/sys/devices/system/cpu"
#define STATES_MAX (64u << 10)

static void read_cpus(const char *root, struct cpufreq *f)
{
	_free_ char *dir = xasprintf("%s" CPUS, root);
	_cleanup_(strvec__release) struct strvec cpus = { 0 };
	double sum = 0;
	int64_t khz;

	sysfs__numbered(dir, "cpu", &cpus);
	for (size_t i = 0; i < cpus.n; i++) {
		if (!sysfs__number(&khz, "%s/%s/cpufreq/scaling_cur_freq", dir, cpus.v[i]) ||
		    khz <= 0)
			continue;
		sum += (double)khz / 1000;
		if (!f->cpus++ || (double)khz / 1000 < f->lowest_mhz)
			f->lowest_mhz = (double)khz / 1000;
	}
	if (f->cpus)
		f->mean_mhz = sum / f->cpus;
}

/* Parse decimal digits at *at and move past them. Unlike strtoull(3), it accepts no sign and no
 * blanks. */
static bool parse_number(const char **at, uint64_t *v)
{
	char *end;

	if (**at < '0' || **at > '9')
		return false;
	errno = 0;
	*v = strtoull(*at, &end, 10);
	*at = end;
	return !errno;
}

/* Lines "KHZ TICKS" (Documentation/cpu-freq/cpufreq-stats.rst); a tick is 10 ms. */
bool cpufreq__add_states(const char *text, struct cpufreq *f)
{
	double ticks = 0, mhz_ticks = 0;
	uint64_t khz, n;

	while (*text) {
		if (!parse_number(&text, &khz) || *text++ != ' ' || !parse_number(&text, &n) ||
		    (*text && *text++ != '\n'))
			return false;
		ticks += (double)n;
		mhz_ticks += (double)n * ((double)khz / 1000);
	}
	f->ticks += ticks;
	f->mhz_ticks += mhz_ticks;
	return true;
}

static void read_states(const char *root, struct cpufreq *f)
{
	_free_ char *dir = xasprintf("%s" CPUS "/cpufreq", root);
	_cleanup_(strvec__release) struct strvec policies = { 0 };

	sysfs__numbered(dir, "policy", &policies);
	for (size_t i = 0; i < policies.n; i++) {
		_free_ char *path = xasprintf("%s/%s/stats/time_in_state", dir, policies.v[i]);
		_free_ char *text = NULL;

		if (!fs__read(path, STATES_MAX, &text, NULL))
			cpufreq__add_states(text, f);
	}
}

void cpufreq__read(const char *root, struct cpufreq *f)
{
	*f = (struct cpufreq){ 0 };
	read_cpus(root, f);
	read_states(root, f);
}

double cpufreq__mean(const struct cpufreq *before, const struct cpufreq *after)
{
	double ticks = after->ticks - before->ticks;

	return ticks > 0 ? (after->mhz_ticks - before->mhz_ticks) / ticks : NAN;
}

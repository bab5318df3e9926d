// SPDX-License-Identifier: GPL-2.0-only
/* measure.c - check whether this machine is quiet and steady enough to measure times on it. */
#include "runner/cli/doctor/measure.h"

#include "collectors/support/env_read.h"
#include "lib/clock.h"
#include "runner/cli/doctor/line.h"
#include "runner/cli/doctor/pmu.h"
#include "runner/host/privileges.h"

#define PROBE_NS 500e3 /* approximate length of a round */
#define MS 1e6 /* ns */
#define NOISY_PCT 5.0

enum { PROBE_ROUNDS = 400, MEDIAN = PROBE_ROUNDS / 2, P95 = PROBE_ROUNDS * 95 / 100 };

/* Settings that affect times: the value that is best, and what the others cause. */
static const struct advice {
	const char *fact, *good, *why;
} advice[] = {
	{ "governor", "performance", "the clock follows the load; tune: {governor: performance}" },
	{ "boost", "off",
	  "the clock depends on temperature and on idle neighbours; tune: {boost: off}" },
	{ "smt", "0", "sibling threads share a core; use one of each pair, or boot with nosmt" },
	{ "numa-balancing", "0",
	  "the kernel moves pages while it is measured; tune: {numa_balancing: off}" },
	{ "swap", "none", "memory that is short shows as disk time; tune: {swap: off}" },
	{ "nmi-watchdog", "0", "it holds one of the CPU's counters; tune: {nmi_watchdog: off}" },
};

/* For env__read(): compare a setting with its best value. */
static void judge(void *arg __unused, const char *key, const char *value)
{
	if (streq(value, "absent") || str_starts(value, "unreadable"))
		return;
	/* The vDSO reads these three; any other clock source takes a system call. */
	if (streq(key, "clocksource") && !streq(value, "tsc") &&
	    !streq(value, "arch_sys_counter") && !streq(value, "kvm-clock"))
		doctor__line("note",
			     "measuring: clock source %s: reading it takes a large part of a "
			     "short measurement",
			     value);
	for (size_t i = 0; i < ARRAY_SIZE(advice); i++) {
		if (!streq(advice[i].fact, key))
			continue;
		if (streq(value, advice[i].good))
			doctor__line("ok", "measuring: %s is %s", key, value);
		else
			doctor__line("note", "measuring: %s is %s: %s", key, value, advice[i].why);
	}
}

/* How long n additions take, in ns; `volatile` keeps the compiler from optimising them away. */
static uint64_t spin(uint64_t n)
{
	volatile uint64_t x = 0;
	uint64_t start = clock__ns();

	for (uint64_t i = 0; i < n; i++)
		x += i;
	(void)x;
	return clock__ns() - start;
}

/* For qsort(); not a subtraction, as the difference may not fit into an int. */
static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Time the same work again and again; the differences are the machine's noise. */
static void probe(void)
{
	static uint64_t ns[PROBE_ROUNDS];
	uint64_t calibrate = 100000, took, n;
	double slow;

	spin(calibrate); /* warm up */
	took = spin(calibrate);
	n = took ? (uint64_t)((double)calibrate * PROBE_NS / (double)took) : calibrate;
	for (size_t i = 0; i < PROBE_ROUNDS; i++)
		ns[i] = spin(n);
	qsort(ns, PROBE_ROUNDS, sizeof(ns[0]), by_value);
	slow = 100 * ((double)ns[P95] / (double)ns[MEDIAN] - 1);
	doctor__line(slow < NOISY_PCT ? "ok" : "note",
		     "measuring: of %d rounds of the same work "
		     "(%.2f ms each), one in twenty takes %.1f %% longer or more%s",
		     PROBE_ROUNDS, (double)ns[MEDIAN] / MS, slow,
		     slow < NOISY_PCT ? "" : ": something else runs here, or the clock varies");
}

/* Notes only, as kduel can measure nevertheless. */
void doctor__measure(void)
{
	_cleanup_(strvec__release) struct strvec lacks = { 0 };

	env__read("", judge, NULL);
	probe();
	privileges__lacks("", &lacks);
	for (size_t i = 0; i < lacks.n; i++)
		doctor__line("note", "measuring: %s", lacks.v[i]);
	doctor__pmu();
}

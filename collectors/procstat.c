// SPDX-License-Identifier: GPL-2.0-only
/* procstat: what the CPUs did in an iteration, from /proc/stat; ticks of USER_HZ, which is 100. */
#include "collectors/support/delta.h"

static const struct metric metrics[] = {
	DELTA_METRIC("context_switches", "events", COUNT, "of all CPUs"),
	DELTA_METRIC("forks", "events", COUNT, "processes and threads made"),
	DELTA_METRIC("interrupts", "events", COUNT, "of all kinds"),
	DELTA_METRIC("cpu.user", "s", TIME, "time in user space, all CPUs"),
	DELTA_METRIC("cpu.system", "s", TIME, "time in the kernel"),
	DELTA_METRIC("cpu.idle", "s", TIME, "idle time"),
	DELTA_METRIC("cpu.iowait", "s", TIME, "idle time that waited for I/O"),
	DELTA_METRIC("cpu.softirq", "s", TIME, "time in soft interrupts"),
	DELTA_METRIC("cpu.steal", "s", TIME, "time that a hypervisor took"),
	{ .name = NULL },
};

static const struct delta_at at[] = {
	{ "/proc/stat", "ctxt", 1, 1 },	  { "/proc/stat", "processes", 1, 1 },
	{ "/proc/stat", "intr", 1, 1 },	  { "/proc/stat", "cpu", 1, 0.01 },
	{ "/proc/stat", "cpu", 3, 0.01 }, { "/proc/stat", "cpu", 4, 0.01 },
	{ "/proc/stat", "cpu", 5, 0.01 }, { "/proc/stat", "cpu", 7, 0.01 },
	{ "/proc/stat", "cpu", 8, 0.01 },
};

static int collect(struct job *job, enum collect_phase phase)
{
	return delta__collect(job, phase, metrics, at);
}

const struct collector col_procstat = {
	.name = "procstat",
	.version = 1,
	.summary = "context switches, forks, interrupts, CPU times: /proc/stat",
	.metrics = metrics,
	.phases = COLLECT_BEFORE_ITERATION | COLLECT_AFTER_ITERATION,
	.max_s = 5,
	.collect = collect,
	.release = job__free_priv,
};

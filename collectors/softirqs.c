// SPDX-License-Identifier: GPL-2.0-only
/* softirqs: soft interrupts of an iteration by kind, from /proc/stat. */
#include "collectors/support/delta.h"

static const struct metric metrics[] = {
	DELTA_METRIC("timer", "events", COUNT, "timers"),
	DELTA_METRIC("net_tx", "events", COUNT, "packets sent"),
	DELTA_METRIC("net_rx", "events", COUNT, "packets received"),
	DELTA_METRIC("block", "events", COUNT, "block I/O done"),
	DELTA_METRIC("tasklet", "events", COUNT, "tasklets"),
	DELTA_METRIC("sched", "events", COUNT, "load balancing"),
	DELTA_METRIC("hrtimer", "events", COUNT, "high-resolution timers"),
	DELTA_METRIC("rcu", "events", COUNT, "RCU callbacks"),
	{ .name = NULL },
};

static const struct delta_at at[] = {
	{ "/proc/stat", "softirq", 3, 1 },  { "/proc/stat", "softirq", 4, 1 },
	{ "/proc/stat", "softirq", 5, 1 },  { "/proc/stat", "softirq", 6, 1 },
	{ "/proc/stat", "softirq", 8, 1 },  { "/proc/stat", "softirq", 9, 1 },
	{ "/proc/stat", "softirq", 10, 1 }, { "/proc/stat", "softirq", 11, 1 },
};

static int collect(struct job *job, enum collect_phase phase)
{
	return delta__collect(job, phase, metrics, at);
}

const struct collector col_softirqs = {
	.name = "softirqs",
	.version = 1,
	.summary = "soft interrupts by kind: /proc/stat",
	.metrics = metrics,
	.phases = COLLECT_BEFORE_ITERATION | COLLECT_AFTER_ITERATION,
	.max_s = 5,
	.collect = collect,
	.release = job__free_priv,
};

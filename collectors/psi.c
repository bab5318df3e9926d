// SPDX-License-Identifier: GPL-2.0-only
/* psi: how long tasks waited in an iteration, from /proc/pressure. */
#include "collectors/support/delta.h"

static const struct metric metrics[] = {
	DELTA_METRIC("cpu.some", "us", TIME, "a task waited for a CPU"),
	DELTA_METRIC("io.some", "us", TIME, "a task waited for I/O"),
	DELTA_METRIC("io.full", "us", TIME, "all tasks waited for I/O"),
	DELTA_METRIC("memory.some", "us", TIME, "a task waited for memory"),
	DELTA_METRIC("memory.full", "us", TIME, "all tasks waited for memory"),
	{ .name = NULL },
};

static const struct delta_at at[] = {
	{ "/proc/pressure/cpu", "some", 0, 1 },	   { "/proc/pressure/io", "some", 0, 1 },
	{ "/proc/pressure/io", "full", 0, 1 },	   { "/proc/pressure/memory", "some", 0, 1 },
	{ "/proc/pressure/memory", "full", 0, 1 },
};

static int collect(struct job *job, enum collect_phase phase)
{
	return delta__collect(job, phase, metrics, at);
}

const struct collector col_psi = {
	.name = "psi",
	.version = 1,
	.summary = "time lost to shortage of CPU, memory, I/O: PSI",
	.metrics = metrics,
	.phases = COLLECT_BEFORE_ITERATION | COLLECT_AFTER_ITERATION,
	.max_s = 5,
	.collect = collect,
	.release = job__free_priv,
};

// SPDX-License-Identifier: GPL-2.0-only
/* vmstat: what memory management did in an iteration, from /proc/vmstat. */
#include "collectors/support/delta.h"

static const struct metric metrics[] = {
	DELTA_METRIC("pgfault", "events", COUNT, "page faults"),
	DELTA_METRIC("pgmajfault", "events", COUNT, "page faults that needed I/O"),
	DELTA_METRIC("pgfree", "events", COUNT, "pages freed"),
	DELTA_METRIC("thp_fault_alloc", "events", COUNT, "huge pages that faults got"),
	DELTA_METRIC("thp_split_pmd", "events", COUNT, "huge mappings that were split"),
	DELTA_METRIC("compact_stall", "events", COUNT, "waits for compaction"),
	DELTA_METRIC("allocstall_normal", "events", COUNT, "waits for reclaim"),
	DELTA_METRIC("pgmigrate_success", "events", COUNT, "pages migrated"),
	DELTA_METRIC("numa_hint_faults", "events", COUNT, "faults for NUMA balancing"),
	DELTA_METRIC("pswpin", "events", COUNT, "pages swapped in"),
	DELTA_METRIC("pswpout", "events", COUNT, "pages swapped out"),
	{ .name = NULL },
};

static const struct delta_at at[] = {
	{ "/proc/vmstat", "pgfault", 1, 1 },
	{ "/proc/vmstat", "pgmajfault", 1, 1 },
	{ "/proc/vmstat", "pgfree", 1, 1 },
	{ "/proc/vmstat", "thp_fault_alloc", 1, 1 },
	{ "/proc/vmstat", "thp_split_pmd", 1, 1 },
	{ "/proc/vmstat", "compact_stall", 1, 1 },
	{ "/proc/vmstat", "allocstall_normal", 1, 1 },
	{ "/proc/vmstat", "pgmigrate_success", 1, 1 },
	{ "/proc/vmstat", "numa_hint_faults", 1, 1 },
	{ "/proc/vmstat", "pswpin", 1, 1 },
	{ "/proc/vmstat", "pswpout", 1, 1 },
};

static int collect(struct job *job, enum collect_phase phase)
{
	return delta__collect(job, phase, metrics, at);
}

const struct collector col_vmstat = {
	.name = "vmstat",
	.version = 1,
	.summary = "page faults, migrations, compaction, swap: /proc/vmstat",
	.metrics = metrics,
	.phases = COLLECT_BEFORE_ITERATION | COLLECT_AFTER_ITERATION,
	.max_s = 5,
	.collect = collect,
	.release = job__free_priv,
};

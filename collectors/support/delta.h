/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * delta.h - collectors of counters that only grow: how much each grew in an iteration. Such a
 * collector is one table and DELTA_COLLECTOR(); the other collectors of an iteration use parts of
 * this.
 */
#ifndef KDUEL_COLLECTORS_SUPPORT_DELTA_H
#define KDUEL_COLLECTORS_SUPPORT_DELTA_H

#include "collectors/collector.h"

/* Find number `field`, counted from 1, after the word `key` at the beginning of a line of `text`;
 * false if there is none. For /proc/vmstat and /proc/stat. */
bool delta__field(const char *text, const char *key, unsigned int field, uint64_t *value);
/* Find "total=" in the line that begins with `key` ("some") in a file of /proc/pressure. */
bool delta__total(const char *text, const char *key, uint64_t *value);

/* Where the kernel prints a counter. */
struct delta_at {
	const char *path, *key;
	unsigned int field; /* 0: delta__total() */
	double scale; /* size of one step in the metric's unit */
};

/* A row of the collector's metrics, which changes in steps of `step`. It describes what happened,
 * which is neither good nor bad in itself. A few events say nothing. */
#define DELTA_FEW 100
#define DELTA_LITTLE 10 /* margin in events; for times it is two steps */
#define DELTA_METRIC(metric, what, basis, step, text)                                        \
	METRIC(.name = metric, .unit = what, .better = BETTER_LOWER, .kind = METRIC_##basis, \
	       .describes = true, .margin_rel = 0.05,                                        \
	       .margin_abs = (METRIC_##basis == METRIC_COUNT ? DELTA_LITTLE : 2) * (step),   \
	       .resolution = step, .floor = METRIC_##basis == METRIC_COUNT ? DELTA_FEW : 0,  \
	       .help = text)

/* Report as a fact SOURCE/status that this system does not have what the collector `job->source`
 * reads, with the reason; there are no samples then. Always returns 0: the campaign goes on. */
int delta__unsupported(struct job *job, const char *fmt, ...) __printf(2, 3);

/* collect() of such a collector, before and after an iteration; at[i] belongs to metrics[i]. A
 * counter that this kernel does not have, or that went backwards, has no sample; if there are no
 * counters at all, it calls delta__unsupported(). Values are kept in job->priv, to be freed. */
int delta__collect(struct job *job, enum collect_phase phase, const struct metric *metrics,
		   const struct delta_at *at);

/*
 * Define the collector `id` from a table with a row for each counter:
 *
 *   #define COUNTERS(ROW) \
 *           ROW(metric, unit, kind, help, path, key, field, scale) ...
 *
 * The first four are arguments of DELTA_METRIC(), the others members of struct delta_at. Other
 * members of the collector (`.needs = ...`) come after the table.
 */
#define DELTA_COLLECTOR(id, text, COUNTERS, ...)                                               \
	static const struct metric metrics[] = { COUNTERS(DELTA_ROW_METRIC){ .name = NULL } }; \
	static const struct delta_at at[] = { COUNTERS(DELTA_ROW_AT) };                        \
	static int collect(struct job *job, enum collect_phase phase)                          \
	{                                                                                      \
		return delta__collect(job, phase, metrics, at);                                \
	}                                                                                      \
	const struct collector col_##id = { .name = #id,                                       \
					    .version = 1,                                      \
					    .summary = text,                                   \
					    .metrics = metrics,                                \
					    .phases = COLLECT_BEFORE_ITERATION |               \
						      COLLECT_AFTER_ITERATION,                 \
					    .max_s = 5,                                        \
					    .collect = collect,                                \
					    .release = job__free_priv,                         \
					    __VA_ARGS__ }
#define DELTA_ROW_METRIC(metric, unit, kind, help, path, key, field, scale) \
	DELTA_METRIC(metric, unit, kind, scale, help),
#define DELTA_ROW_AT(metric, unit, kind, help, path, key, field, scale) { path, key, field, scale },

#endif

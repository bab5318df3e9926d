/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * delta.h - collectors of counters that only grow: what an iteration added to each. Such a collector
 * is one table and DELTA_COLLECTOR(); the other collectors of an iteration use parts of this.
 */
#ifndef KDUEL_COLLECTORS_SUPPORT_DELTA_H
#define KDUEL_COLLECTORS_SUPPORT_DELTA_H

#include "collectors/collector.h"

/* Number `field`, counted from 1, behind the word `key` that begins a line of `text`: false when
 * there is none. For /proc/vmstat and /proc/stat. */
bool delta__field(const char *text, const char *key, unsigned int field, uint64_t *value);
/* "total=" of the line that begins with `key` ("some"), of a file in /proc/pressure. */
bool delta__total(const char *text, const char *key, uint64_t *value);

/* Where the kernel prints a counter. */
struct delta_at {
	const char *path, *key;
	unsigned int field; /* 0: delta__total() */
	double scale; /* of a step, in the metric's unit */
};

/* A row of the collector's metrics, which moves in steps of `step`: what went on, which is neither
 * good nor bad by itself. Of a few events nothing can be said. */
#define DELTA_FEW 100
#define DELTA_LITTLE 10 /* of such events, and two steps of a time */
#define DELTA_METRIC(metric, what, basis, step, text)                                        \
	METRIC(.name = metric, .unit = what, .better = BETTER_LOWER, .kind = METRIC_##basis, \
	       .describes = true, .margin_rel = 0.05,                                        \
	       .margin_abs = (METRIC_##basis == METRIC_COUNT ? DELTA_LITTLE : 2) * (step),   \
	       .resolution = step, .floor = METRIC_##basis == METRIC_COUNT ? DELTA_FEW : 0,  \
	       .help = text)

/* This system does not have what the collector `job->source` reads: a fact SOURCE/status says so,
 * with the reason, and there are no samples. Always 0: the campaign goes on. */
int delta__unsupported(struct job *job, const char *fmt, ...) __printf(2, 3);

/* collect() of such a collector, before and after an iteration; at[i] belongs to metrics[i]. A counter
 * that this kernel does not have, or that went backwards, has no sample; when there is none at all,
 * delta__unsupported(). Values are kept at job->priv, to be freed. */
int delta__collect(struct job *job, enum collect_phase phase, const struct metric *metrics,
		   const struct delta_at *at);

/*
 * Define the collector `id` from a table with a row for each counter:
 *
 *   #define COUNTERS(ROW) \
 *           ROW(metric, unit, kind, help, path, key, field, scale) ...
 *
 * of which the first four are those of DELTA_METRIC() and the others those of struct delta_at. What
 * else the collector has (`.needs = ...`) comes behind the table.
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

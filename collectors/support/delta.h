/* SPDX-License-Identifier: GPL-2.0-only */
/* delta.h - collectors of counters that only grow: what an iteration added to each. */
#ifndef KDUEL_COLLECTORS_SUPPORT_DELTA_H
#define KDUEL_COLLECTORS_SUPPORT_DELTA_H

#include "collectors/collector.h"

/* Number `field`, counted from 1, behind the word `key` that begins a line of `text`: false when
 * there is none. For /proc/vmstat and /proc/stat. */
bool delta__field(const char *text, const char *key, unsigned int field, uint64_t *value);
/* "total=" of the line that begins with `key` ("some"), of a file in /proc/pressure. */
bool delta__total(const char *text, const char *key, uint64_t *value);

/* Where the value of one metric is, in the order of the collector's metrics. */
struct delta_at {
	const char *path, *key;
	unsigned int field; /* 0: delta__total() */
	double scale; /* of a step, in the metric's unit */
};

/* A row of the collector's metrics: what went on, which is neither good nor bad by itself. */
#define DELTA_METRIC(metric, what, basis, text)                                              \
	METRIC(.name = metric, .unit = what, .better = BETTER_LOWER, .kind = METRIC_##basis, \
	       .describes = true, .margin_rel = 0.05, .help = text)

/* This system does not have what the collector `job->source` reads: a fact SOURCE/status says so,
 * with the reason, and there are no samples. Always 0: the campaign goes on. */
int delta__unsupported(struct job *job, const char *fmt, ...) __printf(2, 3);

/* collect() of such a collector, before and after an iteration. A counter that this kernel does not
 * have, or that went backwards, has no sample; when there is none at all, delta__unsupported().
 * Values are kept at job->priv, to be freed. */
int delta__collect(struct job *job, enum collect_phase phase, const struct metric *metrics,
		   const struct delta_at *at);

#endif

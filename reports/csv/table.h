/* SPDX-License-Identifier: GPL-2.0-only */
/* table.h - samples from a CSV file, sorted; only for reports/csv/. */
#ifndef KDUEL_CSV_TABLE_H
#define KDUEL_CSV_TABLE_H

#include "lib/csv.h"
#include "lib/metric.h"
#include "lib/names.h"

struct csv_sample {
	double value;
	uint32_t metric; /* index into metrics */
	uint32_t boot, iter, slot;
	uint32_t line;
	bool b; /* of kernel B, the candidate */
};

struct csv_metric {
	const char *name; /* points into csv_samples.names */
	char *unit; /* owned; "" if the file has none */
	uint32_t line; /* line of its first sample */
	uint32_t unit_line; /* first line with another unit; 0: none */
	char *other_unit; /* owned; that unit */
	enum metric_better better;
	bool primary;
};

struct csv_samples {
	struct names names; /* in order of appearance */
	struct csv_metric *metrics; /* sorted by name */
	size_t n_metrics;
	struct csv_sample *samples; /* sorted by metric, kernel, boot and iteration */
	size_t n_samples;
};

/* Read all rows. 0, or -errno with line and column. Release it in any case. */
int csv_samples__read(struct csv *csv, struct csv_samples *t, struct err *err);
void csv_samples__release(struct csv_samples *t);

#endif

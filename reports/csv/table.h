/* SPDX-License-Identifier: GPL-2.0-only */
/* table.h - samples out of a CSV file, sorted; only for reports/csv/. */
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
	const char *name; /* in names */
	char *unit; /* owned; "" when the file has none */
	uint32_t line; /* where it was first seen */
	uint32_t unit_line; /* where another unit stands; 0: nowhere */
	char *other_unit; /* owned; that unit */
	enum metric_better better;
	bool primary;
};

struct csv_samples {
	struct names names; /* in the order of the file */
	struct csv_metric *metrics; /* by name */
	size_t n_metrics;
	struct csv_sample *samples; /* by metric, kernel, boot and iteration */
	size_t n_samples;
};

/* Read all rows. 0, or -errno with line and column. Release in any case. */
int csv_samples__read(struct csv *csv, struct csv_samples *t, struct err *err);
void csv_samples__release(struct csv_samples *t);

#endif

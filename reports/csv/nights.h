/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nights.h - detects change points in nightly values that kduel did not measure.
 *
 * Columns: metric, night (unsigned integer), value; rows may be in any order, and nights may be
 * missing.
 */
#ifndef KDUEL_CSV_NIGHTS_H
#define KDUEL_CSV_NIGHTS_H

#include "lib/csv.h"
#include "reports/stats/changepoint.h"

struct nights {
	const char *metric;
	uint64_t *nights; /* ascending */
	double *values;
	size_t n;
	struct change *changes; /* owned; they hold indices into nights */
	size_t n_changes;
};

struct nights_table {
	struct nights *v; /* sorted by metric */
	size_t n;
	char **names; /* owned, as are the next two; v[] points into all three */
	uint64_t *all_nights;
	double *all_values;
	size_t n_names;
};

/* Read an open file, of which nothing has been read yet. 0; -EINVAL: malformed text, a value that
 * is not finite, a duplicate night (with line and column), or no row at all; or -errno. Release it
 * in any case. */
int nights_table__read(struct csv *csv, struct nights_table *t, struct err *err);
/* Find the changes in each metric. */
void nights_table__find(struct nights_table *t, const struct changepoint_params *params,
			bool online);
void nights_table__release(struct nights_table *t);

/* Write "metric,alarm_night,change_night,effect_pct,p", sorted by metric and night. 0 or -errno. */
int nights_table__print_csv(const struct nights_table *t, FILE *out, struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nights.h - change points of nightly values that kduel did not measure.
 *
 * Columns: metric, night (a whole number), value; rows in any order, nights may be missing.
 */
#ifndef KDUEL_CSV_NIGHTS_H
#define KDUEL_CSV_NIGHTS_H

#include "lib/csv.h"
#include "reports/stats/changepoint.h"

struct nights {
	const char *metric;
	uint64_t *nights; /* rising */
	double *values;
	size_t n;
	struct change *changes; /* indices into nights */
	size_t n_changes;
};

struct nights_table {
	struct nights *v; /* by metric */
	size_t n;
	char **names; /* what v[].metric points to; owned, as the next two */
	uint64_t *all_nights;
	double *all_values;
	size_t n_names;
};

/* Read a file (opened, nothing read yet) to its end. 0; -EINVAL: broken text, a value that is
 * not finite, a night that is there twice, each with line and column, or no row at all; or
 * -errno. Release in any case. */
int nights_table__read(struct csv *csv, struct nights_table *t, struct err *err);
void nights_table__find(struct nights_table *t, const struct changepoint_params *params,
			bool online);
void nights_table__release(struct nights_table *t);

/* "metric,alarm_night,change_night,effect_pct,p", by metric and night. 0 or -errno. */
int nights_table__print_csv(const struct nights_table *t, FILE *out, struct err *err);

#endif

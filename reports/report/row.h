/* SPDX-License-Identifier: GPL-2.0-only */
/* row.h - from the boots of one metric on all sides to a judged row. */
#ifndef KDUEL_REPORT_ROW_H
#define KDUEL_REPORT_ROW_H

#include "reports/analysis/summary.h"
#include "reports/report/report.h"

/* One side of a row: the series under one key (more than one: definitions are mixed). */
struct report_source {
	const struct report_variant *variant;
	const bool *identical; /* boots of its campaign that repeat another; NULL: none */
	const struct series *series;
	size_t n_series;
	const struct boot_stat *stats; /* of the first series */
	size_t n_stats;
	double event; /* what one event adds to a value; 0: it counts none, or unknown */
	double events; /* how many are behind its median; NAN: see `event` */
	struct summary sum; /* set by report_row__fill() */
};

/* Make a row of 2 sides (candidate, baseline) or of the FACTORIAL_CELLS of a 2x2: all but what
 * its family decides. The first side with a series says what the row is called. */
void report_row__fill(const struct report *r, const struct report_block *b, struct report_source *s,
		      size_t n, struct report_row *row);
/* Append to the notes of a row, which are separated by semicolons. */
void report_row__note(struct report_row *row, const char *fmt, ...) __printf(2, 3);

#endif

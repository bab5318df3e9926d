/* SPDX-License-Identifier: GPL-2.0-only */
/* row.h - judges one metric from its boots on all sides. */
#ifndef KDUEL_REPORT_ROW_H
#define KDUEL_REPORT_ROW_H

#include "reports/analysis/summary.h"
#include "reports/report/report.h"

/* One side of a row: the series with its key. More than one means that definitions are mixed. */
struct report_source {
	const struct report_variant *variant;
	const bool *identical; /* marks boots that are identical to another; NULL: none */
	const struct series *series;
	size_t n_series;
	const struct boot_stat *stats; /* of the first series */
	size_t n_stats;
	/* What one event adds to a value, see report_per__event(); 0: not a count, or unknown. */
	double event;
	double events; /* events behind its median; NAN: derive them from `event` */
	struct summary sum; /* set by report_row__fill() */
};

/* Make a row from 2 sides (candidate, baseline) or the FACTORIAL_CELLS of a 2x2: everything but the
 * adjusted p and the verdict, which need the whole family. Sets s[].sum for the time of the call
 * only. The caller frees what the row owns. */
void report_row__fill(const struct report *r, const struct report_block *b, struct report_source *s,
		      size_t n, struct report_row *row);
/* Append to row->note, separated by a semicolon. */
void report_row__note(struct report_row *row, const char *fmt, ...) __printf(2, 3);

#endif

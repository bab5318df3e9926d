/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compare.h - verdicts on samples from a CSV file, which kduel did not measure.
 *
 * Columns: metric, kernel (A: baseline, B: candidate), slot (place in the boot order), boot, iter,
 * value; optional unit, better (lower, higher), primary (yes, no). Rows may be in any order. The
 * verdicts are those of verdict.h; docs/METHOD.md describes them.
 */
#ifndef KDUEL_CSV_COMPARE_H
#define KDUEL_CSV_COMPARE_H

#include "lib/csv.h"
#include "lib/names.h"
#include "reports/stats/contrast.h"

struct csv_compare_opts {
	double margin; /* relative, for all metrics: 0.02 = 2 % */
	bool bh; /* adjust p with the Benjamini-Hochberg procedure; else padj = p */
	bool paired; /* by block: slots 2i and 2i + 1 form a block */
};

struct csv_comparison_row {
	struct metric metric;
	struct judgement j;
	size_t n_a, n_b; /* boots used in the test (paired: complete blocks) */
	char *note; /* owned: why there is no verdict, or what was left out; NULL: none */
};

struct csv_comparison {
	struct csv_comparison_row *rows; /* sorted by name */
	size_t n_rows;
	unsigned int count[VERDICT_MAX];
	struct names names; /* owns the strings behind rows[].metric.name */
	char **units; /* owned; those of the rows */
};

/* Read an open file, of which nothing has been read yet, and judge every metric. 0; -EINVAL, with
 * line and column: malformed text, a value that is not finite, a duplicate sample, or no sample at
 * all; or -errno. The caller frees with csv_comparison__free(). */
int csv_comparison__make(struct csv *csv, const struct csv_compare_opts *opts,
			 struct csv_comparison **out, struct err *err);
void csv_comparison__free(struct csv_comparison *f); /* NULL is fine */

/*
 * Write
 * "metric,verdict,p,padj,effect_pct,lo_pct,hi_pct,n_a,n_b,change,change_lo,change_hi,change_unit"
 * and one line per row. For a metric that is a share, the change is in percentage points and there
 * is no effect_pct. Numbers have full double precision; nan if there is none. 0 or -errno of the
 * stream.
 */
int csv_comparison__print_csv(const struct csv_comparison *f, FILE *out, struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compare.h - verdicts on numbers that kduel did not measure: a CSV file of samples.
 *
 * Columns: metric, kernel (A: baseline, B: candidate), slot (place in the order of boots),
 * boot, iter, value; optional unit, better (lower, higher), primary (yes, no). Rows stand in
 * any order. The verdicts are those of verdict.h; docs/METHOD.md describes them.
 */
#ifndef KDUEL_CSV_COMPARE_H
#define KDUEL_CSV_COMPARE_H

#include "lib/csv.h"
#include "lib/names.h"
#include "reports/stats/contrast.h"

struct csv_compare_opts {
	double margin; /* relative, for every metric: 0.02 = 2 % */
	bool bh; /* adjust p by Benjamini-Hochberg; else padj = p */
	bool paired; /* by block: slots 2i and 2i + 1 */
};

struct csv_comparison_row {
	struct metric metric;
	struct judgement j;
	size_t n_a, n_b; /* boots that the test used (paired: complete blocks) */
	char *note; /* owned: why there is no verdict, or what was left out; NULL: nothing */
};

struct csv_comparison {
	struct csv_comparison_row *rows; /* by name */
	size_t n_rows;
	unsigned int count[VERDICT_MAX];
	struct names names; /* what rows[].metric.name points to */
	char **units; /* of each row; owned */
};

/* Read a file (opened, nothing read yet) to its end and judge every metric. 0; -EINVAL: broken
 * text, a value that is no finite number, a sample that is there twice, or nothing at all, with
 * line and column; or -errno. The caller frees with csv_comparison__free(). */
int csv_comparison__make(struct csv *csv, const struct csv_compare_opts *opts,
			 struct csv_comparison **out, struct err *err);
void csv_comparison__free(struct csv_comparison *f); /* NULL is fine */

/* Write "metric,verdict,p,padj,effect_pct,lo_pct,hi_pct,n_a,n_b,change,change_lo,change_hi,
 * change_unit" and a line for each row; of a share the change is in points, and there is no effect_pct;
 * numbers in full double precision, nan where there is none. 0 or -errno of the stream. */
int csv_comparison__print_csv(const struct csv_comparison *f, FILE *out, struct err *err);

#endif

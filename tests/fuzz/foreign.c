// SPDX-License-Identifier: GPL-2.0-only
/* foreign.c - samples of other tools as CSV: any text yields consistent verdicts or an error. */
#include "reports/csv/compare.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct csv_comparison *f)
{
	size_t n = 0;

	for (int v = 0; v < VERDICT_MAX; v++)
		n += f->count[v];
	if (!f->n_rows || n != f->n_rows)
		abort();
	for (size_t i = 0; i < f->n_rows; i++) {
		const struct judgement *j = &f->rows[i].j;

		if (i && strcmp(f->rows[i - 1].metric.name, f->rows[i].metric.name) >= 0)
			abort();
		/* A tested row has a p; the bounds of the interval are in order. */
		if (j->tested && !(j->p >= 0 && j->p <= 1 && j->padj >= 0 && j->padj <= 1))
			abort();
		if (j->lo_pct > j->hi_pct)
			abort();
		if ((j->verdict == VERDICT_INSUFFICIENT) == j->tested)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csv_compare_opts opts = { .margin = 0.02, .bh = size % 2, .paired = size % 3 == 0 };
	struct csv_comparison *f = NULL;
	struct csv *csv;
	struct err err = { .msg = "" };
	int ret;

	csv__of_text("fuzz.csv", (const char *)data, size, &csv);
	ret = csv_comparison__make(csv, &opts, &f, &err);
	if (!ret)
		check(f);
	else if (f || !str_starts(err.msg, "fuzz.csv:"))
		abort();
	csv_comparison__free(f);
	csv__close(csv);
	return 0;
}

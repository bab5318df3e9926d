/* SPDX-License-Identifier: GPL-2.0-only */
/* samples.h - the samples behind a row of a comparison, boot by boot. */
#ifndef KDUEL_REPORT_SAMPLES_H
#define KDUEL_REPORT_SAMPLES_H

#include "reports/report/report.h"

struct strip_boot {
	unsigned int slot;
	double *v; /* owned; samples in the order of iterations */
	bool *left_out; /* owned; warm-up, tainted, or of a boot that does not count */
	size_t n;
	double median; /* of those that count; NAN: none does */
};

struct strip_side {
	const char *label;
	struct strip_boot *boots;
	size_t n;
	double typical; /* what is compared; NAN: nothing */
};

struct row_samples {
	struct strip_side sides[FACTORIAL_CELLS]; /* the baseline first, the candidate last */
	const struct report_variant *variants[FACTORIAL_CELLS];
	size_t n_sides;
};

/* Read them; release in any case. */
int row_samples__load(struct store *st, const struct report *r, const struct report_block *b,
		      const struct report_row *row, struct row_samples *s, struct err *err);
void row_samples__release(struct row_samples *s);

#endif

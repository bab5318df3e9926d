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
	double median; /* of the samples that count; NAN: none */
};

struct strip_side {
	const char *label;
	struct strip_boot *boots;
	size_t n;
	double typical; /* the value that is compared; NAN: none */
};

struct row_samples {
	struct strip_side sides[FACTORIAL_CELLS]; /* baseline first, candidate last */
	const struct report_variant *variants[FACTORIAL_CELLS];
	size_t n_sides;
};

/* Load the samples of a row. Call row_samples__release() even on error. */
int row_samples__load(struct store *st, const struct report *r, const struct report_block *b,
		      const struct report_row *row, struct row_samples *s, struct err *err);
void row_samples__release(struct row_samples *s);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* median.h - from samples in order to the rows of boot_stat; only for
 * reports/store/. */
#ifndef KDUEL_STORE_MEDIAN_H
#define KDUEL_STORE_MEDIAN_H

#include "reports/store/db.h"
#include "reports/store/series.h"

/* Samples of one boot and series come one after the other. */
struct median {
	struct query insert; /* of a row */
	int64_t series, variant, boot; /* of the samples at hand */
	unsigned int n_warmup, n_tainted, n_multiplexed;
	double least_ran;
	bool begun;
	double *values; /* counted ones */
	size_t n, room;
};

int median__begin(struct median *m, struct store *st, struct err *err);
int median__add(struct median *m, int64_t series, int64_t variant, const struct reading *r,
		struct err *err);
/* Write the last row unless `ret` says that all was in vain; release. Returns the first error. */
int median__end(struct median *m, int ret, struct err *err);

/* Fill the table of a database that was made without it. */
int median__fill(struct store *st, struct err *err);

#endif

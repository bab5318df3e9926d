/* SPDX-License-Identifier: GPL-2.0-only */
/* median.h - computes rows of boot_stat from sorted samples; only for reports/store/. */
#ifndef KDUEL_STORE_MEDIAN_H
#define KDUEL_STORE_MEDIAN_H

#include "reports/store/db.h"
#include "reports/store/series.h"

/* State for one series and boot; the samples of each must be added consecutively. */
struct median {
	struct query insert; /* inserts into boot_stat */
	int64_t series, variant, boot; /* of the current samples */
	unsigned int n_warmup, n_tainted, n_multiplexed;
	double least_ran;
	bool begun;
	double *values; /* counted ones: neither warm-up nor tainted */
	size_t n, room;
};

int median__begin(struct median *m, struct store *st, struct err *err);
int median__add(struct median *m, int64_t series, int64_t variant, const struct reading *r,
		struct err *err);
/* Write the last row, unless `ret` is an error, and release everything. Returns the first error. */
int median__end(struct median *m, int ret, struct err *err);

/* Fill boot_stat of a database that was created before the table existed. */
int median__fill(struct store *st, struct err *err);

#endif

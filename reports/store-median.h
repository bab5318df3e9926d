/* SPDX-License-Identifier: GPL-2.0-only */
/* store-median.h - from samples in order to the rows of boot_value; only for reports/store*.c. */
#ifndef KDUEL_STORE_MEDIAN_H
#define KDUEL_STORE_MEDIAN_H

#include "reports/store-db.h"

/* Samples of one boot and series come one after the other. */
struct median {
	struct store *st;
	sqlite3_stmt *insert;
	int64_t series, variant, boot; /* of the samples at hand */
	bool begun;
	double *values; /* counted ones */
	size_t n, room;
};

int median__begin(struct median *m, struct store *st, struct err *err);
int median__add(struct median *m, int64_t series, int64_t variant, int64_t boot, double value,
		bool counts, struct err *err);
/* Write the last row unless `ret` says that all was in vain; release. Returns the first error. */
int median__end(struct median *m, int ret, struct err *err);

/* Fill boot_value of a database that was made without it. */
int median__fill(struct store *st, struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * permute.h - exact permutation tests of values that repeat: pure functions.
 *
 * p is twice the smaller tail, so that it does not depend on which side is called which.
 */
#ifndef KDUEL_STATS_PERMUTE_H
#define KDUEL_STATS_PERMUTE_H

#include "lib/base.h"

/* Of all ways to split these boots into sides of na and nb, the share whose means differ at least
 * as much. NAN when that takes too long to count: many boots of many different values. */
double permute__split(const double *a, size_t na, const double *b, size_t nb);
/* Of all ways to swap the two sides within each block, given the differences w within blocks. NAN
 * as above. */
double permute__swap(const double *w, size_t n);
/* The least p that such a test can give: 2 / C(na + nb, na), when every boot of one side lies above
 * all of the other, and 2 / 2^n of n blocks. */
double permute__least_split(size_t na, size_t nb);
double permute__least_swap(size_t n);

#endif

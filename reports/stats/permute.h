/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * permute.h - exact permutation tests for values that repeat. Pure functions.
 *
 * p is twice the smaller tail, so it does not depend on which side is which.
 */
#ifndef KDUEL_STATS_PERMUTE_H
#define KDUEL_STATS_PERMUTE_H

#include "lib/base.h"

/* p over all ways to split these boots into sides of na and nb, by the difference of the means. NAN
 * if there are too many combinations of different values to enumerate. */
double permute__split(const double *a, size_t na, const double *b, size_t nb);
/* p over all ways to swap the sides within blocks, given the differences w within the n blocks. NAN
 * as above. */
double permute__swap(const double *w, size_t n);
/* The least p that these tests can give: 2 / C(na + nb, na), if every boot of one side lies above
 * all of the other; 2 / 2^n for n blocks. */
double permute__least_split(size_t na, size_t nb);
double permute__least_swap(size_t n);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* part.h - a part of the difference of a row, and its label. */
#ifndef KDUEL_PROFILE_PART_H
#define KDUEL_PROFILE_PART_H

#include "lib/base.h"

enum { EXPLAIN_BEFORE, EXPLAIN_AFTER, EXPLAIN_SIDES };

/* A difference (candidate - baseline) with 95 % limits and p over the boots (Welch); NAN with fewer
 * than two boots on a side. */
struct explain_part {
	double diff, lo, hi, p;
};

/* Test the difference of two sides; `v` has the boots of the baseline, then those of the
 * candidate. */
struct explain_part explain_part__test(const double *v, const size_t n_boots[EXPLAIN_SIDES]);
/* Label of a function: "xas_load", "brd_submit_bio [brd]", "(no symbol)". The caller frees. */
char *explain__label(const char *name, const char *module);

#endif

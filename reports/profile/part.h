/* SPDX-License-Identifier: GPL-2.0-only */
/* part.h - a part of the difference of a row, and what it is called. */
#ifndef KDUEL_PROFILE_PART_H
#define KDUEL_PROFILE_PART_H

#include "lib/base.h"

enum { EXPLAIN_BEFORE, EXPLAIN_AFTER, EXPLAIN_SIDES };

/* A difference, and its test over the boots: limits are NAN with fewer than two a side. */
struct explain_part {
	double diff, lo, hi, p;
};

/* The difference of two sides of boots, the baseline's first. */
struct explain_part explain_part__test(const double *v, const size_t n_boots[EXPLAIN_SIDES]);
/* "xas_load", "brd_submit_bio [brd]", "(no symbol)"; the caller frees. */
char *explain__label(const char *name, const char *module);

#endif

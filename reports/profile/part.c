// SPDX-License-Identifier: GPL-2.0-only
/* part.c - a difference with its confidence interval. */
#include "reports/profile/part.h"

#include "reports/stats/stats.h"

#include <math.h>

struct explain_part explain_part__test(const double *v, const size_t n_boots[EXPLAIN_SIDES])
{
	const size_t na = n_boots[EXPLAIN_BEFORE], nb = n_boots[EXPLAIN_AFTER];
	const double *a = v, *b = v + na;
	struct explain_part part = { stats__mean(b, nb) - stats__mean(a, na), NAN, NAN, NAN };
	struct stats_test w;

	if (!stats__welch(a, na, b, nb, 0, &w)) {
		part.lo = w.lo95;
		part.hi = w.hi95;
		part.p = w.p;
	}
	return part;
}

char *explain__label(const char *name, const char *module)
{
	if (!*name)
		name = "(no symbol)";
	return *module ? xasprintf("%s [%s]", name, module) : xstrdup(name);
}

// SPDX-License-Identifier: GPL-2.0-only
/* spread.c - mean and variance of one boot's samples and of their logarithms. */
#include "reports/stats/spread.h"
#include "reports/stats/stats.h"

#include <math.h>

/* fmin() ignores the initial NAN of `low`. */
void spread__of(const double *v, size_t n, struct spread *out)
{
	_free_ double *logs = xcalloc(n + 1, sizeof(*logs));

	*out = (struct spread){ .n = n, .low = NAN, .mean = NAN, .log_mean = NAN, .log_var = NAN };
	if (!n)
		return;
	for (size_t i = 0; i < n; i++)
		out->low = fmin(out->low, v[i]);
	out->mean = stats__mean(v, n);
	out->var = stats__variance(v, n);
	if (!(out->low > 0))
		return;
	for (size_t i = 0; i < n; i++)
		logs[i] = log(v[i]);
	out->log_mean = stats__mean(logs, n);
	out->log_var = stats__variance(logs, n);
}

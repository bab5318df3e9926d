// SPDX-License-Identifier: GPL-2.0-only
/* noise.c - how much equal kernels differ on this machine, beside each row. */
#include "reports/report/steps.h"

#include <math.h>

static int compare_noise(const void *key, const void *member)
{
	const struct report_row *r = key;
	const struct noise *x = member;
	int c = strcmp(r->workload, x->workload);

	if (!c)
		c = strcmp(r->source, x->source);
	return c ? c : strcmp(r->metric->name, x->metric);
}

/* Noise of another unit, basis or version of the workload is that of something else. */
static double noise_of(const struct report_row *r, const struct noise *list, size_t n)
{
	const struct noise *x = n ? bsearch(r, list, n, sizeof(*list), compare_noise) : NULL;

	if (!x || !streq(x->unit, r->metric->unit) || x->basis != r->basis ||
	    x->version != r->version || r->j.verdict == VERDICT_NONE)
		return NAN;
	if (!x->linear)
		return x->sd_boot;
	return x->typical != 0 ? x->sd_boot / fabs(x->typical) : NAN;
}

void report__add_noise(const struct dataset *d, struct report *r)
{
	size_t own = 0;

	/* Ours sorts before machines whose key only begins like it. */
	while (own < d->n_noise && streq(d->noise[own].machine, d->machine))
		own++;
	for (size_t i = 0; i < r->n_blocks; i++)
		for (size_t k = 0; k < r->blocks[i].n_rows; k++)
			r->blocks[i].rows[k].noise_cv = noise_of(&r->blocks[i].rows[k], d->noise,
								 own);
}

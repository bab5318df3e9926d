// SPDX-License-Identifier: GPL-2.0-only
/* noise.c - how much equal kernels differ on this machine, beside each row. */
#include "reports/report/steps.h"
#include "reports/store/history.h"

#include <math.h>

/* The machine that both sides ran on; NULL when they did not, or when it was not noted. */
static int machine_of(struct store *st, const struct report *r, char **machine, struct err *err)
{
	const struct campaign *c[] = { r->campaign, r->other };

	*machine = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(c) && c[i]; i++) {
		struct campaign_tag *tags;
		const char *found;
		size_t n;
		int ret = store__tags(st, c[i]->id, &tags, &n, err);

		if (ret)
			return ret;
		found = campaign_tag__find(tags, n, "machine");
		if (found && (!*machine || streq(*machine, found))) {
			free(*machine);
			*machine = xstrdup(found);
		} else {
			free(*machine);
			*machine = NULL;
		}
		campaign_tag__free(tags, n);
		if (!*machine)
			break;
	}
	return 0;
}

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

int report__add_noise(struct store *st, struct report *r, struct err *err)
{
	_free_ char *machine = NULL;
	struct noise *list = NULL;
	size_t n = 0, own = 0;
	int ret = machine_of(st, r, &machine, err);

	if (ret || !machine)
		return ret;
	ret = store__noise(st, machine, &list, &n, err);
	/* Ours sorts before machines whose key only begins like it. */
	while (own < n && streq(list[own].machine, machine))
		own++;
	for (size_t i = 0; !ret && i < r->n_blocks; i++)
		for (size_t k = 0; k < r->blocks[i].n_rows; k++)
			r->blocks[i].rows[k].noise_cv = noise_of(&r->blocks[i].rows[k], list, own);
	noise__free(list, n);
	return ret;
}

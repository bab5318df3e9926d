// SPDX-License-Identifier: GPL-2.0-only
/* memory.c - MemTotal of candidates compared with their baselines, by guest RAM. */
#include "reports/history/memory.h"
#include "reports/stats/stats.h"
#include "reports/analysis/guest.h"
#include "reports/analysis/summary.h"

#include <math.h>

#define CAMPAIGNS_MAX 200 /* newest campaigns to load, as each is loaded completely */
#define KB 1024.0

double memory_point__spared(const struct memory_point *p)
{
	return p->ram / 512 / KB;
}

double memory_point__share(const struct memory_point *p)
{
	return 100 * fabs(p->d) / memory_point__spared(p);
}

/* MemTotal of the boots of a variant; empty if the collector did not run. */
static int summarise(struct store *st, const struct campaign *c, size_t variant,
		     struct summary *sum, enum metric_basis *basis, struct err *err)
{
	struct series *list;
	size_t n;
	int ret = store__series(st, c->variants[variant].id, &list, &n, err);

	*sum = (struct summary){ 0 };
	for (size_t i = 0; !ret && i < n; i++) {
		_free_ struct reading *r = NULL;
		size_t n_r;

		if (!streq(list[i].source, "meminfo") || !streq(list[i].metric.name, "mem_total") ||
		    sum->n)
			continue;
		ret = store__readings(st, c->variants[variant].id, list[i].id, &r, &n_r, err);
		if (ret)
			break;
		summary__init(sum, r, n_r, c->boots, c->n_boots);
		*basis = list[i].basis;
	}
	series__free(list, n);
	return ret;
}

/* Add a point: by how much the candidate's MemTotal exceeds the baseline's. */
static int add_pair(struct store *st, struct memory_points *out, const struct campaign *c,
		    const struct campaign_compare *cmp, double ram, struct err *err)
{
	_cleanup_(summary__release) struct summary a = { 0 }, b = { 0 };
	enum metric_basis basis = BASIS_EXACT;
	struct stats_test t;
	int ret = summarise(st, c, cmp->candidate, &b, &basis, err);

	if (!ret)
		ret = summarise(st, c, cmp->baseline, &a, &basis, err);
	/* The resolution of MemTotal is a page, 4 kB. */
	if (!ret && !stats__welch(a.boots, a.n, b.boots, b.n, stats__se_floor(4, a.n, 2), &t)) {
		*APPEND(out->v, out->n) = (struct memory_point){
			.campaign = xstrdup(c->uuid),
			.name = xstrdup(c->name),
			.candidate = xstrdup(c->variants[cmp->candidate].name),
			.baseline = xstrdup(c->variants[cmp->baseline].name),
			.ram = ram,
			.d = t.d,
			.lo = t.lo95,
			.hi = t.hi95,
			.n_a = a.n,
			.n_b = b.n,
			.basis = basis,
		};
	}
	return ret;
}

/* Add the points of all comparisons of a campaign whose guests have a known size. */
static int add_campaign(struct store *st, struct memory_points *out, const char *uuid,
			struct err *err)
{
	_cleanup_(campaign__freep) struct campaign *c = NULL;
	int ret = store__load(st, uuid, &c, err);

	for (size_t i = 0; !ret && i < c->n_compares; i++) {
		const struct campaign_compare *cmp = &c->compares[i];
		const double ram = guest__ram(c, cmp->candidate);

		/* Sides must have the same RAM: MemTotal depends on it. */
		if (ram > 0 && ram == guest__ram(c, cmp->baseline))
			ret = add_pair(st, out, c, cmp, ram, err);
	}
	return ret;
}

int memory_points__load(struct store *st, const char *campaign, struct memory_points *out,
			struct err *err)
{
	struct campaign_brief *list;
	size_t n;
	int ret;

	*out = (struct memory_points){ 0 };
	if (campaign)
		return add_campaign(st, out, campaign, err);
	ret = store__list(st, &list, &n, err);
	for (size_t i = 0; !ret && i < n && i < CAMPAIGNS_MAX; i++)
		ret = add_campaign(st, out, list[i].uuid, err);
	campaign_brief__free(list, n);
	return ret;
}

void memory_points__release(struct memory_points *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->v[i].campaign);
		free(p->v[i].name);
		free(p->v[i].candidate);
		free(p->v[i].baseline);
	}
	free(p->v);
	*p = (struct memory_points){ 0 };
}

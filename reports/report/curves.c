// SPDX-License-Identifier: GPL-2.0-only
/* curves.c - averages the points of several boots that have the same number of operations. */
#include "reports/report/curves.h"

#include <math.h>

static struct curve *find_curve(struct curves *l, size_t variant, const char *workload,
				const char *part)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].variant == variant && streq(l->v[i].workload, workload) &&
		    streq(l->v[i].part, part))
			return &l->v[i];
	*APPEND(l->v, l->n) = (struct curve){ .variant = variant, .workload = xstrdup(workload) };
	snprintf(l->v[l->n - 1].part, sizeof(l->v[l->n - 1].part), "%s", part);
	return &l->v[l->n - 1];
}

static struct curve_point *find_point(struct curve *c, uint64_t operations)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].operations == operations)
			return &c->v[i];
	*APPEND(c->v, c->n) = (struct curve_point){ .operations = operations };
	for (size_t k = 0; k < POINT_VALUES; k++)
		c->v[c->n - 1].v[k] = NAN;
	return &c->v[c->n - 1];
}

static void add_point(struct curve *c, const struct point *p)
{
	struct curve_point *at = find_point(c, p->operations);

	for (size_t k = 0; k < POINT_VALUES; k++) {
		const double v = (double)p->v[k];

		if (p->v[k] == POINT_UNKNOWN)
			continue;
		at->n[k]++;
		at->v[k] = at->n[k] == 1 ? v : at->v[k] + (v - at->v[k]) / (double)at->n[k];
	}
}

static int add_text(struct store *st, const struct campaign_boot *b, const char *name,
		    struct curves *out, struct err *err)
{
	_free_ char *text = NULL;
	struct points p = { 0 };
	size_t len;
	int ret = store__text(st, b->id, name, &text, &len, err);

	if (!ret)
		ret = points__parse(name, text, &p, err);
	for (size_t i = 0; !ret && i < p.n; i++)
		add_point(find_curve(out, b->variant, name + strlen(POINTS_PREFIX), p.v[i].part),
			  &p.v[i]);
	points__release(&p);
	return ret;
}

static int compare_points(const void *a, const void *b)
{
	const struct curve_point *x = a, *y = b;

	return (x->operations > y->operations) - (x->operations < y->operations);
}

bool curve__is_same_part(const struct curve *a, const struct curve *b)
{
	return streq(a->part, b->part) && streq(a->workload, b->workload);
}

/* Stable insertion sort that groups the curves of one part of a workload, and orders them by
 * variant within the group. */
static void group(struct curves *l)
{
	for (size_t i = 1; i < l->n; i++) {
		struct curve c = l->v[i];
		size_t first = 0, at = i;

		while (!curve__is_same_part(&l->v[first], &c))
			first++;
		while (at > first && (!curve__is_same_part(&l->v[at - 1], &c) ||
				      l->v[at - 1].variant > c.variant)) {
			l->v[at] = l->v[at - 1];
			at--;
		}
		l->v[at] = c;
	}
}

int curves__load(struct store *st, const char *campaign, struct curves *out, struct err *err)
{
	int ret;

	*out = (struct curves){ 0 };
	ret = store__load(st, campaign, &out->campaign, err);
	for (size_t i = 0; !ret && i < out->campaign->n_boots; i++) {
		const struct campaign_boot *b = &out->campaign->boots[i];
		_cleanup_(strvec__release) struct strvec names = { 0 };

		if (b->status != BOOT_OK || b->repeat)
			continue;
		ret = store__text_names(st, b->id, &names, err);
		for (size_t k = 0; !ret && k < names.n; k++)
			if (str_starts(names.v[k], POINTS_PREFIX))
				ret = add_text(st, b, names.v[k], out, err);
	}
	for (size_t i = 0; i < out->n; i++)
		qsort(out->v[i].v, out->v[i].n, sizeof(*out->v[i].v), compare_points);
	group(out);
	return ret;
}

void curves__release(struct curves *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].workload);
		free(l->v[i].v);
	}
	free(l->v);
	campaign__free(l->campaign);
	*l = (struct curves){ 0 };
}

enum point_value curve__pages(const struct curve *c)
{
	for (enum point_value k = POINT_4K; k <= POINT_64K; k++)
		for (size_t i = 0; i < c->n; i++)
			if (!isnan(c->v[i].v[k]))
				return k;
	return POINT_VALUES;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "reports/stats/changepoint.h"

#include "reports/stats/changepoint_scan.h"
#include "reports/stats/stats.h"

#include <math.h>

#define MIN_SLOPE_NIGHTS 10

const struct changepoint_params changepoint__defaults = {
	.window = 60,
	.min_nights = 12,
	.min_left = 6,
	.min_right = 3,
	.p = 1e-4,
	.hampel = 3.5,
	.guard_rel = 0.02,
};

struct finder {
	struct scan scan;
	const double *v;
	const bool *restart;
	size_t n;
	struct change *list;
	size_t n_list;
};

static void finder__init(struct finder *f, const double *v, const bool *restart, size_t n,
			 const struct changepoint_params *params)
{
	*f = (struct finder){ .v = v, .restart = restart, .n = n };
	scan__init(&f->scan, v, n, params);
}

static void finder__finish(struct finder *f, struct change **out, size_t *n_out)
{
	scan__release(&f->scan);
	*out = f->list;
	*n_out = f->n_list;
}

static bool restarts(const struct finder *f, size_t night)
{
	return f->restart && f->restart[night];
}

static struct change *add(struct finder *f, size_t at)
{
	f->list = xrealloc(f->list, f->n_list + 1, sizeof(*f->list));
	f->list[f->n_list] = (struct change){ .at = at, .first = at, .last = at, .p = NAN };
	return &f->list[f->n_list++];
}

static struct change *add_split(struct finder *f, const struct split *s)
{
	struct change *c = add(f, s->at);

	c->first = s->first;
	c->last = s->last;
	c->p = s->p;
	return c;
}

/* The levels on both sides of a change: [from, at) and [at, to). */
static void describe(struct finder *f, struct change *c, size_t from, size_t to)
{
	const double *x = f->scan.x;
	struct stats_test t;

	c->before = scan__median(&f->scan, f->v + from, c->at - from);
	c->after = scan__median(&f->scan, f->v + c->at, to - c->at);
	c->pct = c->before != 0 ? 100 * (c->after - c->before) / fabs(c->before) : NAN;
	c->lo_pct = c->hi_pct = NAN;
	if (stats__welch(x + from, c->at - from, x + c->at, to - c->at, 0, &t))
		return;
	if (!f->scan.linear) {
		c->lo_pct = 100 * expm1(t.lo95);
		c->hi_pct = 100 * expm1(t.hi95);
	} else if (c->before != 0) {
		c->lo_pct = 100 * t.lo95 / fabs(c->before);
		c->hi_pct = 100 * t.hi95 / fabs(c->before);
	}
}

void changepoint__online(const double *v, const bool *restart, size_t n,
			 const struct changepoint_params *params, struct change **out,
			 size_t *n_out)
{
	struct finder f;
	size_t from = 0;

	finder__init(&f, v, restart, n, params);
	for (size_t night = 0; night < n; night++) {
		struct change *c;
		struct split s;

		if (restarts(&f, night))
			from = night;
		if (night + 1 - from > params->window)
			from = night + 1 - params->window;
		if (!scan__alarm(&f.scan, from, night + 1, &s))
			continue;
		c = add_split(&f, &s);
		c->alarm = night;
		describe(&f, c, from, night + 1);
		from = s.at;
	}
	finder__finish(&f, out, n_out);
}

/* Binary segmentation of [from, to). Right halves are put off, left ones done at once; each
 * round either drops a piece or cuts one, so that there are at most n rounds. */
static void segment(struct finder *f, size_t from, size_t to)
{
	_free_ size_t *ends = xcalloc(to - from + 1, sizeof(*ends));
	size_t n = 0;

	ends[n++] = to;
	while (n) {
		struct split s;

		if (scan__alarm(&f->scan, from, ends[n - 1], &s)) {
			add_split(f, &s);
			ends[n++] = s.at;
		} else {
			from = ends[--n];
		}
	}
}

static int compare_at(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* The first night by which the nights from `from` on show the change; it was found with those
 * before `to`, but perhaps together with more than these. */
static size_t first_seen(struct finder *f, const struct change *c, size_t from, size_t to)
{
	size_t night = c->at;

	for (; night + 1 < to; night++) {
		struct split s;

		if (scan__alarm(&f->scan, from, night + 1, &s))
			break;
	}
	return night < to ? night : to - 1;
}

static void settle(struct finder *f)
{
	qsort(f->list, f->n_list, sizeof(*f->list), compare_at);
	for (size_t i = 0; i < f->n_list; i++) {
		struct change *c = &f->list[i];
		size_t from = i ? c[-1].at : 0;
		size_t to = i + 1 < f->n_list ? c[1].at : f->n;

		describe(f, c, from, to);
		c->alarm = c->reset ? c->at : first_seen(f, c, from, to);
	}
}

void changepoint__offline(const double *v, const bool *restart, size_t n,
			  const struct changepoint_params *params, struct change **out,
			  size_t *n_out)
{
	struct finder f;

	finder__init(&f, v, restart, n, params);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && !restarts(&f, to);)
			to++;
		if (from)
			add(&f, from)->reset = true;
		segment(&f, from, to);
	}
	if (f.n_list)
		settle(&f);
	finder__finish(&f, out, n_out);
}

double changepoint__slope(const double *v, size_t n)
{
	_free_ double *slope = xcalloc(n * (n - 1) / 2 + 1, sizeof(*slope));
	_free_ double *copy = xcalloc(n + 1, sizeof(*copy));
	double level;
	size_t k = 0;

	if (n < MIN_SLOPE_NIGHTS)
		return NAN;
	for (size_t i = 0; i < n; i++) {
		copy[i] = v[i];
		for (size_t j = i + 1; j < n; j++)
			slope[k++] = (v[j] - v[i]) / (double)(j - i);
	}
	level = stats__median(copy, n);
	return level != 0 ? 100 * stats__median(slope, k) / fabs(level) : NAN;
}

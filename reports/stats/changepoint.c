// SPDX-License-Identifier: GPL-2.0-only
/*
 * changepoint.c - searches a series of nights for changes of level.
 *
 * look_at() examines a stretch of nights: it finds the split that explains most, tests it, and
 * tells a step from a drift that only resembles one, and from a jump between two drifts. The two
 * searches differ in the stretches they examine. Online, each night looks back to the last change.
 * Offline, the search starts from the changes seen online, and then tests each against all nights
 * between its neighbours.
 */
#include "reports/stats/changepoint.h"

#include "reports/stats/spikes.h"
#include "reports/stats/stats.h"

#include <math.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

#define MIN_SLOPE_NIGHTS 10
/* Splits whose log likelihood is within 3 of the best one's, that is, n ln(SSE) within 6, could be
 * the change as well. */
#define LOCATION_LIMIT 6
/* With fewer nights than this on a side, its variance may be small by chance. */
#define FEW_NIGHTS 5
#define FEW_NIGHTS_P 0.012
/* If the variances of the sides differ at this level, they are not pooled. */
#define NOISE_P 0.03
/* A line wins over a step if its n ln(SSE) is larger by no more than this: a step has one more
 * parameter, its place, for which BIC charges ln(n), 4.1 for 60 nights. AGAIN_LIMIT applies if the
 * change that the stretch begins with had drifting sides: then a step must beat the line more
 * clearly. */
#define LINE_LIMIT (-3)
#define AGAIN_LIMIT (-8)
/* Two lines with a jump have two more parameters than a step or a parabola, and must beat them by
 * this. */
#define LINES_LIMIT 10
/* Least nights for a line on one side of a jump. */
#define LINE_NIGHTS 5
/* A jump must be larger than the change along either line in this many nights. */
#define SUDDEN_NIGHTS 3
/* Lines can fit noise: online, the p of a jump must be below that of a step by this factor. Offline
 * it is tested again, at the p of a step. */
#define JUMP_P 0.1
/* Least t^2 of the best step for a search for jumps. */
#define POOR_STEP 5
/* Rounding error of the sum of squares of an exact fit, relative to the total. */
#define ROUNDING 1e-12
/* Size of the cache of offline looks; a series has few changes. */
#define KEPT_LOOKS 64

const struct changepoint_params changepoint__defaults = {
	.window = 60,
	.min_nights = 12,
	.min_left = 6,
	.min_right = 3,
	.p = 1e-4,
	.hampel = 3.5,
	.guard_rel = 0.02,
};

enum look {
	LOOK_NOTHING,
	LOOK_STEP,
	LOOK_DRIFT,
};

struct split {
	size_t at, first, last; /* indices into the whole series, as in struct change */
	double p;
	bool drifting;
};

/* Cached result of a look at [from, to). All zero: empty. */
struct kept_look {
	size_t from, to;
	bool known, drifting; /* the stretch begins with a change; that change has drifting sides */
	enum look seen;
	struct split split;
};

struct finder {
	struct changepoint_params params;
	const double *v;
	const bool *restart;
	size_t n;
	bool linear; /* a value is <= 0: compare differences, not ratios */
	double *x; /* the values on the scale of the test */
	/* For the current stretch: values without spikes; sums and sums of squares before each
	 * split; SSE of each split. */
	double *y, *sum, *sq, *sse;
	double *moment; /* like sum, of night times value */
	double *lines; /* like sse, with a line on each side */
	/* 1 / i, and 1 / the sum of squared distances of i nights from their middle */
	double *inverse, *inverse_sq;
	double *scratch;
	struct spikes *spikes;
	double jump_p; /* a jump between lines needs a p below this */
	double t_least; /* smaller |t| cannot reach params.p, whatever the degrees of freedom */
	struct kept_look kept[KEPT_LOOKS];
	struct change *list;
	size_t n_list, room;
};

/* --- the search's own state -------------------------------------------------------------- */

static void finder__init(struct finder *f, const double *v, const bool *restart, size_t n,
			 const struct changepoint_params *params)
{
	*f = (struct finder){ .params = *params, .v = v, .restart = restart, .n = n };
	f->x = xcalloc(n, sizeof(*f->x));
	f->y = xcalloc(n, sizeof(*f->y));
	f->sum = xcalloc(n + 1, sizeof(*f->sum));
	f->sq = xcalloc(n + 1, sizeof(*f->sq));
	f->sse = xcalloc(n + 1, sizeof(*f->sse));
	f->moment = xcalloc(n + 1, sizeof(*f->moment));
	f->lines = xcalloc(n + 1, sizeof(*f->lines));
	f->inverse = xcalloc(n + 1, sizeof(*f->inverse));
	for (size_t i = 1; i <= n; i++)
		f->inverse[i] = 1 / (double)i;
	f->inverse_sq = xcalloc(n + 1, sizeof(*f->inverse_sq));
	for (size_t i = 2; i <= n; i++)
		f->inverse_sq[i] = 12 / ((double)i * ((double)i * (double)i - 1));
	f->scratch = xcalloc(n, sizeof(*f->scratch));
	/* Student's t has heavier tails than the normal distribution. */
	f->t_least = qnorm(params->p / 2, 0, 1, 0, 0);
	for (size_t i = 0; i < n; i++)
		f->linear |= v[i] <= 0;
	for (size_t i = 0; i < n; i++)
		f->x[i] = f->linear ? v[i] : log(v[i]);
	f->spikes = spikes__new(f->x, n);
}

static void finder__finish(struct finder *f, struct change **out, size_t *n_out)
{
	free(f->x);
	free(f->y);
	free(f->sum);
	free(f->sq);
	free(f->sse);
	free(f->moment);
	free(f->lines);
	free(f->inverse);
	free(f->inverse_sq);
	free(f->scratch);
	spikes__free(f->spikes);
	*out = f->list;
	*n_out = f->n_list;
}

static double median_of(struct finder *f, const double *v, size_t n)
{
	memcpy(f->scratch, v, n * sizeof(*v));
	return stats__median(f->scratch, n);
}

/* --- steps --------------------------------------------------------------------------------- */

/* Compute the SSE of every split of f->y[0..n), and return the best split with enough nights on
 * both sides, which is the one with the largest pooled t. */
static size_t best_split(struct finder *f, size_t n, size_t min_left)
{
	size_t best = min_left;

	/* Relative to one of the values, to avoid cancellation. */
	for (size_t i = 0; i < n; i++) {
		double d = f->y[i] - f->y[0];

		f->sum[i + 1] = f->sum[i] + d;
		f->moment[i + 1] = f->moment[i] + (double)i * d;
		f->sq[i + 1] = f->sq[i] + d * d;
	}
	for (size_t k = min_left; k < n; k++) {
		double l = f->sum[k], r = f->sum[n] - l;
		double sse = f->sq[n] - l * l * f->inverse[k] - r * r * f->inverse[n - k];

		f->sse[k] = sse > 0 ? sse : 0;
		if (f->sse[k] < f->sse[best] && k + f->params.min_right <= n)
			best = k;
	}
	return best;
}

/* Variance of one side: x[0..n) as measured, y[0..n) without spikes. Spikes are excluded if they
 * are few (about `spikes` plus 10 % of the nights); if there are more, they are part of the
 * noise. */
static double side_variance(const double *x, const double *y, size_t n, double spikes)
{
	double clean = stats__variance(y, n), raw;
	size_t replaced = 0;

	for (size_t i = 0; i < n; i++)
		replaced += x[i] != y[i];
	if ((double)replaced <= spikes + 0.1 * (double)n)
		return clean;
	raw = stats__variance(x, n);
	return raw > clean ? raw : clean;
}

/* Is variance a significantly larger than b (F test)? */
static bool differ(double var_a, size_t na, double var_b, size_t nb)
{
	return var_a > var_b && (var_b <= 0 || pf(var_a / var_b, (double)(na - 1), (double)(nb - 1),
						  0, 0) < NOISE_P);
}

/*
 * The p of split k. The pooled t statistic assumes equal noise on both sides. If the variances
 * differ, take the larger of its p and Welch's. If a side has only a few nights, which may lie
 * close together by chance after noise has increased, Welch's test must also agree at a mild level.
 */
static double p_of(const struct finder *f, const double *x, size_t n, size_t k)
{
	double l = f->sum[k] / (double)k, r = (f->sum[n] - f->sum[k]) / (double)(n - k);
	double d = fabs(r - l), t, p, welch = 1, va, vb, a, b, df;
	size_t m = n - k;

	if (d == 0)
		return 1;
	t = d / sqrt(f->sse[k] / (double)(n - 2) * (1 / (double)k + 1 / (double)m));
	if (t < f->t_least)
		return 1;
	p = 2 * pt(t, (double)(n - 2), 0, 0);
	va = side_variance(x, f->y, k, 1);
	vb = side_variance(x + k, f->y + k, m, 0);
	a = va / (double)k;
	b = vb / (double)m;
	if (a + b > 0) {
		df = (a + b) * (a + b) / (a * a / (double)(k - 1) + b * b / (double)(m - 1));
		welch = 2 * pt(d / sqrt(a + b), df, 0, 0);
	} else {
		welch = 0;
	}
	if ((k < FEW_NIGHTS || m < FEW_NIGHTS) && welch > FEW_NIGHTS_P)
		return 1;
	if (differ(va, k, vb, m) || differ(vb, m, va, k))
		p = fmax(p, welch);
	return p;
}

/* Does the difference between two levels, on the scale of the test, pass the guards? */
static bool large_enough(const struct finder *f, double l, double r)
{
	double step = f->linear ? r - l : exp(r) - exp(l);
	double share = f->linear ? (r - l) / fabs(l) : expm1(r - l);

	if (f->params.guard_abs > 0 && !f->params.guard_both)
		return fabs(step) >= f->params.guard_abs;
	return fabs(step) >= f->params.guard_abs && !(fabs(share) < f->params.guard_rel);
}

/* --- lines --------------------------------------------------------------------------------- */

/* Least-squares line through the nights [from, to) of f->y. `mean` is relative to f->y[0]; `mid` is
 * the middle night. */
struct line {
	double mean, mid, slope, inverse_sq, sse;
};

static struct line line_through(const struct finder *f, size_t from, size_t to)
{
	double sum = f->sum[to] - f->sum[from];
	struct line l = { .mean = sum * f->inverse[to - from],
			  .mid = (double)(from + to - 1) / 2,
			  .inverse_sq = f->inverse_sq[to - from] };
	double sxy = f->moment[to] - f->moment[from] - l.mid * sum;

	l.slope = sxy * l.inverse_sq;
	l.sse = f->sq[to] - f->sq[from] - sum * l.mean - sxy * l.slope;
	l.sse = l.sse > 0 ? l.sse : 0;
	return l;
}

static double level_at(const struct finder *f, const struct line *l, double night)
{
	return f->y[0] + l->mean + l->slope * (night - l->mid);
}

/* SSE of a parabola through f->y[0..n), given its line `l`. */
static double curve_sse(const struct finder *f, size_t n, const struct line *l)
{
	double nn = (double)n * (double)n, sum = 0;

	for (size_t i = 0; i < n; i++) {
		double c = (double)i - l->mid;

		sum += (c * c - (nn - 1) / 12) * (f->y[i] - f->y[0]);
	}
	return fmax(l->sse - sum * sum * 180 / ((double)n * (nn - 1) * (nn - 4)), 0);
}

/* Quick check, as most stretches have no change. A jump between two drifts shows as a step, if a
 * poor one: with two equal drifts, a step explains a quarter of the variance. */
static bool may_jump(const struct finder *f, size_t n, size_t k)
{
	double all = f->sq[n] - f->sum[n] * f->sum[n] * f->inverse[n];

	return (double)n * (all - f->sse[k]) > POOR_STEP * f->sse[k];
}

/* Like best_split(), with a line on each side. Inlines line_through(), as it runs for every night
 * of every metric. */
static size_t best_lines(struct finder *f, size_t n)
{
	double sum = f->sum[n], moment = f->moment[n], sq = f->sq[n];
	size_t best = LINE_NIGHTS;

	for (size_t k = LINE_NIGHTS; k < n; k++) {
		double l = f->sum[k], r = sum - l, left = f->moment[k];
		double sl = left - 0.5 * (double)(k - 1) * l;
		double sr = moment - left - 0.5 * (double)(k + n - 1) * r;
		double sse = sq - l * l * f->inverse[k] - sl * sl * f->inverse_sq[k] -
			     r * r * f->inverse[n - k] - sr * sr * f->inverse_sq[n - k];

		f->lines[k] = sse > 0 ? sse : 0;
		if (f->lines[k] < f->lines[best])
			best = k;
	}
	return best;
}

struct jump {
	double before, after; /* values of both lines at the change */
	double se, df, p;
	bool sudden;
};

/* Test the jump between two lines at split k. The p is the larger of pooled and Welch. */
static struct jump jump_at(const struct finder *f, size_t n, size_t k)
{
	struct line l = line_through(f, 0, k), r = line_through(f, k, n);
	double at = (double)k - 0.5, to_l = at - l.mid, to_r = at - r.mid, d, a, b;
	/* Degrees of freedom of each side; variance of each line's value at the change, relative to
	 * the noise variance. */
	double df_l = fmax((double)k - 2, 1), df_r = fmax((double)(n - k) - 2, 1);
	double known_l = f->inverse[k] + to_l * to_l * l.inverse_sq;
	double known_r = f->inverse[n - k] + to_r * to_r * r.inverse_sq;
	struct jump j = { .df = df_l + df_r };

	j.before = level_at(f, &l, at);
	j.after = level_at(f, &r, at);
	d = fabs(j.after - j.before);
	j.sudden = d > SUDDEN_NIGHTS * fmax(fabs(l.slope), fabs(r.slope));
	j.se = sqrt((l.sse + r.sse) / j.df * (known_l + known_r));
	j.p = j.se > 0 ? 2 * pt(d / j.se, j.df, 0, 0) : 0;
	a = l.sse / df_l * known_l;
	b = r.sse / df_r * known_r;
	if (a + b > 0) {
		double df = (a + b) * (a + b) / (a * a / df_l + b * b / df_r);

		j.p = fmax(j.p, 2 * pt(d / sqrt(a + b), df, 0, 0));
	}
	return j;
}

/* --- one look ----------------------------------------------------------------------------- */

/*
 * Locate a step that is known to exist: the split with the least SSE, and the range of splits with
 * about the same. The newest nights count here although they are too few to raise an alarm: they
 * may be the whole new level. Without them, a large step would be reported before its level has
 * three nights, and stay located a night too early.
 */
static void locate(const double *sse, size_t n, size_t min_left, size_t best, struct split *out)
{
	double limit;

	for (size_t k = best; k < n; k++)
		if (sse[k] < sse[best])
			best = k;
	limit = sse[best] * exp(LOCATION_LIMIT / (double)n);
	out->at = out->first = out->last = best;
	for (size_t k = min_left; k < n; k++) {
		if (sse[k] > limit)
			continue;
		out->first = k < out->first ? k : out->first;
		out->last = k > out->last ? k : out->last;
	}
}

/* Does a model with SSE `sse` over n nights beat one with `other` by `limit` in n ln(SSE)? */
static bool beats(const struct finder *f, size_t n, double sse, double other, double limit)
{
	double rounding = ROUNDING * f->sq[n];

	return (sse + rounding) * exp(limit / (double)n) < other + rounding;
}

/* Is there a jump from one line to another at split `k` of f->y[0..n)? */
static bool jumps(const struct finder *f, size_t n, size_t k, const struct line *all,
		  struct split *out)
{
	struct jump j;

	if (k + LINE_NIGHTS > n || !beats(f, n, f->lines[k], curve_sse(f, n, all), LINES_LIMIT))
		return false;
	j = jump_at(f, n, k);
	if (!j.sudden || !(j.p < f->jump_p) || !large_enough(f, j.before, j.after))
		return false;
	locate(f->lines, n, LINE_NIGHTS, k, out);
	out->p = j.p;
	out->drifting = true;
	return true;
}

/* Look for a change in [from, to). `known`: the change that the stretch begins with, or NULL; with
 * one, the first level needs fewer nights. */
static enum look look_at(struct finder *f, size_t from, size_t to, const struct change *known,
			 struct split *out)
{
	size_t min_left = known ? f->params.min_right : f->params.min_left;
	size_t min_nights = f->params.min_nights - f->params.min_left + min_left;
	const double *x = f->x + from;
	enum look seen = LOOK_NOTHING;
	size_t n = to - from, k;
	struct line line;

	if (n < min_nights)
		return LOOK_NOTHING;
	spikes__replace(f->spikes, f->x, from, to, f->params.hampel, f->y);
	k = best_split(f, n, min_left);
	line = line_through(f, 0, n);
	*out = (struct split){ .p = p_of(f, x, n, k) };
	if (out->p < f->params.p &&
	    large_enough(f, median_of(f, x, k), median_of(f, x + k, n - k))) {
		double limit = known && known->drifting ? AGAIN_LIMIT : LINE_LIMIT;

		locate(f->sse, n, min_left, k, out);
		/* If both fit exactly, it counts as a step. */
		seen = beats(f, n, line.sse, f->sse[out->at], limit) ? LOOK_DRIFT : LOOK_STEP;
	}
	if (may_jump(f, n, k)) {
		size_t two = best_lines(f, n);

		if (beats(f, n, f->lines[two], f->sse[k], LINES_LIMIT)) {
			seen = seen == LOOK_NOTHING ? seen : LOOK_DRIFT;
			if (jumps(f, n, two, &line, out))
				seen = LOOK_STEP;
		}
	}
	if (seen == LOOK_DRIFT) {
		out->at = out->first = 0;
		out->last = n - 1;
	}
	out->at += from;
	out->first += from;
	out->last += from;
	return seen;
}

/* Cached look_at() for the offline search: each round looks at all stretches between changes again,
 * and only one or two of them have changed. */
static enum look look_again(struct finder *f, size_t from, size_t to, const struct change *known,
			    struct split *out)
{
	struct kept_look *k = &f->kept[(31 * from + to) % KEPT_LOOKS];
	struct kept_look now = {
		.from = from, .to = to, .known = known, .drifting = known && known->drifting
	};

	if (k->from != now.from || k->to != now.to || k->known != now.known ||
	    k->drifting != now.drifting) {
		now.seen = look_at(f, from, to, known, &now.split);
		*k = now;
	}
	*out = k->split;
	return k->seen;
}

/* --- the searches ------------------------------------------------------------------------- */

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

static void set(struct change *c, const struct split *s)
{
	c->at = s->at;
	c->first = s->first;
	c->last = s->last;
	c->p = s->p;
	c->drifting = s->drifting;
}

/* Convert a value from the scale of the test; share_of(): a difference, to % of `before`. */
static double value_of(const struct finder *f, double x)
{
	return f->linear ? x : exp(x);
}

static double share_of(const struct finder *f, double d, double before)
{
	return f->linear ? 100 * d / fabs(before) : 100 * expm1(d);
}

/* Fill in the levels of both sides of a change, [from, at) and [at, to), and the difference. */
static void describe(struct finder *f, struct change *c, size_t from, size_t to)
{
	const double *x = f->x;
	struct stats_test t = { .lo95 = NAN, .hi95 = NAN };

	if (c->drifting) {
		struct jump j;
		double half;

		spikes__replace(f->spikes, x, from, to, f->params.hampel, f->y);
		best_split(f, to - from, f->params.min_right); /* for the sums */
		j = jump_at(f, to - from, c->at - from);
		half = j.se * qt(0.975, j.df, 1, 0);
		c->before = value_of(f, j.before);
		c->after = value_of(f, j.after);
		t.lo95 = j.after - j.before - half;
		t.hi95 = j.after - j.before + half;
	} else {
		c->before = median_of(f, f->v + from, c->at - from);
		c->after = median_of(f, f->v + c->at, to - c->at);
		if (stats__welch(x + from, c->at - from, x + c->at, to - c->at, 0, &t))
			t.lo95 = t.hi95 = NAN;
	}
	c->pct = c->before != 0 ? 100 * (c->after - c->before) / fabs(c->before) : NAN;
	c->lo_pct = c->hi_pct = NAN;
	if (!f->linear || c->before != 0) {
		c->lo_pct = share_of(f, t.lo95, c->before);
		c->hi_pct = share_of(f, t.hi95, c->before);
	}
}

/* The online search over [begin, end). */
static void search_online(struct finder *f, size_t begin, size_t end)
{
	size_t from = begin;
	bool known = false;

	f->jump_p = JUMP_P * f->params.p;
	for (size_t night = begin; night < end; night++) {
		struct change *c;
		struct split s;

		if (night > begin && restarts(f, night)) {
			from = night;
			known = false;
		}
		if (night + 1 - from > f->params.window) {
			from = night + 1 - f->params.window;
			known = false;
		}
		if (look_at(f, from, night + 1, known ? &f->list[f->n_list - 1] : NULL, &s) !=
		    LOOK_STEP)
			continue;
		c = add(f, s.at);
		set(c, &s);
		c->alarm = night;
		describe(f, c, from, night + 1);
		from = s.at;
		known = true;
	}
}

void changepoint__online(const double *v, const bool *restart, size_t n,
			 const struct changepoint_params *params, struct change **out,
			 size_t *n_out)
{
	struct finder f;

	finder__init(&f, v, restart, n, params);
	search_online(&f, 0, n);
	finder__finish(&f, out, n_out);
}

static int compare_at(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* The stretch around change i, from its predecessor to its successor; changes from list[first] on
 * are considered. Returns the predecessor, or NULL. */
static const struct change *between(const struct finder *f, size_t i, size_t first, size_t begin,
				    size_t end, size_t *from, size_t *to)
{
	const struct change *known = i > first ? &f->list[i - 1] : NULL;

	*from = i > first ? f->list[i - 1].at : begin;
	*to = i + 1 < f->n_list ? f->list[i + 1].at : end;
	return known;
}

static void drop(struct finder *f, size_t i)
{
	f->n_list--;
	memmove(&f->list[i], &f->list[i + 1], (f->n_list - i) * sizeof(*f->list));
}

/*
 * Test each change against all nights between its neighbours: move it to where they locate it, and
 * drop the least certain of those they do not confirm. Repeat until all are confirmed.
 */
static void prune(struct finder *f, size_t first, size_t begin, size_t end)
{
	for (;;) {
		size_t worst = SIZE_MAX;
		double worst_p = -1;

		for (size_t i = first; i < f->n_list; i++) {
			const struct change *known;
			size_t from, to;
			struct split s;

			known = between(f, i, first, begin, end, &from, &to);
			if (look_again(f, from, to, known, &s) == LOOK_STEP) {
				set(&f->list[i], &s);
			} else if (f->list[i].p > worst_p) {
				worst_p = f->list[i].p;
				worst = i;
			}
		}
		if (worst == SIZE_MAX)
			return;
		drop(f, worst);
	}
}

/* Look at each stretch between changes as a whole: small steps need more nights than the online
 * window has. Returns whether a change was added. */
static bool fill_gaps(struct finder *f, size_t first, size_t begin, size_t end)
{
	size_t n = f->n_list;

	for (size_t i = first; i <= n; i++) {
		const struct change *known = i > first ? &f->list[i - 1] : NULL;
		size_t from = i > first ? f->list[i - 1].at : begin,
		       to = i < n ? f->list[i].at : end;
		struct split s;

		if (look_again(f, from, to, known, &s) == LOOK_STEP)
			set(add(f, s.at), &s);
	}
	if (f->n_list == n)
		return false;
	qsort(f->list + first, f->n_list - first, sizeof(*f->list), compare_at);
	return true;
}

/* The first night at which a look from `from` on would have seen the change. It was found with the
 * nights before `to`, though possibly in a different stretch. */
static size_t first_seen(struct finder *f, size_t at, size_t from, size_t to,
			 const struct change *known)
{
	for (size_t night = at; night + 1 < to; night++) {
		struct split s;

		if (look_at(f, from, night + 1, known, &s) == LOOK_STEP)
			return night;
	}
	return to - 1;
}

/* Find all changes between two restarts. */
static void search_segment(struct finder *f, size_t begin, size_t end)
{
	size_t first = f->n_list;

	search_online(f, begin, end);
	f->jump_p = f->params.p;
	prune(f, first, begin, end);
	/* Each round adds a change or ends; the limit is a safeguard. */
	for (size_t round = 0; round < end - begin && fill_gaps(f, first, begin, end); round++)
		prune(f, first, begin, end);
	for (size_t i = first; i < f->n_list; i++) {
		size_t from, to;
		const struct change *known = between(f, i, first, begin, end, &from, &to);

		f->list[i].alarm = first_seen(f, f->list[i].at, from, to, known);
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
		if (from) {
			struct change *c = add(&f, from);

			c->reset = true;
			c->alarm = from;
		}
		search_segment(&f, from, to);
	}
	for (size_t i = 0; i < f.n_list; i++)
		describe(&f, &f.list[i], i ? f.list[i - 1].at : 0,
			 i + 1 < f.n_list ? f.list[i + 1].at : n);
	finder__finish(&f, out, n_out);
}

bool changepoint__drifts(const double *v, size_t n, const struct changepoint_params *params)
{
	struct finder f;
	struct line l;
	double se, total;
	bool drifts = false;

	if (n < params->min_nights)
		return false;
	finder__init(&f, v, NULL, n, params);
	spikes__replace(f.spikes, f.x, 0, n, params->hampel, f.y);
	best_split(&f, n, params->min_left); /* for the sums */
	l = line_through(&f, 0, n);
	se = sqrt(l.sse / (double)(n - 2) * l.inverse_sq);
	total = l.slope * (double)(n - 1);
	if (l.slope != 0 &&
	    (se == 0 || 2 * pt(fabs(l.slope) / se, (double)(n - 2), 0, 0) < params->p))
		drifts = large_enough(&f, f.x[0], f.x[0] + total);
	finder__finish(&f, &f.list, &f.n_list);
	return drifts;
}

double changepoint__slope(const double *v, size_t n, double share)
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
	if (share > 0)
		return share * stats__median(slope, k);
	level = stats__median(copy, n);
	return level != 0 ? 100 * stats__median(slope, k) / fabs(level) : NAN;
}

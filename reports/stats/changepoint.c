// SPDX-License-Identifier: GPL-2.0-only
/*
 * changepoint.c - the search for changes of level in a series of nights.
 *
 * One look at a stretch of nights (look_at()) finds the split that explains most, tests it, and
 * says whether it is a step, or a drift that only looks like one. The two searches differ in the
 * stretches they look at: online, each night looks back on those since the last change; offline,
 * the whole series begins with what was seen night by night and then holds each change against
 * all nights between its neighbours.
 */
#include "reports/stats/changepoint.h"

#include "reports/stats/stats.h"

#include <math.h>

#define MATHLIB_STANDALONE
#include <Rmath.h>

#define MIN_SLOPE_NIGHTS 10
/* Splits whose log likelihood is within 3 of the best one's are its location set. */
#define LOCATION_LIMIT 6
/* A side with fewer nights than this has a variance that chance can make small. */
#define FEW_NIGHTS 5

#define FEW_NIGHTS_P 0.012
/* Two sides whose variances differ at this level have a noise of their own each. */

#define NOISE_P 0.03
/* A step must beat a straight line by so much in n ln(SSE): the step's place is one more
 * parameter, which BIC prices at ln(n), 4.1 for 60 nights. */
#define LINE_LIMIT 5
/* Nights on each side of a change between two drifts that are looked at, and how much less likely
 * than elsewhere chance must be there: a line was the better answer for all nights together. */
#define CLOSE_NIGHTS 12
#define CLOSE_P 0.01
/* The quantile of |difference of neighbouring nights| that stands for the noise, and what it is
 * in standard deviations of a difference. The median would be 0 in a series of two values. */
#define NOISE_QUANTILE 0.8
#define NOISE_NORMAL 1.2815515655446004
#define MIDDLE_NORMAL 0.67448975019608171

const struct changepoint_params changepoint__defaults = {
	.window = 60,
	.min_nights = 12,
	.min_left = 6,
	.min_right = 3,
	.p = 1e-4,
	.hampel = 3.5,
	.guard_rel = 0.02,
};

/* What spikes are measured by. `sorted` has the |differences| of neighbouring nights of
 * x[from, to) and is kept from one look to the next; `mid` the medians of five of all nights. */
struct steps {
	double *sorted, *mid;
	size_t n, from, to;
};

struct finder {
	struct changepoint_params params;
	const double *v;
	const bool *restart;
	size_t n;
	bool linear; /* a value is <= 0: differences instead of ratios */
	double *x; /* the values on the scale of the test */
	/* Of the stretch that is looked at: nights without spikes; their sums and sums of squares
	 * before each split; what each split leaves unexplained. */
	double *y, *sum, *sq, *sse;
	double *inverse; /* 1 / i */
	double *scratch;
	struct steps steps;
	double t_least; /* no |t| below this has a p that small, whatever df is */
	struct change *list;
	size_t n_list, room;
};

enum look {
	LOOK_NOTHING,
	LOOK_STEP,
	LOOK_DRIFT,
};

struct split {
	size_t at, first, last; /* indices into the whole series, as in struct change */
	double p;
};

/* --- spikes ------------------------------------------------------------------------------- */

static size_t lower_bound(const double *sorted, size_t n, double v)
{
	size_t lo = 0;

	while (lo < n) {
		size_t mid = lo + (n - lo) / 2;

		if (sorted[mid] < v)
			lo = mid + 1;
		else
			n = mid;
	}
	return lo;
}

static void steps__remove(struct steps *s, double v)
{
	size_t at = lower_bound(s->sorted, s->n, v);

	s->n--;
	memmove(s->sorted + at, s->sorted + at + 1, (s->n - at) * sizeof(v));
}

static void steps__insert(struct steps *s, double v)
{
	size_t at = lower_bound(s->sorted, s->n, v);

	memmove(s->sorted + at + 1, s->sorted + at, (s->n - at) * sizeof(v));
	s->sorted[at] = v;
	s->n++;
}

/* Make s hold the differences within [from, to). Cheap when that is the last stretch moved on by
 * a night: this runs for every night of every metric. */
static void steps__slide(struct steps *s, const double *x, size_t from, size_t to)
{
	if (from < s->from || to < s->to || from >= s->to || to - s->to > 1) {
		s->n = to - from - 1;
		for (size_t i = 0; i < s->n; i++)
			s->sorted[i] = fabs(x[from + i + 1] - x[from + i]);
		stats__sort(s->sorted, s->n);
	} else {
		for (size_t i = s->from; i < from; i++)
			steps__remove(s, fabs(x[i + 1] - x[i]));
		if (to > s->to)
			steps__insert(s, fabs(x[to - 1] - x[to - 2]));
	}
	s->from = from;
	s->to = to;
}

static double max2(double a, double b)
{
	return a > b ? a : b;
}

static double min2(double a, double b)
{
	return a < b ? a : b;
}

static double median5(const double *v)
{
	double a = max2(min2(v[0], v[1]), min2(v[2], v[3]));
	double b = min2(max2(v[0], v[1]), max2(v[2], v[3]));

	/* Of the four, a and b are the middle ones: the fifth lies below, between or above. */
	return max2(min2(a, b), min2(max2(a, b), v[4]));
}

/* Median of the values up to two nights away from x[i], of those in x[0..n). */
static double neighbourhood(const double *x, size_t n, size_t i)
{
	size_t from = i < 2 ? 0 : i - 2, to = i + 3 < n ? i + 3 : n;
	double v[5];

	memcpy(v, x + from, (to - from) * sizeof(*v));
	return stats__median(v, to - from);
}

static void steps__init(struct steps *s, const double *x, size_t n)
{
	s->sorted = xcalloc(n, sizeof(*s->sorted));
	s->mid = xcalloc(n, sizeof(*s->mid));
	for (size_t i = 2; i + 2 < n; i++)
		s->mid[i] = median5(x + i - 2);
}

static void steps__release(struct steps *s)
{
	free(s->sorted);
	free(s->mid);
}

static void steps__despike(struct steps *s, const double *x, size_t from, size_t to, double hampel,
			   double *y)
{
	size_t n = to - from;
	double limit = 0;

	steps__slide(s, x, from, to);
	/* A difference has the variance of two nights. The last term keeps rounding apart from
	 * spikes where nothing varies. */
	if (s->n) {
		double middle = s->sorted[s->n / 2] / MIDDLE_NORMAL;
		double high = s->sorted[(size_t)(NOISE_QUANTILE * (double)(s->n - 1) + 0.5)] /
			      NOISE_NORMAL;

		limit = hampel * (max2(middle, high) / M_SQRT2 + 1e-12);
	}
	for (size_t i = 0; i < n; i++) {
		bool inside = i >= 2 && i + 2 < n;
		double mid = inside ? s->mid[from + i] : neighbourhood(x + from, n, i);

		y[i] = fabs(x[from + i] - mid) > limit ? mid : x[from + i];
	}
}

void changepoint__despike(const double *x, size_t n, double hampel, double *y)
{
	struct steps s = { 0 };

	steps__init(&s, x, n);
	if (n)
		steps__despike(&s, x, 0, n, hampel, y);
	steps__release(&s);
}

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
	f->inverse = xcalloc(n + 1, sizeof(*f->inverse));
	for (size_t i = 1; i <= n; i++)
		f->inverse[i] = 1 / (double)i;
	f->scratch = xcalloc(n, sizeof(*f->scratch));
	/* Student's tails are heavier than the normal ones. */
	f->t_least = qnorm(params->p / 2, 0, 1, 0, 0);
	for (size_t i = 0; i < n; i++)
		f->linear |= v[i] <= 0;
	for (size_t i = 0; i < n; i++)
		f->x[i] = f->linear ? v[i] : log(v[i]);
	steps__init(&f->steps, f->x, n);
}

static void finder__finish(struct finder *f, struct change **out, size_t *n_out)
{
	free(f->x);
	free(f->y);
	free(f->sum);
	free(f->sq);
	free(f->sse);
	free(f->inverse);
	free(f->scratch);
	steps__release(&f->steps);
	*out = f->list;
	*n_out = f->n_list;
}

static double median_of(struct finder *f, const double *v, size_t n)
{
	memcpy(f->scratch, v, n * sizeof(*v));
	return stats__median(f->scratch, n);
}

/* --- one look ----------------------------------------------------------------------------- */

/* What every split of f->y[0..n) leaves unexplained, and the split of those with enough nights
 * on both sides that leaves least: it is the one with the largest pooled t. */
static size_t best_split(struct finder *f, size_t n, size_t min_left)
{
	size_t best = min_left;

	/* Relative to one of the values, to keep the digits. */
	for (size_t i = 0; i < n; i++) {
		double d = f->y[i] - f->y[0];

		f->sum[i + 1] = f->sum[i] + d;
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

/* Variance of one side, x[0..n) as measured and y[0..n) without spikes. A few single bad nights
 * are left out; where many would be, they are the noise. */
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

static bool differ(double var_a, size_t na, double var_b, size_t nb)
{
	return var_a > var_b && (var_b <= 0 || pf(var_a / var_b, (double)(na - 1), (double)(nb - 1),
						  0, 0) < NOISE_P);
}

/*
 * The p of split k. The pooled t statistic supposes one noise on both sides: where the variances
 * differ, Welch's p counts as well, and where one side has only a few nights, which can lie close
 * together by chance after a rise of noise, Welch's test has to agree at a mild level.
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
		p = max2(p, welch);
	return p;
}

/* Is the difference between two levels on the scale of the test large enough to matter? */
static bool large_enough(const struct finder *f, double l, double r)
{
	double step = f->linear ? r - l : exp(r) - exp(l);
	double share = f->linear ? (r - l) / fabs(l) : expm1(r - l);

	if (f->params.guard_abs > 0 && !f->params.guard_both)
		return fabs(step) >= f->params.guard_abs;
	return fabs(step) >= f->params.guard_abs && !(fabs(share) < f->params.guard_rel);
}

/* What a straight line leaves of f->y[0..n) unexplained; its slope per night. */
static double line_sse(const struct finder *f, size_t n, double *slope)
{
	double mid = ((double)n - 1) / 2, sxx = 0, sxy = 0, sse;

	for (size_t i = 0; i < n; i++) {
		double c = (double)i - mid;

		sxx += c * c;
		sxy += c * (f->y[i] - f->y[0]);
	}
	*slope = sxy / sxx;
	sse = f->sq[n] - f->sum[n] * f->sum[n] / (double)n - sxy * sxy / sxx;
	return sse > 0 ? sse : 0;
}

/*
 * Where the step is, once it is sure that there is one: the split that leaves least, and the
 * others that leave about as little. The newest nights, which are too few to raise an alarm,
 * may well be the whole new level: left out, a large step would be seen a night too early,
 * before its level has three nights, and be put a night too early for good.
 */
static void locate(const struct finder *f, size_t n, size_t min_left, size_t best,
		   struct split *out)
{
	double limit;

	for (size_t k = best; k < n; k++)
		if (f->sse[k] < f->sse[best])
			best = k;
	limit = f->sse[best] * exp(LOCATION_LIMIT / (double)n);
	out->at = out->first = out->last = best;
	for (size_t k = min_left; k < n; k++) {
		if (f->sse[k] > limit)
			continue;
		out->first = k < out->first ? k : out->first;
		out->last = k > out->last ? k : out->last;
	}
}

/* Look at [from, to). `after`: the stretch begins with a change that is known, so that fewer
 * nights make its first level. */
static enum look look_at(struct finder *f, size_t from, size_t to, bool after, struct split *out)
{
	size_t min_left = after ? f->params.min_right : f->params.min_left;
	size_t min_nights = after ? f->params.min_nights - f->params.min_left + min_left :
				    f->params.min_nights;
	const double *x = f->x + from;
	size_t n = to - from, k;
	double slope, line;

	if (n < min_nights)
		return LOOK_NOTHING;
	steps__despike(&f->steps, f->x, from, to, f->params.hampel, f->y);
	k = best_split(f, n, min_left);
	out->p = p_of(f, x, n, k);
	if (!(out->p < f->params.p) ||
	    !large_enough(f, median_of(f, x, k), median_of(f, x + k, n - k)))
		return LOOK_NOTHING;
	locate(f, n, min_left, k, out);
	line = line_sse(f, n, &slope);
	/* Written so that a step that leaves nothing at all is a step. */
	if (line < f->sse[out->at] * exp(LINE_LIMIT / (double)n)) {
		out->at = out->first = from;
		out->last = to - 1;
		return LOOK_DRIFT;
	}
	out->at += from;
	out->first += from;
	out->last += from;
	return LOOK_STEP;
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
}

/* The levels on both sides of a change: [from, at) and [at, to). */
static void describe(struct finder *f, struct change *c, size_t from, size_t to)
{
	const double *x = f->x;
	struct stats_test t;

	c->before = median_of(f, f->v + from, c->at - from);
	c->after = median_of(f, f->v + c->at, to - c->at);
	c->pct = c->before != 0 ? 100 * (c->after - c->before) / fabs(c->before) : NAN;
	c->lo_pct = c->hi_pct = NAN;
	if (stats__welch(x + from, c->at - from, x + c->at, to - c->at, 0, &t))
		return;
	if (!f->linear) {
		c->lo_pct = 100 * expm1(t.lo95);
		c->hi_pct = 100 * expm1(t.hi95);
	} else if (c->before != 0) {
		c->lo_pct = 100 * t.lo95 / fabs(c->before);
		c->hi_pct = 100 * t.hi95 / fabs(c->before);
	}
}

/* Night by night over [begin, end). */
static void watch(struct finder *f, size_t begin, size_t end)
{
	size_t from = begin;
	bool after = false;

	for (size_t night = begin; night < end; night++) {
		struct change *c;
		struct split s;

		if (night > begin && restarts(f, night)) {
			from = night;
			after = false;
		}
		if (night + 1 - from > f->params.window) {
			from = night + 1 - f->params.window;
			after = false;
		}
		if (look_at(f, from, night + 1, after, &s) != LOOK_STEP)
			continue;
		c = add(f, s.at);
		set(c, &s);
		c->alarm = night;
		describe(f, c, from, night + 1);
		from = s.at;
		after = true;
	}
}

void changepoint__online(const double *v, const bool *restart, size_t n,
			 const struct changepoint_params *params, struct change **out,
			 size_t *n_out)
{
	struct finder f;

	finder__init(&f, v, restart, n, params);
	watch(&f, 0, n);
	finder__finish(&f, out, n_out);
}

static int compare_at(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* The stretch around change i of those that begin with list[first]: from the change before it
 * to the one behind it. */
static void between(const struct finder *f, size_t i, size_t first, size_t begin, size_t end,
		    size_t *from, size_t *to, bool *after)
{
	*after = i > first;
	*from = *after ? f->list[i - 1].at : begin;
	*to = i + 1 < f->n_list ? f->list[i + 1].at : end;
}

static void drop(struct finder *f, size_t i)
{
	f->n_list--;
	memmove(&f->list[i], &f->list[i + 1], (f->n_list - i) * sizeof(*f->list));
}

/* Of a sawtooth that rises slowly and drops at once, a line describes the stretch around a drop
 * better than one step does, though the drop is there: look closer. */
static bool stands_between_drifts(struct finder *f, const struct change *c, size_t from, size_t to,
				  struct split *s)
{
	const size_t near = CLOSE_NIGHTS;

	from = c->at > from + near ? c->at - near : from;
	to = c->at + near < to ? c->at + near : to;
	return look_at(f, from, to, false, s) == LOOK_STEP && s->p < f->params.p * CLOSE_P;
}

/*
 * Hold each change against all nights between its neighbours: move it to where these put it, and
 * drop the least certain one that they do not show, until all stand. Each round drops one.
 */
static void prune(struct finder *f, size_t first, size_t begin, size_t end)
{
	for (;;) {
		size_t worst = SIZE_MAX;
		double worst_p = -1;

		for (size_t i = first; i < f->n_list; i++) {
			size_t from, to;
			enum look seen;
			struct split s;
			bool after;

			between(f, i, first, begin, end, &from, &to, &after);
			seen = look_at(f, from, to, after, &s);
			if (seen == LOOK_STEP ||
			    (seen == LOOK_DRIFT &&
			     stands_between_drifts(f, &f->list[i], from, to, &s))) {
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

/* Look at each stretch between changes as a whole: small steps need more nights than the window
 * of a night has. Returns whether one was added. */
static bool fill(struct finder *f, size_t first, size_t begin, size_t end)
{
	size_t n = f->n_list;

	for (size_t i = first; i <= n; i++) {
		size_t from = i > first ? f->list[i - 1].at : begin;
		size_t to = i < n ? f->list[i].at : end;
		struct split s;

		if (look_at(f, from, to, i > first, &s) == LOOK_STEP)
			set(add(f, s.at), &s);
	}
	if (f->n_list == n)
		return false;
	qsort(f->list + first, f->n_list - first, sizeof(*f->list), compare_at);
	return true;
}

/* The first night by which the nights from `from` on show the change; it was found with those
 * before `to`, but perhaps together with more than these. */
static size_t first_seen(struct finder *f, size_t at, size_t from, size_t to, bool after)
{
	for (size_t night = at; night + 1 < to; night++) {
		struct split s;

		if (look_at(f, from, night + 1, after, &s) == LOOK_STEP)
			return night;
	}
	return to - 1;
}

/* All changes between two restarts. */
static void segment(struct finder *f, size_t begin, size_t end)
{
	size_t first = f->n_list;

	watch(f, begin, end);
	prune(f, first, begin, end);
	/* Every round adds a change that prune() lets stand, or ends; a series has few. */
	for (size_t round = 0; round < end - begin && fill(f, first, begin, end); round++)
		prune(f, first, begin, end);
	for (size_t i = first; i < f->n_list; i++) {
		size_t from, to;
		bool after;

		between(f, i, first, begin, end, &from, &to, &after);
		f->list[i].alarm = first_seen(f, f->list[i].at, from, to, after);
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
		segment(&f, from, to);
	}
	for (size_t i = 0; i < f.n_list; i++)
		describe(&f, &f.list[i], i ? f.list[i - 1].at : 0,
			 i + 1 < f.n_list ? f.list[i + 1].at : n);
	finder__finish(&f, out, n_out);
}

bool changepoint__drifts(const double *v, size_t n, const struct changepoint_params *params)
{
	struct finder f;
	double slope, sse, se, total;
	bool drifts = false;

	if (n < params->min_nights)
		return false;
	finder__init(&f, v, NULL, n, params);
	steps__despike(&f.steps, f.x, 0, n, params->hampel, f.y);
	best_split(&f, n, params->min_left); /* for its sums */
	sse = line_sse(&f, n, &slope);
	/* The sum of (i - mean)^2 over n nights is n (n^2 - 1) / 12. */
	se = sqrt(sse / (double)(n - 2) * 12 / ((double)n * ((double)n * (double)n - 1)));
	total = slope * (double)(n - 1);
	if (slope != 0 && (se == 0 || 2 * pt(fabs(slope) / se, (double)(n - 2), 0, 0) < params->p))
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

// SPDX-License-Identifier: GPL-2.0-only
/* Change points: examples whose results were computed independently, and invariances. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/rng.h"
#include "reports/stats/changepoint.h"
#include "reports/stats/spikes.h"

#include <math.h>

/* A spike at night 8, a step of about 5 % at night 10. */
static const double example[] = { 100, 101,   99.5, 100.4, 99,	100.2, 101.3, 99.8,
				  140, 100.1, 105,  104.2, 106, 105.5, 104.9 };

#define NIGHTS ARRAY_SIZE(example)
#define P_SEEN 1.7820337e-6 /* p of nights 0..12, by direct summation and numerical integration */
#define P_WHOLE 2.25443883e-8 /* p of nights 0..14 */

typedef void (*finder)(const double *, const bool *, size_t, const struct changepoint_params *,
		       struct change **, size_t *);

static struct change *find(finder f, const double *v, const bool *restart, size_t n, size_t *n_out)
{
	struct change *c;

	f(v, restart, n, &changepoint__defaults, &c, n_out);
	return c;
}

static size_t count(finder f, const double *v, size_t n)
{
	size_t k;

	free(find(f, v, NULL, n, &k));
	return k;
}

static void near(double got, double want, double rel)
{
	if (fabs(got - want) > rel * fabs(want))
		print_error("got %.12g, want %.12g\n", got, want);
	assert_true(fabs(got - want) <= rel * fabs(want));
}

static void despiked(void **state)
{
	double x[NIGHTS], y[NIGHTS];
	struct spikes *s;

	(void)state;
	for (size_t i = 0; i < NIGHTS; i++)
		x[i] = log(example[i]);
	s = spikes__new(x, NIGHTS);
	spikes__replace(s, x, 0, NIGHTS, 3.5, y);
	spikes__free(s);
	for (size_t i = 0; i < NIGHTS; i++)
		near(exp(y[i]), i == 8 ? 101.3 : example[i], 1e-12);
}

static void seen_night_by_night(void **state)
{
	size_t n;
	struct change *c = find(changepoint__online, example, NULL, NIGHTS, &n);

	(void)state;
	assert_int_equal(n, 1);
	assert_int_equal(c->alarm, 12);
	assert_int_equal(c->at, 10);
	assert_int_equal(c->first, 10);
	assert_int_equal(c->last, 10);
	near(c->p, P_SEEN, 1e-7);
	near(c->before, 100.15, 1e-12);
	near(c->after, 105, 1e-12);
	near(c->pct, 4.842735896, 1e-9);
	assert_true(c->lo_pct < 4.8 && c->hi_pct > -4);
	free(c);
}

static void seen_at_once(void **state)
{
	size_t n;
	struct change *c = find(changepoint__offline, example, NULL, NIGHTS, &n);

	(void)state;
	assert_int_equal(n, 1);
	assert_int_equal(c->alarm, 12);
	assert_int_equal(c->at, 10);
	near(c->p, P_WHOLE, 1e-7);
	near(c->after, 105, 1e-12);
	free(c);
}

/* The result does not depend on the unit, on the sign of the change, or on later nights without
 * news. */
static void what_does_not_matter(void **state)
{
	static const double factor[] = { 1e9, 1e-9, 1 / 3.0 };
	double v[NIGHTS];
	struct change *c;
	size_t n;

	(void)state;
	for (size_t f = 0; f < ARRAY_SIZE(factor); f++) {
		for (size_t i = 0; i < NIGHTS; i++)
			v[i] = factor[f] * example[i];
		c = find(changepoint__online, v, NULL, NIGHTS, &n);
		assert_int_equal(n, 1);
		assert_int_equal(c->at, 10);
		near(c->p, P_SEEN, 1e-6);
		near(c->pct, 4.842735896, 1e-9);
		free(c);
	}
	for (size_t i = 0; i < NIGHTS; i++)
		v[i] = 1e4 / example[i];
	c = find(changepoint__online, v, NULL, NIGHTS, &n);
	assert_int_equal(n, 1);
	near(c->p, P_SEEN, 1e-6);
	near(1 + c->pct / 100, 100.15 / 105, 1e-5);
	free(c);
}

static void too_few_nights(void **state)
{
	(void)state;
	assert_int_equal(count(changepoint__online, example, 0), 0);
	assert_int_equal(count(changepoint__offline, example, 0), 0);
	for (size_t n = 1; n < 12; n++) {
		assert_int_equal(count(changepoint__online, example + 4, n), 0);
		assert_int_equal(count(changepoint__offline, example + 4, n), 0);
	}
}

/* Values without any variance: a step must not be missed, and none invented. */
static void without_noise(void **state)
{
	double v[40];
	struct change *c;
	size_t n;

	(void)state;
	for (size_t i = 0; i < 40; i++)
		v[i] = 12345678901.0;
	assert_int_equal(count(changepoint__online, v, 40), 0);
	v[25] *= 3;
	assert_int_equal(count(changepoint__online, v, 40), 0);
	assert_int_equal(count(changepoint__offline, v, 40), 0);
	v[25] = v[0];
	for (size_t i = 30; i < 40; i++)
		v[i] *= 1.03;
	c = find(changepoint__online, v, NULL, 40, &n);
	assert_int_equal(n, 1);
	assert_int_equal(c->at, 30);
	/* Not on night 31: two nights are too few for a new level. */
	assert_int_equal(c->alarm, 32);
	assert_true(c->p < 1e-4);
	near(c->pct, 3, 1e-9);
	free(c);
}

static void fill(double *v, size_t n, double level, double sd, uint64_t seed)
{
	struct rng rng;

	rng__seed(&rng, seed);
	for (size_t i = 0; i < n; i++)
		v[i] = level + sd * rng__normal(&rng);
}

/* Significant, but below the guard. */
static void guard(void **state)
{
	struct changepoint_params p = changepoint__defaults;
	struct change *c;
	double v[60];
	size_t n;

	(void)state;
	fill(v, 30, 1000, 0.5, 1);
	fill(v + 30, 30, 1015, 0.5, 2);
	assert_int_equal(count(changepoint__offline, v, 60), 0);
	p.guard_abs = 16;
	changepoint__offline(v, NULL, 60, &p, &c, &n);
	assert_int_equal(n, 0);
	free(c);
	p.guard_abs = 14;
	changepoint__offline(v, NULL, 60, &p, &c, &n);
	assert_int_equal(n, 1);
	assert_int_equal(c->at, 30);
	free(c);
	p.guard_both = true; /* 1.5 % is still below the relative guard of 2 % */
	changepoint__offline(v, NULL, 60, &p, &c, &n);
	assert_int_equal(n, 0);
	free(c);
}

/* With values <= 0, differences are tested instead of ratios. */
static void around_zero(void **state)
{
	struct change *c;
	double v[60];
	size_t n;

	(void)state;
	fill(v, 30, 0, 1, 3);
	fill(v + 30, 30, -10, 1, 4);
	c = find(changepoint__offline, v, NULL, 60, &n);
	assert_int_equal(n, 1);
	assert_int_equal(c->at, 30);
	assert_true(c->after - c->before < -9 && c->after - c->before > -11);
	free(c);
}

static void up_and_down(void **state)
{
	struct change *c;
	double v[120];
	size_t n;

	(void)state;
	fill(v, 40, 100, 1, 5);
	fill(v + 40, 40, 110, 1, 6);
	fill(v + 80, 40, 100, 1, 7);
	for (int online = 0; online < 2; online++) {
		c = find(online ? changepoint__online : changepoint__offline, v, NULL, 120, &n);
		assert_int_equal(n, 2);
		assert_int_equal(c[0].at, 40);
		assert_int_equal(c[1].at, 80);
		assert_true(c[0].alarm >= 41 && c[0].alarm < 46);
		assert_true(c[1].alarm >= 81 && c[1].alarm < 86);
		assert_true(c[0].pct > 9 && c[1].pct < -8);
		assert_true(c[0].lo_pct < c[0].pct && c[0].pct < c[0].hi_pct);
		free(c);
	}
}

/* A declared restart is no alarm, and no test spans it. */
static void restart(void **state)
{
	bool at[80] = { false };
	struct change *c;
	double v[80];
	size_t n;

	(void)state;
	fill(v, 40, 100, 1, 5);
	fill(v + 40, 40, 110, 1, 6);
	at[40] = true;
	free(find(changepoint__online, v, at, 80, &n));
	assert_int_equal(n, 0);
	c = find(changepoint__offline, v, at, 80, &n);
	assert_int_equal(n, 1);
	assert_true(c->reset && c->at == 40 && isnan(c->p));
	assert_true(c->pct > 9 && c->pct < 11);
	free(c);
}

/* A regression that was fixed stays in the history, no matter how much later it is searched. */
static void repaired(void **state)
{
	struct change *c;
	double v[135];
	size_t n;

	(void)state;
	fill(v, 60, 100, 1, 11);
	fill(v + 60, 15, 200, 2, 12);
	fill(v + 75, 60, 100, 1, 13);
	for (size_t nights = 80; nights <= 135; nights += 5) {
		for (int online = 0; online < 2; online++) {
			c = find(online ? changepoint__online : changepoint__offline, v, NULL,
				 nights, &n);
			assert_int_equal(n, 2);
			assert_int_equal(c[0].at, 60);
			assert_int_equal(c[1].at, 75);
			near(c[0].pct, 100, 0.02);
			near(c[1].pct, -50, 0.02);
			free(c);
		}
	}
}

/* A level of four nights between two long ones. */
static void short_pulse(void **state)
{
	struct change *c;
	double v[100];
	size_t n;

	(void)state;
	fill(v, 100, 100, 1, 14);
	for (size_t i = 50; i < 54; i++)
		v[i] *= 1.5;
	for (int online = 0; online < 2; online++) {
		c = find(online ? changepoint__online : changepoint__offline, v, NULL, 100, &n);
		assert_int_equal(n, 2);
		assert_int_equal(c[0].at, 50);
		assert_int_equal(c[1].at, 54);
		free(c);
	}
}

/* Nights drawn from two values with 30 and 70 %: the rarer value is not a spike, and runs of a
 * value are not levels. */
static void two_modes(void **state)
{
	size_t online = 0, whole = 0;
	double v[100];

	(void)state;
	for (uint64_t s = 0; s < 200; s++) {
		struct rng rng;

		rng__seed(&rng, s);
		for (size_t i = 0; i < 100; i++)
			v[i] = rng__unit(&rng) < 0.3 ? 103 : 100;
		online += count(changepoint__online, v, 100);
		whole += count(changepoint__offline, v, 100);
	}
	assert_true(online <= 54); /* .27 in 100 nights */
	assert_true(whole <= 20);
}

/* A straight line is not a step, though steps would fit it; a step in addition to one is. */
static void drift(void **state)
{
	struct change *c;
	double v[160];
	size_t n;

	(void)state;
	fill(v, 160, 100, 1, 15);
	for (size_t i = 0; i < 160; i++)
		v[i] *= 1 + 0.2 * (double)i / 160;
	assert_int_equal(count(changepoint__offline, v, 160), 0);
	for (size_t i = 120; i < 160; i++)
		v[i] *= 1.2;
	c = find(changepoint__offline, v, NULL, 160, &n);
	assert_true(n >= 1);
	assert_int_equal(c[n - 1].at, 120);
	free(c);
}

/* A sawtooth: up by `size` over `ramp` nights, then back in one night. */
static void ramps(double *v, size_t n, size_t ramp, double size, double cv, uint64_t seed)
{
	struct rng rng;

	rng__seed(&rng, seed);
	for (size_t i = 0; i < n; i++)
		v[i] = 100 * (1 + size * (double)(i % ramp) / (double)ramp) *
		       exp(cv * rng__normal(&rng));
}

/* Slow rises and sudden drops: each drop is found with its own size, though both sides have the
 * same median, and the rises are not steps. */
static void sawtooth(void **state)
{
	static const struct {
		size_t ramp;
		double size, cv;
	} of[] = { { 20, 0.3, 0.01 }, { 30, 0.2, 0.01 }, { 30, 1, 0.02 },
		   { 40, 0.5, 0.01 }, { 45, 0.4, 0 },	 { 60, 1, 0.02 } };
	double v[240];

	(void)state;
	for (size_t k = 0; k < 2 * ARRAY_SIZE(of); k++) {
		size_t n, ramp = of[k / 2].ramp, drops = 239 / ramp - (239 % ramp < 4);
		double size = of[k / 2].size;
		struct change *c;

		ramps(v, 240, ramp, size, of[k / 2].cv, 30 + k);
		c = find(k % 2 ? changepoint__online : changepoint__offline, v, NULL, 240, &n);
		assert_int_equal(n, drops);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(c[i].at, (i + 1) * ramp);
			assert_true(c[i].alarm >= c[i].at + 4 && c[i].alarm < c[i].at + 8);
			assert_true(c[i].drifting && c[i].p < 1e-5);
			assert_true(c[i].lo_pct <= c[i].pct && c[i].pct <= c[i].hi_pct);
			/* Online, there are few nights after the drop. */
			near(c[i].pct, -100 * size / (1 + size), k % 2 ? 0.25 : 0.15);
		}
		free(c);
	}
}

/* A jump in a series that rises and then falls, tested by differences instead of ratios. */
static void jump_between_drifts(void **state)
{
	struct change *c;
	double v[80];
	size_t n;

	(void)state;
	fill(v, 80, -20, 0.5, 21);
	for (size_t i = 0; i < 80; i++)
		v[i] += i < 40 ? 0.4 * (double)i : 0.4 * (double)(80 - i) + 20;
	for (int online = 0; online < 2; online++) {
		c = find(online ? changepoint__online : changepoint__offline, v, NULL, 80, &n);
		assert_int_equal(n, 1);
		assert_int_equal(c->at, 40);
		near(c->before, -4, 0.25);
		assert_true(c->after - c->before > 18 && c->after - c->before < 22);
		free(c);
	}
	/* Two slopes that meet are not a jump. */
	for (size_t i = 40; i < 80; i++)
		v[i] -= 20;
	assert_int_equal(count(changepoint__offline, v, 80), 0);
}

static void slope(void **state)
{
	double v[90];

	(void)state;
	for (size_t i = 0; i < 90; i++)
		v[i] = 100 + 0.1 * (double)i;
	v[17] = 1000; /* one outlier does not affect it */
	near(changepoint__slope(v, 90, 0), 0.1 / 1.0445 * 1, 2e-3);
	near(changepoint__slope(v, 90, 100), 10, 1e-9); /* for a share, in points */
	assert_true(isnan(changepoint__slope(v, 9, 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(despiked),
		cmocka_unit_test(seen_night_by_night),
		cmocka_unit_test(seen_at_once),
		cmocka_unit_test(what_does_not_matter),
		cmocka_unit_test(too_few_nights),
		cmocka_unit_test(without_noise),
		cmocka_unit_test(guard),
		cmocka_unit_test(around_zero),
		cmocka_unit_test(up_and_down),
		cmocka_unit_test(restart),
		cmocka_unit_test(slope),
		cmocka_unit_test(repaired),
		cmocka_unit_test(short_pulse),
		cmocka_unit_test(two_modes),
		cmocka_unit_test(drift),
		cmocka_unit_test(sawtooth),
		cmocka_unit_test(jump_between_drifts),
	};

	return cmocka_run_group_tests_name("reports/changepoint", tests, NULL, NULL);
}

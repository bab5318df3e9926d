// SPDX-License-Identifier: GPL-2.0-only
/*
 * changepoint.c - does the change point search find what it should, and nothing else?
 *
 * Seeded nights with independent log-normal noise, 160 of them, half of the cases with a step
 * at night 90, watched night by night. The figures and their bounds are those that
 * docs/HISTORY.md states; a run outside them fails. Then the speed over 1000 x 1000 nights.
 */
#include "lib/clock.h"
#include "lib/rng.h"
#include "reports/stats/changepoint.h"

#include <math.h>

#define NIGHTS 160
#define STEP_AT 90
#define SERIES 1000
#define SPEED_METRICS 1000
#define SPEED_NIGHTS 1000
#define SPEED_LIMIT_S 2.0

struct score {
	double alarms; /* per 100 nights */
	double within[3]; /* found within 5, 10, 20 nights */
	double near; /* of those found: first bad night right within one */
};

static void make_nights(double *v, size_t n, uint64_t seed, double cv, double step, double spikes)
{
	struct rng rng;

	rng__seed(&rng, seed);
	for (size_t i = 0; i < n; i++) {
		v[i] = 100 * exp(cv * rng__normal(&rng)) * (i >= STEP_AT ? 1 + step : 1);
		if (rng__unit(&rng) < spikes)
			v[i] *= 1 + cv * (4 - 2 * log(1 - rng__unit(&rng)));
	}
}

static void score_series(const struct change *c, size_t n, struct score *s)
{
	static const size_t within[] = { 5, 10, 20 };

	s->alarms += (double)n;
	for (size_t i = 0; i < n; i++) {
		if (c[i].alarm < STEP_AT)
			continue;
		for (size_t d = 0; d < 3; d++)
			s->within[d] += c[i].alarm < STEP_AT + within[d];
		if (c[i].alarm < STEP_AT + within[2])
			s->near += c[i].at + 1 >= STEP_AT && c[i].at <= STEP_AT + 1;
		break;
	}
}

static struct score simulate(double cv, double step, double spikes)
{
	struct score s = { 0 };
	double found;

	for (uint64_t i = 0; i < SERIES; i++) {
		struct change *c;
		double v[NIGHTS];
		size_t n;

		make_nights(v, NIGHTS, rng__derive(7, i, (uint64_t)(1e6 * cv)), cv, step, spikes);
		changepoint__online(v, NULL, NIGHTS, &changepoint__defaults, &c, &n);
		score_series(c, n, &s);
		free(c);
	}
	found = s.within[2];
	s.alarms *= 100.0 / ((double)NIGHTS * SERIES);
	for (size_t d = 0; d < 3; d++)
		s.within[d] /= SERIES;
	s.near = found > 0 ? s.near / found : 0;
	return s;
}

static bool false_alarms(double cv, double spikes, double most)
{
	struct score s = simulate(cv, 0, spikes);
	bool good = s.alarms <= most;

	printf("%sok - changepoint: %.3f false alarms in 100 nights at CV %g %%%s, wanted <= %g\n",
	       good ? "" : "not ", s.alarms, 100 * cv, spikes > 0 ? " with 3 % spikes" : "", most);
	return good;
}

static bool steps(double cv, double step, const double least[3], double near)
{
	struct score s = simulate(cv, step, 0);
	bool good = s.near >= near;

	for (size_t d = 0; d < 3; d++)
		good &= s.within[d] >= least[d];
	printf("%sok - changepoint: step of %g %% at CV %g %%: found within 5/10/20 nights "
	       "%.3f/%.3f/%.3f, wanted %.2f/%.2f/%.2f; night +-1 %.3f, wanted %.2f\n",
	       good ? "" : "not ", 100 * step, 100 * cv, s.within[0], s.within[1], s.within[2],
	       least[0], least[1], least[2], s.near, near);
	return good;
}

typedef void (*finder)(const double *, const bool *, size_t, const struct changepoint_params *,
		       struct change **, size_t *);

static bool speed(const char *name, finder find)
{
	_free_ double *v = xcalloc(SPEED_NIGHTS, sizeof(*v));
	uint64_t spent = 0;
	size_t changes = 0;
	double took;
	bool good;

	for (uint64_t m = 0; m < SPEED_METRICS; m++) {
		struct change *c;
		uint64_t start;
		size_t n;

		make_nights(v, SPEED_NIGHTS, rng__derive(8, m, 0), 0.02, m % 2 ? 0.1 : 0, 0.03);
		start = clock__ns();
		find(v, NULL, SPEED_NIGHTS, &changepoint__defaults, &c, &n);
		spent += clock__ns() - start;
		changes += n;
		free(c);
	}
	took = (double)spent / NSEC_PER_SEC;
	good = took < SPEED_LIMIT_S && changes >= SPEED_METRICS / 2;
	printf("%sok - changepoint: %d metrics x %d nights %s in %.2f s, wanted < %g s (%zu "
	       "changes)\n",
	       good ? "" : "not ", SPEED_METRICS, SPEED_NIGHTS, name, took, SPEED_LIMIT_S, changes);
	return good;
}

int main(void)
{
	bool good = true;

	good &= false_alarms(0.01, 0, 0.06);
	good &= false_alarms(0.03, 0, 0.16);
	good &= false_alarms(0.01, 0.03, 0.25);
	good &= false_alarms(0.03, 0.03, 0.50);
	good &= steps(0.03, 0.03, (const double[]){ 0.02, 0.20, 0.40 }, 0.45);
	good &= steps(0.03, 0.05, (const double[]){ 0.30, 0.72, 0.87 }, 0.70);
	good &= steps(0.03, 0.10, (const double[]){ 0.95, 0.97, 0.97 }, 0.90);
	good &= steps(0.01, 0.03, (const double[]){ 0.91, 0.98, 0.98 }, 0.90);
	good &= steps(0.01, 0.05, (const double[]){ 0.98, 0.99, 0.99 }, 0.95);
	good &= steps(0.01, 0.10, (const double[]){ 0.98, 0.99, 0.99 }, 0.95);
	good &= speed("night by night", changepoint__online);
	good &= speed("at once", changepoint__offline);
	return good ? 0 : 1;
}

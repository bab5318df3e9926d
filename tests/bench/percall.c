// SPDX-License-Identifier: GPL-2.0-only
/*
 * percall.c - do verdicts on kernel.instructions_per_call keep the promises that hold for other rows, and
 * do they find changes that the total does not show? Simulated profiles go through the same table, fold and
 * test as stored ones. Fixed seeds; fails when a figure is out of its bounds.
 *
 * Functions are in groups (scheduler, interrupts, readiness), which are called up to 30 % more or less
 * often from boot to boot. The cost of a call has Poisson noise of loops and branches: one instruction in a
 * thousand calls for most functions, in ten calls for some. A tenth of the functions are rare, with a few
 * calls per boot, and sometimes expensive.
 */
#include "lib/rng.h"
#include "reports/profile/table.h"
#include "reports/stats/contrast.h"

#include <math.h>

#define RUNS 1000
#define FUNCTIONS 150
#define GROUPS 8
#define BOOTS_MAX 6
#define OPS 8000

/* How the code of side b differs. */
enum change {
	NOTHING,
	DEARER, /* one function costs more, by .1 % of the total */
	INLINED, /* a tenth of the functions is inlined into a caller */
	MORE_CALLS, /* one function is called twice, which adds .1 % of the total */
};

struct code {
	double cost[FUNCTIONS], calls[FUNCTIONS], loops[FUNCTIONS];
	unsigned int group[FUNCTIONS];
	double whole; /* instructions per operation, of all functions */
	size_t changed; /* the function that the change is in */
};

static unsigned int failures, figures;

static bool is_rare(size_t i)
{
	return i % 10 == 9;
}

static bool is_inlined(size_t i)
{
	return i % 10 == 3;
}

static void write_code(struct code *c, struct rng *rng)
{
	c->whole = 0;
	for (size_t i = 0; i < FUNCTIONS; i++) {
		c->cost[i] = 20 + floor(300 * rng__unit(rng));
		c->calls[i] = is_rare(i) ? (0.5 + 5 * rng__unit(rng)) / OPS : exp(rng__normal(rng));
		c->loops[i] = i % 7 ? 0.001 : 0.1;
		c->group[i] = (unsigned int)rng__below(rng, GROUPS);
		c->whole += c->cost[i] * c->calls[i];
	}
	/* A function that is called exactly once per operation. */
	c->changed = 1;
	c->calls[1] = 1;
	c->group[1] = 0;
}

static double noisy(double mean, struct rng *rng)
{
	return fmax(0, round(mean + sqrt(mean) * rng__normal(rng)));
}

/* Make the profile of one boot of a side, with functions called `names`. */
static void boot(const struct code *c, enum change change, const char *const *names, int64_t id,
		 struct rng *rng, struct store_profile *p)
{
	double often[GROUPS] = { 1 };
	const double extra = 0.001 * c->whole;

	for (size_t g = 1; g < GROUPS; g++)
		often[g] = exp(0.1 * rng__normal(rng));
	*p = (struct store_profile){ .boot = id, .operations = OPS, .n = FUNCTIONS };
	p->v = xcalloc(FUNCTIONS, sizeof(*p->v));
	for (size_t i = 0; i < FUNCTIONS; i++) {
		struct profile_function *f = &p->v[i];
		double calls = OPS * c->calls[i] * often[c->group[i]];
		double cost = c->cost[i];

		calls = i == c->changed ? calls : noisy(calls, rng);
		if (i == c->changed && change == DEARER)
			cost += extra;
		if (i == c->changed && change == MORE_CALLS)
			calls *= 1 + extra / cost;
		if (is_rare(i) && rng__unit(rng) < 0.1)
			cost *= 20;
		f->name = names[i];
		f->module = "";
		f->caller = is_inlined(i) ? (uint32_t)i - 1 : NO_FUNCTION;
		f->caller_calls = (uint64_t)calls;
		f->count[FUNCTION_CALLS] = (uint64_t)calls;
		f->count[FUNCTION_INSNS] = (uint64_t)(calls * cost +
						      noisy(calls * c->loops[i], rng));
	}
	for (size_t i = 0; change == INLINED && i < FUNCTIONS; i++) {
		struct profile_function *f = &p->v[i];

		if (!is_inlined(i))
			continue;
		p->v[i - 1].count[FUNCTION_INSNS] += f->count[FUNCTION_INSNS];
		memset(f->count, 0, sizeof(f->count));
	}
}

static const struct metric metric = {
	.name = "kernel.instructions_per_call",
	.unit = "insns/op",
	.better = BETTER_LOWER,
	.kind = METRIC_COUNT,
	.primary = true,
	.margin_rel = 0.001,
};

static void judge(const double *v, size_t n, struct judgement *j)
{
	struct contrast test = {
		.metric = &metric,
		.basis = BASIS_EXACT,
		.side = { { v + n, NULL, n }, { v, NULL, n } },
		.n_sides = 2,
	};

	contrast__test(&test, j);
}

/* In how many campaigns a difference is found in the part that comes from costs per call, and in the total;
 * and the median number of boots that each needs to find a change of .1 %. */
struct found {
	unsigned int part, whole;
	double boots_part, boots_whole;
};

static void one_campaign(enum change change, size_t n, const char *const *names, struct rng *rng,
			 struct judgement *part, struct judgement *whole)
{
	struct profile_table t = { 0 };
	struct profile_parts parts;
	struct code code;
	struct err err;

	write_code(&code, rng);
	for (size_t side = 0; side < EXPLAIN_SIDES; side++) {
		struct store_profile list[BOOTS_MAX];

		for (size_t i = 0; i < n; i++)
			boot(&code, side ? change : NOTHING, names, (int64_t)i, rng, &list[i]);
		if (profile_table__add(&t, list, n, FUNCTION_INSNS, true, &err))
			abort();
		for (size_t i = 0; i < n; i++)
			free(list[i].v);
	}
	profile_table__fold(&t, (const char *const[]){ "a", "b" });
	profile_table__split(&t, &parts);
	judge(parts.per_call, n, part);
	judge(t.whole, n, whole);
	profile_parts__release(&parts);
	profile_table__release(&t);
}

static double needed(const struct judgement *j)
{
	return j->boots_needed ? j->boots_needed : STATS_MAX_BOOTS;
}

static struct found run(enum change change, size_t n, const char *const *names)
{
	_free_ double *part = xcalloc(RUNS, sizeof(*part)), *whole = xcalloc(RUNS, sizeof(*whole));
	struct found f = { 0 };
	struct rng rng;

	rng__seed(&rng, rng__derive(15, change, n));
	for (size_t i = 0; i < RUNS; i++) {
		struct judgement p, w;

		one_campaign(change, n, names, &rng, &p, &w);
		f.part += p.p <= STATS_ALPHA;
		f.whole += w.p <= STATS_ALPHA;
		part[i] = needed(&p);
		whole[i] = needed(&w);
	}
	f.boots_part = stats__median(part, RUNS);
	f.boots_whole = stats__median(whole, RUNS);
	return f;
}

static void figure(const char *what, size_t n, double got, const char *unit, double lo, double hi)
{
	bool ok = got >= lo && got <= hi;

	figures++;
	failures += !ok;
	printf("%-44s n=%zu %8.1f %-5s %g to %g  %s\n", what, n, got, unit, lo, hi,
	       ok ? "ok" : "FAILED");
}

int main(void)
{
	static const size_t sizes[] = { 3, 6 };
	char text[FUNCTIONS][16];
	const char *names[FUNCTIONS];

	for (size_t i = 0; i < FUNCTIONS; i++) {
		snprintf(text[i], sizeof(text[i]), "function_%zu", i);
		names[i] = text[i];
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("Simulated profiles of %d functions, %d campaigns each\n", FUNCTIONS, RUNS);
	for (size_t k = 0; k < ARRAY_SIZE(sizes); k++) {
		const size_t n = sizes[k];
		struct found none = run(NOTHING, n, names), dearer = run(DEARER, n, names);
		struct found inlined = run(INLINED, n, names), more = run(MORE_CALLS, n, names);

		figure("part, nothing differs: found", n, 100.0 * none.part / RUNS, "%", 0, 6);
		figure("part, a tenth is inlined: found", n, 100.0 * inlined.part / RUNS, "%", 0,
		       6);
		figure("whole, nothing differs: found", n, 100.0 * none.whole / RUNS, "%", 0, 6);
		figure("part, .1 % in one function: found", n, 100.0 * dearer.part / RUNS, "%", 95,
		       100);
		figure("whole, .1 % in one function: found", n, 100.0 * dearer.whole / RUNS, "%", 0,
		       10);
		/* More calls are not in this part, but in that of the numbers of calls. */
		figure("part, .1 % by more calls: found", n, 100.0 * more.part / RUNS, "%", 0, 6);
		figure("part, boots that .1 % takes", n, none.boots_part, "boots", STATS_MIN_BOOTS,
		       STATS_MIN_BOOTS);
		figure("whole, boots that .1 % takes", n, none.boots_whole, "boots", 100,
		       STATS_MAX_BOOTS);
	}
	printf("%u figures, %u out of bounds\n", figures, failures);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

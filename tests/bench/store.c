// SPDX-License-Identifier: GPL-2.0-only
/*
 * store.c - store a million samples in a database, and compare them. Fails when either is slower than
 * promised.
 */
#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/rng.h"
#include "reports/render/render.h"
#include "reports/report/open.h"
#include "reports/report/outcome.h"

#include <math.h>
#include <sys/resource.h>

#define BOOTS 20 /* both variants together */
#define METRICS 500
#define ITERS 100
#define TOTAL (BOOTS * METRICS * ITERS)
#define WANT_PER_S 100000.0
#define WANT_COMPARE_S 1.0

static char metric_names[METRICS][16];
static struct metric metrics[METRICS];

static void define_metrics(void)
{
	for (int i = 0; i < METRICS; i++) {
		snprintf(metric_names[i], sizeof(metric_names[i]), "metric-%d", i);
		metrics[i] = (struct metric){ .name = metric_names[i],
					      .unit = "s",
					      .better = BETTER_LOWER,
					      .kind = METRIC_TIME,
					      .primary = i < 20,
					      .margin_rel = 0.02 };
	}
}

static void make_samples(struct store_sample *s, uint64_t seed, double effect)
{
	struct rng rng;

	rng__seed(&rng, seed);
	for (int m = 0; m < METRICS; m++) {
		double boot = exp(0.01 * rng__normal(&rng)) * (m % 10 ? 1 : effect);

		for (int i = 0; i < ITERS; i++)
			/* In the order of the agent: all metrics of an iteration together. */
			s[i * METRICS + m] = (struct store_sample){
				.workload = "bench",
				.source = "bench",
				.version = 1,
				.metric = &metrics[m],
				.iter = i,
				.warmup = i == 0,
				.value = boot * exp(0.01 * rng__normal(&rng)),
				.basis = BASIS_SIMULATED
			};
	}
}

static int add_campaign(struct store *st, const char *uuid, struct err *err)
{
	struct campaign_variant v[] = {
		{ .name = "base", .cpu = "", .cmdline = "", .baseline = true },
		{ .name = "cand", .cpu = "", .cmdline = "" }
	};
	struct campaign_compare cmp = { "", 1, 0 };
	struct campaign c = {
		.uuid = uuid,
		.name = "bench",
		.plan_path = "",
		.plan_text = "",
		.target = "fake",
		.host = "",
		.version = "",
		.lock_text = "",
		.created_ns = 1,
		.n_slots = BOOTS,
		.variants = v,
		.n_variants = 2,
		.compares = &cmp,
		.n_compares = 1,
	};

	return store__add_campaign(st, &c, err);
}

/* Store all boots; returns the seconds spent in the store. */
static double ingest(struct store *st, const char *uuid, struct err *err)
{
	struct store_sample *s = xcalloc(METRICS * ITERS, sizeof(*s));
	uint64_t spent = 0;

	for (unsigned int i = 0; i < BOOTS; i++) {
		struct store_boot b = { .slot = i,
					.block = i / 2,
					.detail = "",
					.command = "",
					.variant = i % 2 ? "cand" : "base",
					.samples = s,
					.n_samples = METRICS * ITERS };
		uint64_t start;

		store__uuid(b.uuid);
		make_samples(s, i, i % 2 ? 1.05 : 1);
		start = clock__ns();
		if (store__add_boot(st, uuid, &b, err)) {
			spent = 0;
			break;
		}
		spent += clock__ns() - start;
	}
	free(s);
	return (double)spent / 1e9;
}

static double compare(const char *db, const char *uuid, struct err *err)
{
	FILE *null = fopen("/dev/null", "w");
	uint64_t start = clock__ns(), cpu = clock__read(CLOCK_PROCESS_CPUTIME_ID);
	struct report *r = NULL;
	struct store *st = NULL;
	int ret = store__open(db, STORE_READ, &st, err);

	if (!ret)
		ret = report__open(st, uuid, &r, NULL, err);
	if (!ret)
		ret = render__default(r, "text", 0, null, err);
	if (!ret)
		ret = report__exit_code(r);
	report__free(r);
	store__close(st);
	fclose(null);
	printf("store: comparing took %.2f s of CPU time\n",
	       (double)(clock__read(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1e9);
	/* Every tenth metric got 5 % worse: a fast result without regressions is wrong. */
	if (ret >= 0 && ret != 1)
		ret = err__set(err, -EINVAL, "the comparison missed the regressions");
	return ret < 0 ? 0 : (double)(clock__ns() - start) / 1e9;
}

static int measure(const char *db, struct err *err)
{
	const char *uuid = "00000000-0000-4000-8000-000000000000";
	double in = 0, cmp = 0;
	struct store *st = NULL;
	struct rusage ru;

	if (!store__open(db, STORE_WRITE, &st, err) && !add_campaign(st, uuid, err))
		in = ingest(st, uuid, err);
	store__close(st);
	if (in > 0)
		cmp = compare(db, uuid, err);
	if (in <= 0 || cmp <= 0)
		return -EIO;
	getrusage(RUSAGE_SELF, &ru);
	printf("store: %d samples in %.2f s, %.0f a second (promised: %.0f)\n", TOTAL, in,
	       TOTAL / in, WANT_PER_S);
	printf("store: compared in %.2f s (promised: %.2f)\n", cmp, WANT_COMPARE_S);
	printf("store: largest resident size %ld MiB\n", ru.ru_maxrss / 1024);
	if (TOTAL / in < WANT_PER_S || cmp > WANT_COMPARE_S)
		return err__set(err, -ETIME, "slower than promised");
	return 0;
}

int main(void)
{
	char dir[] = "/tmp/kduel-bench-XXXXXX", db[64];
	struct err err = { "" };
	int ret;

	define_metrics();
	if (!mkdtemp(dir)) {
		perror("bench-store: mkdtemp");
		return 1;
	}
	snprintf(db, sizeof(db), "%s/k.db", dir);
	ret = measure(db, &err);
	fs__rm_rf(dir);
	if (ret)
		fprintf(stderr, "bench-store: %s\n", err.msg);
	return ret ? 1 : 0;
}

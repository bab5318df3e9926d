/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * big_db.h - make a database with ten million samples from a seed: 200 nightly campaigns of two
 * variants on two machines, five boots each, 50 metrics of five workloads with 100 iterations.
 * Some metrics change their level and some boots fail; every tenth metric is 5 % worse.
 */
#ifndef KDUEL_TESTS_BENCH_BIG_DB_H
#define KDUEL_TESTS_BENCH_BIG_DB_H

#include "lib/clock.h"
#include "lib/rng.h"
#include "reports/store/history.h"

#include <math.h>

#ifndef BIG_CAMPAIGNS /* the Makefile defines other sizes for scale-N */
#define BIG_CAMPAIGNS 200
#define BIG_MACHINES 2
#define BIG_METRICS 50
#define BIG_ITERS 100
#endif
#define BIG_BOOTS 10 /* per campaign */
#define BIG_WORKLOADS 5
#define BIG_SAMPLES (BIG_CAMPAIGNS * BIG_BOOTS * BIG_METRICS * BIG_ITERS)
#define BIG_DAY_NS (86400 * NSEC_PER_SEC)
#define BIG_START_NS (UINT64_C(1750000000) * NSEC_PER_SEC)

static const char *const big_workloads[BIG_WORKLOADS] = { "fio-dmcrypt", "hackbench", "memcached",
							  "kbuild", "stress" };
static char big_names[BIG_METRICS][24];
static struct metric big_metrics[BIG_METRICS];

static inline void big_db__define(void)
{
	for (int i = 0; i < BIG_METRICS; i++) {
		snprintf(big_names[i], sizeof(big_names[i]), "metric_%02d", i);
		big_metrics[i] = (struct metric){
			.name = big_names[i],
			.unit = i % 3 ? "s" : "op/s",
			.better = i % 3 ? BETTER_LOWER : BETTER_HIGHER,
			.kind = METRIC_TIME,
			.primary = i % 5 == 0,
			.margin_rel = 0.02,
		};
	}
}

static inline const char *big_db__uuid(unsigned int campaign, char uuid[UUID_LEN])
{
	snprintf(uuid, UUID_LEN, "%08x-0000-4000-8000-%012x", campaign * 0x01000193u ^ 0xb1db,
		 campaign);
	return uuid;
}

/* The level of a metric in a night: each metric has two lasting changes, in nights of its own. */
static inline double big_db__level(uint64_t seed, unsigned int night, int m)
{
	struct rng rng;
	double level;

	rng__seed(&rng, rng__derive(seed, 1, (uint64_t)m));
	level = 10 * exp(rng__normal(&rng));
	for (int i = 0; i < 2; i++) {
		unsigned int at = (unsigned int)rng__below(&rng, BIG_CAMPAIGNS);
		double step = exp(0.05 * rng__normal(&rng));

		level *= night >= at ? step : 1;
	}
	return level;
}

static inline void big_db__samples(struct store_sample *s, uint64_t seed, unsigned int night,
				   unsigned int slot)
{
	struct rng rng;

	rng__seed(&rng, rng__derive(seed, 2 + night, slot));
	for (int m = 0; m < BIG_METRICS; m++) {
		double boot = big_db__level(seed, night, m) * exp(0.01 * rng__normal(&rng)) *
			      (slot % 2 && m % 10 == 1 ? 1.05 : 1);

		for (int i = 0; i < BIG_ITERS; i++) {
			const char *w = big_workloads[m * BIG_WORKLOADS / BIG_METRICS];

			s[i * BIG_METRICS + m] = (struct store_sample){
				.workload = w,
				.source = w,
				.version = 1,
				.metric = &big_metrics[m],
				.iter = i,
				.warmup = BIG_ITERS > 1 && i == 0,
				.value = boot * exp(0.02 * rng__normal(&rng)),
				.basis = BASIS_MEASURED
			};
		}
	}
}

static inline int big_db__boot(struct store *st, const char *uuid, struct store_sample *s,
			       uint64_t seed, unsigned int night, unsigned int slot,
			       struct err *err)
{
	bool fails = (night * BIG_BOOTS + slot) % 97 == 96;
	uint64_t start = BIG_START_NS + night * BIG_DAY_NS + slot * 60 * NSEC_PER_SEC;
	struct boot_fact fact = { "dmesg/bbm", slot % 2 ? "BBM Level 2" : "not detected" };
	struct store_boot b = {
		.slot = slot,
		.block = slot / 2,
		.variant = slot % 2 ? "next" : "base",
		.seed = rng__derive(seed, night, slot),
		.detail = fails ? "made to fail" : "",
		.status = fails ? BOOT_WORKLOAD_FAILED : BOOT_OK,
		.command = "made by a seed",
		.started_ns = start,
		.ended_ns = start + 50 * NSEC_PER_SEC,
		.console = "a console\n",
		.console_len = 10,
		.dmesg = "a kernel log\n",
		.facts = &fact,
		.n_facts = 1,
		.samples = s,
		.n_samples = BIG_METRICS * BIG_ITERS,
	};

	store__uuid(b.uuid);
	big_db__samples(s, seed, night, slot);
	return store__add_boot(st, uuid, &b, err);
}

static inline int big_db__campaign(struct store *st, struct store_sample *s, uint64_t seed,
				   unsigned int night, struct err *err)
{
	struct campaign_variant v[] = {
		{ .name = "base", .cpu = "", .cmdline = "", .baseline = true },
		{ .name = "next", .cpu = "", .cmdline = "quiet" }
	};
	struct campaign_compare cmp = { "next against base", 1, 0 };
	const unsigned int machine = night % BIG_MACHINES;
	char uuid[UUID_LEN], commit[16], name[16], host[32];
	struct campaign c = {
		.uuid = uuid,
		.name = "nightly",
		.plan_path = "nightly.yaml",
		.plan_text = "name: nightly\n",
		.target = "ssh",
		.host = host,
		.version = "1",
		.lock_text = "",
		.created_ns = BIG_START_NS + night * BIG_DAY_NS,
		.n_slots = BIG_BOOTS,
		.variants = v,
		.n_variants = 2,
		.compares = &cmp,
		.n_compares = 1,
		.seed = seed,
	};
	int ret;

	big_db__uuid(night, uuid);
	snprintf(commit, sizeof(commit), "c%03u", night);
	snprintf(name, sizeof(name), "sut%u", machine);
	snprintf(host, sizeof(host), "%s: 8 CPUs", name);
	ret = store__add_campaign(st, &c, err);
	if (!ret)
		ret = store__tag(st, uuid, "machine", name, 1, err);
	if (!ret)
		ret = store__tag(st, uuid, "commit", commit, 1, err);
	/* One transaction per night: with one per boot, most of the time is spent waiting for the disk. */
	if (ret)
		return ret;
	ret = store__begin(st, err);
	if (ret)
		return ret;
	for (unsigned int slot = 0; !ret && slot < BIG_BOOTS; slot++)
		ret = big_db__boot(st, uuid, s, seed, night, slot, err);
	ret = store__end(st, ret, err);
	return ret ? ret : store__finish_campaign(st, uuid, "finished", err);
}

/* Make the database in `path`, which must not exist yet. Returns 0 or -errno. */
static inline int big_db__make(const char *path, uint64_t seed, struct err *err)
{
	struct store_sample *s = xcalloc((size_t)BIG_METRICS * BIG_ITERS, sizeof(*s));
	struct store *st = NULL;
	int ret = store__open(path, STORE_WRITE, &st, err);

	big_db__define();
	for (unsigned int night = 0; !ret && night < BIG_CAMPAIGNS; night++)
		ret = big_db__campaign(st, s, seed, night, err);
	store__close(st);
	free(s);
	return ret;
}

#endif

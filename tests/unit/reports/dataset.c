// SPDX-License-Identifier: GPL-2.0-only
/* A report from a handmade dataset, without database, files or clock. */
#include "reports/report/outcome.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define BOOTS 8 /* of both variants, interleaved */
#define SERIES_TIME 7
#define SERIES_INSNS 9

static struct campaign_variant variants[] = {
	{ .id = 1,
	  .name = "base",
	  .kernel_hash = "aa",
	  .cpu = "",
	  .cmdline = "",
	  .config_hash = "c1",
	  .arch = "arm64",
	  .baseline = true },
	{ .id = 2,
	  .name = "cand",
	  .kernel_hash = "bb",
	  .cpu = "",
	  .cmdline = "",
	  .config_hash = "c2",
	  .arch = "arm64" },
};

/* A campaign of BOOTS successful boots with their results, and everything it refers to. */
struct made {
	struct campaign_boot boots[BOOTS];
	struct campaign_compare compare;
	struct campaign c;
	struct series series[2][2];
	struct boot_stat stats[2][BOOTS];
	struct reading counts[2][BOOTS / 2];
	struct variant_fact facts[2][BOOTS / 2 + 1];
	struct dataset_variant of[2];
	struct dataset_campaign all;
	struct dataset_config configs[2];
	struct noise noise;
	struct dataset d;
};

static struct series series(int64_t id, const char *name, enum metric_kind kind,
			    enum metric_basis basis)
{
	return (struct series){
		.id = id,
		.workload = "fio",
		.source = "fio",
		.version = 1,
		.metric = { .name = name,
			    .unit = "s",
			    .kind = kind,
			    .primary = kind == METRIC_TIME,
			    .margin_rel = 0.02 },
		.basis = basis,
	};
}

/* The candidate takes 10 % longer. Counts of instructions differ from boot to boot. */
static struct made *make(void)
{
	struct made *m = xcalloc(1, sizeof(*m));

	for (unsigned int i = 0; i < BOOTS; i++) {
		unsigned int v = i % 2, k = i / 2;
		double time = (v ? 11 : 10) * (1 + 0.001 * k);

		m->boots[i] = (struct campaign_boot){ .id = 100 + i,
						      .slot = i,
						      .block = k,
						      .variant = v,
						      .status = BOOT_OK,
						      .workload = "",
						      .running = "",
						      .repeat_of = -1 };
		m->stats[v][k] = (struct boot_stat){
			.series = SERIES_TIME,
			.boot = 100 + i,
			.median = time,
			.spread = { .n = 3, .low = time, .mean = time, .log_mean = log(time) },
			.least_ran = 1,
		};
		m->stats[v][BOOTS / 2 + k] = m->stats[v][k];
		m->stats[v][BOOTS / 2 + k].series = SERIES_INSNS;
		m->counts[v][k] = (struct reading){ .series = SERIES_INSNS,
						    .boot = 100 + i,
						    .value = 1000 + i };
		m->facts[v][k] = (struct variant_fact){ 100 + i, "dmesg/bbm",
							(v ? "detected" : "not") };
	}
	for (unsigned int v = 0; v < 2; v++) {
		m->facts[v][BOOTS / 2] = (struct variant_fact){ 100 + v, "env/swap",
								(v ? "on" : "off") };
		m->series[v][0] = series(SERIES_INSNS, "insns", METRIC_COUNT, BASIS_EXACT);
		m->series[v][1] = series(SERIES_TIME, "time", METRIC_TIME, BASIS_MEASURED);
		m->of[v] = (struct dataset_variant){ .series = m->series[v],
						     .n_series = 2,
						     .stats = m->stats[v],
						     .n_stats = BOOTS,
						     .counts = m->counts[v],
						     .n_counts = BOOTS / 2,
						     .facts = m->facts[v],
						     .n_facts = BOOTS / 2 + 1 };
	}
	m->configs[0] = (struct dataset_config){ (char *)"c1", (char *)"CONFIG_A=y\n" };
	m->configs[1] = (struct dataset_config){ (char *)"c2", (char *)"CONFIG_A=m\n" };
	m->noise = (struct noise){ .machine = (char *)"here",
				   .workload = "fio",
				   .source = "fio",
				   .metric = "time",
				   .unit = "s",
				   .version = 1,
				   .basis = BASIS_MEASURED,
				   .sd_boot = 0.005 };
	m->compare = (struct campaign_compare){ "slower?", 1, 0 };
	m->c = (struct campaign){ .uuid = "0badc0de-0000-4000-8000-000000000001",
				  .target = "qemu",
				  .state = "finished",
				  .n_slots = BOOTS,
				  .variants = variants,
				  .n_variants = 2,
				  .compares = &m->compare,
				  .n_compares = 1,
				  .boots = m->boots,
				  .n_boots = BOOTS };
	m->all = (struct dataset_campaign){ &m->c, m->of };
	m->d = (struct dataset){ .of = &m->all,
				 .n = 1,
				 .configs = m->configs,
				 .n_configs = 2,
				 .machine = (char *)"here",
				 .noise = &m->noise,
				 .n_noise = 1 };
	return m;
}

static struct report *build(const struct made *m)
{
	struct report *r;
	struct err err;

	if (report__build(&m->d, &r, &err))
		fail_msg("%s", err.msg);
	return r;
}

static void everything_is_computed(void **state __unused)
{
	struct made *m = make();
	struct report *r = build(m);
	const struct report_block *b = &r->blocks[0];

	assert_int_equal(b->n_rows, 2);
	assert_string_equal(b->rows[0].metric->name, "time"); /* the primary one first */
	assert_int_equal(b->rows[0].j.verdict, VERDICT_REGRESSION);
	assert_float_equal(b->rows[0].j.pct, 10, 1e-9);
	assert_float_equal(b->rows[0].noise, 0.5, 1e-12);
	assert_true(isnan(b->rows[1].noise));
	assert_int_equal(b->rows[1].left_a.identical, 0);
	assert_int_equal(r->variants[1].evidence[0].boots, BOOTS / 2);
	assert_string_equal(r->variants[1].evidence[0].value, "detected");
	assert_int_equal(b->n_config, 1);
	assert_int_equal(r->outside.n, 1);
	assert_string_equal(r->outside.v[0], "env/swap: candidate on, baseline off");
	assert_int_equal(report__exit_code(r), 1);
	report__free(r);
	free(m);
}

/* If all boots of the candidate have the same counts, only one of them counts. */
static void identical_boots_are_one(void **state __unused)
{
	struct made *m = make();
	struct report *r;

	for (size_t i = 0; i < BOOTS / 2; i++)
		m->counts[1][i].value = 5;
	r = build(m);
	assert_int_equal(r->blocks[0].rows[0].n_a, BOOTS / 2);
	assert_int_equal(r->blocks[0].rows[0].n_b, 1);
	assert_int_equal(r->blocks[0].rows[0].left_b.identical, BOOTS / 2 - 1);
	report__free(r);
	free(m);
}

static void repeats_are_held_against_each_other(void **state __unused)
{
	struct made *m = make();
	struct report *r;

	m->boots[2].repeat_of = 0;
	m->boots[2].repeat = true;
	m->counts[0][1].value = m->counts[0][0].value;
	r = build(m);
	assert_false(r->unfit);
	assert_int_equal(r->variants[0].repeats, 1);
	report__free(r);
	m->counts[0][1].value++;
	r = build(m);
	assert_true(r->unfit);
	assert_int_equal(report__exit_code(r), 3);
	report__free(r);
	free(m);
}

/* The same dataset gives the same report and is not modified. */
static void nothing_is_changed(void **state __unused)
{
	struct made *m = make(), before = *m;
	struct report *first = build(m), *second = build(m);

	assert_memory_equal(m, &before, sizeof(before));
	assert_memory_equal(&first->blocks[0].rows[0].j, &second->blocks[0].rows[0].j,
			    sizeof(struct judgement));
	report__free(first);
	report__free(second);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_computed),
		cmocka_unit_test(identical_boots_are_one),
		cmocka_unit_test(repeats_are_held_against_each_other),
		cmocka_unit_test(nothing_is_changed),
	};

	return cmocka_run_group_tests_name("reports/dataset", tests, NULL, NULL);
}

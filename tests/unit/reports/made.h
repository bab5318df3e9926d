/* SPDX-License-Identifier: GPL-2.0-only */
/* made.h - finished reports with fixed figures, for tests of everything after the analysis. Free
 * them with report__free(). */
#ifndef KDUEL_TESTS_UNIT_REPORTS_MADE_H
#define KDUEL_TESTS_UNIT_REPORTS_MADE_H

#include "reports/report/view.h"
#include "tests/unit/reports/fixture.h"

#include <math.h>

#define NAME "a|b,\"c\"\n<script>alert('x')</script>"
#define UNIT "k\tB\x1b[31m`*_[x](http://x)"

static inline struct campaign *new_campaign(char id, const char *name, const char *host,
					    const char *variant_a, const char *variant_b)
{
	const char *variants[] = { variant_a, variant_b };
	struct campaign *c = xcalloc(1, sizeof(*c));

	*c = (struct campaign){
		.uuid = xasprintf(FIXTURE_UUID, id),
		.name = xstrdup(name),
		.plan_path = xasprintf("/home/somebody/%s.yaml", name),
		.plan_text = xstrdup(""),
		.target = xstrdup("ssh"),
		.host = xstrdup(host),
		.version = xstrdup("1.2"),
		.lock_text = xstrdup("package 1"),
		.state = xstrdup("finished"),
		.seed = UINT64_MAX,
		.created_ns = UINT64_C(1763700000) * 1000000000,
		.n_slots = 10,
		.n_variants = 2,
	};
	c->variants = xcalloc(2, sizeof(*c->variants));
	for (size_t i = 0; i < 2; i++)
		c->variants[i] = (struct campaign_variant){
			.name = xstrdup(variants[i]),
			.cpu = xstrdup(i ? "" : "neoverse-n3"),
			.cmdline = xstrdup(i ? "" : "rodata=full"),
			.kernel_hash = xstrdup("abcdef0123456789"),
			.release = xasprintf("6.18.0-%s", variants[i]),
			.arch = xstrdup("arm64"),
			.origin = xasprintf("tree of %s", name),
			.config_hash = xasprintf("c0ff%zu", i),
			.baseline = i == 1,
		};
	return c;
}

static inline struct report_variant variant(const struct campaign *c, size_t i)
{
	struct report_variant v = {
		.campaign = c,
		.v = &c->variants[i],
		.label = xstrdup(c->variants[i].name),
		.planned = 5,
		.ok = i ? 5 : 4,
		.failed = i ? 0 : 1,
	};

	v.parts = xcalloc(1, sizeof(*v.parts));
	v.parts[0] = (struct report_part){ .campaign = c, .v = v.v };
	v.n_parts = 1;
	v.by_status[BOOT_OK] = v.ok;
	v.by_status[BOOT_PANIC] = v.failed;
	v.evidence = xcalloc(1, sizeof(*v.evidence));
	v.evidence[0] = (struct report_evidence){ "dmesg/bbm", "BBML2", xstrdup("not detected"),
						  v.ok };
	v.n_evidence = 1;
	return v;
}

static inline struct report *new_report(struct campaign *cand, struct campaign *base,
					const char *title, size_t n_rows)
{
	struct report *r = xcalloc(1, sizeof(*r));

	r->data = xcalloc(1, sizeof(*r->data));
	r->data->of = xcalloc(2, sizeof(*r->data->of));
	r->data->of[0].c = cand;
	r->data->of[1].c = base;
	r->data->n = base == cand ? 1 : 2;
	for (size_t i = 0; i < r->data->n; i++)
		r->data->of[i].variants = xcalloc(2, sizeof(struct dataset_variant));
	r->campaign = cand;
	r->other = base == cand ? NULL : base;
	r->n_variants = 2;
	r->variants = xcalloc(2, sizeof(*r->variants));
	r->variants[0] = variant(cand, 0);
	r->variants[1] = variant(base, 1);
	r->n_blocks = 1;
	r->blocks = xcalloc(1, sizeof(*r->blocks));
	r->blocks[0] = (struct report_block){
		.title = title,
		.candidate = 0,
		.baseline = 1,
		.within_pct = NAN,
		.rows = xcalloc(n_rows, sizeof(struct report_row)),
	};
	return r;
}

/* A change of `pct` per cent from 1000, with limits of +-1 %. */
static inline struct judgement judged(enum verdict v, double pct, double p)
{
	return (struct judgement){
		.verdict = v,
		.a = 1000,
		.b = 1000 * (1 + pct / 100),
		.median_a = 1000.5,
		.median_b = 1000.25 * (1 + pct / 100),
		.change = 10 * pct,
		.lo = 10 * (pct - 1),
		.hi = 10 * (pct + 1),
		.pct = pct,
		.lo_pct = pct - 1,
		.hi_pct = pct + 1,
		.p = p,
		.padj = fmin(2 * p, 1),
		.se = 0.01,
		.df = 8,
		.tested = v != VERDICT_INSUFFICIENT,
		.margin = 0.02,
		.mde_pct = 3.14159,
		.mde = 31.4159,
		.boots_needed = 12,
		.boots_needed_seen = 21,
	};
}

static inline struct judgement unjudged(enum verdict v)
{
	struct judgement j = { .verdict = v,
			       .a = 123456,
			       .b = 0.0123456789,
			       .median_a = 123456,
			       .median_b = 0.0123456789 };

	j.change = j.lo = j.hi = j.pct = j.lo_pct = j.hi_pct = j.p = j.padj = NAN;
	j.se = j.df = j.margin = j.mde_pct = j.mde = NAN;
	return j;
}

/* Add a row. Rows must be added in the order of a report (report.h). */
static inline struct report_row *add(struct report *r, const char *workload, const struct metric *m,
				     enum metric_basis basis, struct judgement j, const char *note)
{
	struct report_block *b = &r->blocks[0];
	struct report_row *row = &b->rows[b->n_rows++];

	*row = (struct report_row){
		.workload = workload,
		.source = workload,
		.metric = m,
		.basis = basis,
		.version = 1,
		.j = j,
		.n_a = 5,
		.n_b = 4,
		.left_b = { .failed = 1, .warmup = 9 },
		.distinct = 9,
		.noise = NAN,
		.note = xstrdup(note),
	};
	b->count[j.verdict]++;
	b->primary[j.verdict] += m->primary;
	return row;
}

static const struct metric ops = { .name = "ops",
				   .unit = "op/s",
				   .better = BETTER_HIGHER,
				   .kind = METRIC_TIME,
				   .primary = true,
				   .margin_rel = 0.02 },
			   lat = { .name = "p99",
				   .unit = "us",
				   .better = BETTER_LOWER,
				   .kind = METRIC_TIME,
				   .primary = true,
				   .margin_rel = 0.05 },
			   mem = { .name = "mem_total",
				   .unit = "kB",
				   .better = BETTER_HIGHER,
				   .kind = METRIC_STATE,
				   .primary = true,
				   .margin_abs = 64 },
			   mean = { .name = "mean",
				    .unit = "us",
				    .better = BETTER_LOWER,
				    .kind = METRIC_TIME,
				    .margin_rel = 0.05 },
			   slab = { .name = "slab_unreclaimable",
				    .unit = "kB",
				    .better = BETTER_LOWER,
				    .kind = METRIC_STATE,
				    .margin_abs = 512 },
			   evil = { .name = NAME,
				    .unit = UNIT,
				    .better = BETTER_LOWER,
				    .kind = METRIC_TIME,
				    .primary = true,
				    .margin_rel = 0.02 };

/* Give the two sides different configurations. */
static inline void set_configs(struct report *r, const char *candidate, const char *baseline)
{
	struct report_block *b = &r->blocks[0];

	b->n_config = config_diff__make(candidate, baseline, &b->config);
}

/* All kinds of rows, with ordinary names. */
static inline struct report *usual(void)
{
	struct campaign *c = new_campaign('1', "nightly", "ampere: 80 CPUs, 256 GiB", "patched",
					  "base");
	struct report *r = new_report(c, c, "what the series brings", 10);
	struct report_row *row = add(r, "boot", &mem, BASIS_MEASURED,
				     judged(VERDICT_IMPROVEMENT, 0.2, 1e-9), "");

	row->j.exact = row->j.deterministic = true;
	row->distinct = 2;
	add(r, "fio", &ops, BASIS_MEASURED, judged(VERDICT_INCONCLUSIVE, -1.5, 0.2), "");
	add(r, "fio", &lat, BASIS_MEASURED, unjudged(VERDICT_INSUFFICIENT),
	    "unit differs: us and ms");
	add(r, "hackbench", &lat, BASIS_EMULATED, unjudged(VERDICT_NONE), "");
	row = add(r, "memcached", &ops, BASIS_MEASURED, judged(VERDICT_REGRESSION, -12.345, 1e-4),
		  "patched: 2 tainted samples left out");
	row->left_b.tainted = 2;
	row->noise = 1.23;
	add(r, "memcached", &lat, BASIS_MEASURED, judged(VERDICT_NO_CHANGE, 0.004, 0.9), "");
	add(r, "boot", &slab, BASIS_MEASURED, judged(VERDICT_SMALL, 0.5, 0.01), "");
	row = add(r, "memcached", &mean, BASIS_MEASURED, judged(VERDICT_REGRESSION, 2500, 1e-4),
		  "multiplexed: 7 of 90 samples are estimates, counted for 48 % of the time or more");
	row->muxed_b = 7;
	r->blocks[0].means = xcalloc(1, sizeof(struct report_mean));
	r->blocks[0].n_means = 1;
	r->blocks[0].means[0] = (struct report_mean){ "memcached", BETTER_HIGHER, BASIS_MEASURED, 2,
						      -6.5 };
	set_configs(r, "CONFIG_A=y\nCONFIG_C=m\nCONFIG_HZ=250\n", "CONFIG_A=y\nCONFIG_HZ=1000\n");
	return r;
}

/* Two campaigns in which every string tries to break the output format. */
static inline struct report *hostile(void)
{
	struct campaign *a = new_campaign('1', NAME, NAME, NAME, UNIT);
	struct campaign *b = new_campaign('2', UNIT, UNIT, NAME, UNIT);
	struct report *r = new_report(a, b, NAME, 3);

	strvec__push(&r->cautions, "hosts differ: " NAME " and " UNIT);
	set_configs(r, "CONFIG_" NAME "=" NAME "\nCONFIG_X=" UNIT, "CONFIG_X=\"\"\n");
	add(r, NAME, &evil, BASIS_MEASURED, judged(VERDICT_IMPROVEMENT, -3, 0.001), NAME);
	add(r, NAME, &evil, BASIS_EMULATED, unjudged(VERDICT_NONE), "");
	add(r, UNIT, &evil, BASIS_MEASURED, judged(VERDICT_INCONCLUSIVE, -3, 0.1), UNIT);
	return r;
}

/* All primary metrics are unchanged, which a report sums up in one sentence. */
static inline struct report *unchanged(void)
{
	struct campaign *c = new_campaign('1', "nightly", "a host", "patched", "base");
	struct report *r = new_report(c, c, "", 2);

	add(r, "fio", &ops, BASIS_MEASURED, judged(VERDICT_NO_CHANGE, 0.1, 0.5), "");
	add(r, "fio", &lat, BASIS_MEASURED, judged(VERDICT_NO_CHANGE, -0.2, 0.5), "");
	r->blocks[0].within_pct = 1.2;
	return r;
}

#endif

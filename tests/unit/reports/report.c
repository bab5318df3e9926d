// SPDX-License-Identifier: GPL-2.0-only
/* From a database to a finished report and its text and JSON. */
#include "lib/rng.h"
#include "reports/report/finding.h"
#include "reports/render/render.h"
#include "reports/campaigns/headline.h"
#include "reports/report/open.h"
#include "reports/report/outcome.h"
#include "reports/store/history.h"
#include "tests/unit/reports/fixture.h"

#include <jansson.h>
#include <math.h>
#include <sqlite3.h>

enum { MEM, TIME, OPS, LATE, METRICS };

static const struct metric metrics[METRICS] = {
	[MEM] = METRIC(.name = "mem_total", .unit = "kB", .better = BETTER_HIGHER, .per_boot = true,
		       .kind = METRIC_STATE, .primary = true, .deterministic = true,
		       .margin_abs = 64, .resolution = 4),
	[TIME] = METRIC(.name = "time", .unit = "s", .better = BETTER_LOWER, .kind = METRIC_TIME,
			.primary = true, .margin_rel = 0.02),
	[OPS] = METRIC(.name = "ops", .unit = "op/s", .better = BETTER_HIGHER, .kind = METRIC_TIME,
		       .primary = true, .margin_rel = 0.02),
	[LATE] = METRIC(.name = "late", .unit = "us", .better = BETTER_LOWER, .kind = METRIC_TIME,
			.margin_rel = 0.02),
};

#define ITERS 4
#define SAMPLES (1 + 3 * ITERS)

/* Add the results of a boot of the campaign below; `effect` multiplies times. */
static void add_boot(struct fixture *f, unsigned int slot, const char *variant, double mem,
		     double effect, enum boot_status status)
{
	struct store_sample s[SAMPLES];
	struct boot_fact bbm = { "dmesg/bbm", mem > 2020000 ? "BBM Level 2 without TLB conflict "
							      "abort" :
							      "not detected" };
	struct store_boot b = fixture_boot(slot, variant);
	struct rng rng;

	rng__seed(&rng, slot);
	s[0] = (struct store_sample){ .workload = "boot",
				      .source = "meminfo",
				      .version = 1,
				      .metric = &metrics[MEM],
				      .iter = -1,
				      .value = mem,
				      .basis = BASIS_EXACT };
	for (int i = 0; i < 3 * ITERS; i++)
		s[1 + i] = (struct store_sample){
			.workload = "hackbench",
			.source = "hackbench",
			.version = 1,
			.metric = &metrics[TIME + i / ITERS],
			.iter = i % ITERS,
			.value = 10 * effect * exp(0.001 * rng__normal(&rng)),
			.basis = i / ITERS == 1 ? BASIS_EMULATED : BASIS_MEASURED,
			.warmup = i % ITERS == 0,
			.tainted = slot == 2 && i == 2,
			/* "late" of the candidate was counted half of the time */
			.enabled_ns = i / ITERS == 2 ? 100 : 0,
			.running_ns = i / ITERS != 2 ? 0 :
				      slot % 2	     ? 50 :
						       100,
		};
	b.status = status;
	b.detail = status == BOOT_OK ? "" : "it fell over";
	b.facts = &bbm;
	b.n_facts = 1;
	b.samples = s;
	b.n_samples = SAMPLES;
	fixture_add(f, &b);
}

/* Three successful boots a side, and a failed one with values that would distort everything. */
static int campaign_setup(void **state)
{
	struct fixture *f;

	fixture_setup(state);
	f = *state;
	fixture_campaign(f, 8, 1);
	for (unsigned int i = 0; i < 6; i++)
		add_boot(f, i, i % 2 ? "cand" : "base", i % 2 ? 2023796 : 2019752, i % 2 ? 1.05 : 1,
			 BOOT_OK);
	add_boot(f, 6, "base", 1, 1000, BOOT_PANIC);
	add_boot(f, 7, "cand", 1, 1000, BOOT_INTERRUPTED);
	return 0;
}

struct report_pair {
	const char *candidate, *baseline;
};

static struct report *build(struct fixture *f, const struct report_pair *pair)
{
	_free_ char *cand = pair ? xasprintf("latest:%s", pair->candidate) : NULL;
	_free_ char *base = pair ? xasprintf("latest:%s", pair->baseline) : NULL;
	struct report *r = NULL;

	if (pair ? report__open_sides(f->st, cand, base, &r, &f->err) :
		   report__open(f->st, "latest", &r, NULL, &f->err))
		fail_msg("%s", f->err.msg);
	return r;
}

static const struct report_row *row(const struct report *r, const char *name)
{
	for (size_t i = 0; i < r->blocks[0].n_rows; i++)
		if (streq(r->blocks[0].rows[i].metric->name, name))
			return &r->blocks[0].rows[i];
	fail_msg("no row %s", name);
	return NULL;
}

static char *render(const struct report *r, const char *format)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	const struct report_filter all = { 0 };
	struct report_view v;

	assert_int_equal(report_view__make(r, &all, &v, NULL), 0);
	assert_int_equal(render__report(&v, format, out, NULL), 0);
	report_view__release(&v);
	fclose(out);
	return text;
}

static void verdicts(void **state)
{
	struct report *r = build(*state, NULL);
	const struct report_block *b = &r->blocks[0];

	assert_int_equal(r->n_blocks, 1);
	assert_int_equal(b->n_rows, METRICS);
	assert_int_equal(row(r, "mem_total")->j.verdict, VERDICT_IMPROVEMENT);
	assert_true(row(r, "mem_total")->j.change == 4044);
	assert_int_equal(row(r, "time")->j.verdict, VERDICT_REGRESSION);
	assert_int_equal(row(r, "ops")->j.verdict, VERDICT_NONE);
	assert_int_equal(row(r, "late")->j.verdict, VERDICT_REGRESSION);
	assert_true(b->count[VERDICT_REGRESSION] == 2 && b->count[VERDICT_IMPROVEMENT] == 1 &&
		    b->count[VERDICT_NONE] == 1);
	assert_int_equal(report__exit_code(r), 1);
	report__free(r);
}

static void what_was_left_out(void **state)
{
	struct report *r = build(*state, NULL);

	assert_true(row(r, "time")->n_a == 3 && row(r, "time")->n_b == 3);
	assert_int_equal(row(r, "time")->left_a.tainted, 1);
	assert_int_equal(row(r, "time")->left_a.warmup + row(r, "time")->left_b.warmup, 6);
	assert_string_equal(row(r, "time")->note, "base: 1 tainted sample left out");
	assert_int_equal(r->variants[0].failed, 1);
	assert_int_equal(r->variants[0].by_status[BOOT_PANIC], 1);
	assert_int_equal(r->variants[1].failed, 0);
	assert_int_equal(r->variants[1].planned, 4);
	assert_int_equal(r->variants[1].n_evidence, 1);
	assert_int_equal(r->variants[1].evidence[0].boots, 3);
	assert_string_equal(r->variants[1].evidence[0].value,
			    "BBM Level 2 without TLB conflict abort");
	report__free(r);
}

/* Secondary metrics do not cost primary ones power: p = padj in families of one. */
static void families(void **state)
{
	struct report *r = build(*state, NULL);
	const struct judgement *mem = &row(r, "mem_total")->j, *t = &row(r, "time")->j;
	const struct judgement *late = &row(r, "late")->j;

	assert_true(late->padj == late->p);
	assert_true(mem->padj == fmin(2 * mem->p, t->p) || mem->padj == 2 * mem->p);
	assert_true(t->padj == fmax(t->p, mem->padj));
	assert_true(isnan(row(r, "ops")->j.padj));
	report__free(r);
}

static void swapped(void **state)
{
	struct report_pair pair = { .candidate = "base", .baseline = "cand" };
	struct report *r = build(*state, NULL), *s = build(*state, &pair);

	assert_int_equal(row(s, "mem_total")->j.verdict, VERDICT_REGRESSION);
	assert_int_equal(row(s, "time")->j.verdict, VERDICT_IMPROVEMENT);
	for (size_t i = 0; i < METRICS; i++) {
		const struct judgement *x = &row(r, metrics[i].name)->j;
		const struct judgement *y = &row(s, metrics[i].name)->j;

		if (x->verdict != VERDICT_NONE)
			assert_true(fabs(x->p - y->p) <= 1e-9 * x->p && x->change == -y->change);
	}
	report__free(r);
	report__free(s);
}

static void bad_pairs(void **state)
{
	struct fixture *f = *state;
	struct report *r;

	assert_int_equal(report__open_sides(f->st, "latest:nobody", "latest:base", &r, &f->err),
			 -ENOENT);
	assert_int_equal(report__open_sides(f->st, "latest:base", "latest:base", &r, &f->err),
			 -EINVAL);
	assert_non_null(strstr(f->err.msg, "compared with itself"));
	assert_null(r);
	assert_int_equal(report__open_pair(f->st, "latest.cand", "latestbase", &r, &f->err),
			 -EINVAL);
	assert_int_equal(report__open_pair(f->st, "latest.cand", "latest.base", &r, &f->err), 0);
	report__free(r);
}

/* Another metric, which only one side has or which they define differently, gets a reason and no
 * verdict. */
static void extra(struct fixture *f, const char *variant, unsigned int slot, const struct metric *m,
		  unsigned int version)
{
	struct store_boot b = fixture_boot(slot, variant);
	struct store_sample s = { .workload = "extra",
				  .source = "extra",
				  .version = version,
				  .metric = m,
				  .iter = 0,
				  .value = 5,
				  .basis = BASIS_MEASURED };

	b.samples = &s;
	b.n_samples = 1;
	fixture_add(f, &b);
}

static const char *extra_note(struct fixture *f, const struct metric *a, unsigned int va,
			      const struct metric *b, unsigned int vb, char *buf, size_t len)
{
	const struct report_row *last;
	struct report *r;

	f->uuid[UUID_LEN - 2]++;
	fixture_campaign(f, 8, (uint64_t)f->uuid[UUID_LEN - 2]);
	for (unsigned int i = 0; i < 8; i++)
		if (i % 2 ? b != NULL : a != NULL)
			extra(f, i % 2 ? "cand" : "base", i, i % 2 ? b : a, i % 2 ? vb : va);
	r = build(f, NULL);
	last = &r->blocks[0].rows[0];
	assert_int_equal(r->blocks[0].n_rows, 1);
	assert_int_equal(last->j.verdict, VERDICT_INSUFFICIENT);
	assert_int_equal(report__exit_code(r), 4);
	snprintf(buf, len, "%s", last->note);
	report__free(r);
	return buf;
}

static void not_comparable(void **state)
{
	struct metric ms = metrics[TIME], up = metrics[TIME];
	const struct metric *t = &metrics[TIME];
	char buf[200];

	ms.unit = "ms";
	up.better = BETTER_HIGHER;
	assert_string_equal(extra_note(*state, t, 1, t, 2, buf, sizeof(buf)),
			    "version of extra differs: 1 and 2");
	assert_string_equal(extra_note(*state, t, 1, &ms, 1, buf, sizeof(buf)),
			    "unit differs: s and ms");
	assert_non_null(strstr(extra_note(*state, t, 1, &up, 1, buf, sizeof(buf)), "direction"));
	assert_string_equal(extra_note(*state, NULL, 1, t, 1, buf, sizeof(buf)),
			    "a verdict needs 3 boots on each side, there are 0 and 4");
	assert_string_equal(extra_note(*state, t, 1, NULL, 1, buf, sizeof(buf)),
			    "a verdict needs 3 boots on each side, there are 4 and 0");
}

static void no_data(void **state)
{
	struct fixture *f = *state;
	struct report *r;

	f->uuid[UUID_LEN - 2]++;
	fixture_campaign(f, 8, 1000);
	r = build(f, NULL);
	assert_int_equal(report__exit_code(r), 4);
	_free_ char *text = render(r, "text");
	assert_non_null(strstr(text, "Neither side has a single sample"));
	report__free(r);
}

static void text_fits_a_mail(void **state)
{
	struct report *r = build(*state, NULL);
	_free_ char *text = render(r, "text");
	struct finding found;

	for (const char *p = text, *nl; (nl = strchr(p, '\n')); p = nl + 1) {
		assert_true(nl - p <= 100);
		assert_true(nl == p || nl[-1] != ' ');
	}
	assert_non_null(strstr(text, "== Feature effect ==\ncand against base | 3 boots a side"));
	assert_non_null(strstr(text, "better (I)"));
	assert_non_null(strstr(text, "worse (R)"));
	assert_non_null(strstr(text, "2019752"));
	assert_non_null(strstr(text, "+4044"));
	assert_non_null(strstr(text, "BBM Level 2 without TLB conflict abort (3 of 3 boots)"));
	assert_non_null(strstr(text, "3 of 4 boots ok; failed:"));
	finding__make(r, &found);
	assert_non_null(strstr(found.line[0].text, "times under emulation are not judged"));
	finding__release(&found);
	report__free(r);
}

static void json_is_complete(void **state)
{
	struct report *r = build(*state, NULL);
	_free_ char *text = render(r, "json");
	json_t *j = json_loads(text, 0, NULL), *block, *rows;

	assert_non_null(j);
	assert_int_equal(json_integer_value(json_object_get(j, "schema")), 1);
	block = json_array_get(json_object_get(j, "blocks"), 0);
	assert_string_equal(json_string_value(json_object_get(block, "candidate")), "cand");
	rows = json_object_get(block, "rows");
	assert_int_equal(json_array_size(rows), METRICS);
	for (size_t i = 0; i < METRICS; i++) {
		const struct report_row *want = &r->blocks[0].rows[i];
		json_t *o = json_array_get(rows, i), *v = json_object_get(o, "verdict");

		assert_string_equal(json_string_value(json_object_get(o, "metric")),
				    want->metric->name);
		if (want->j.verdict == VERDICT_NONE) {
			assert_true(json_is_null(v) && json_is_null(json_object_get(o, "p")));
			continue;
		}
		assert_string_equal(json_string_value(v), verdict__name(want->j.verdict));
		assert_true(json_real_value(json_object_get(o, "p")) == want->j.p);
		assert_true(json_real_value(json_object_get(o, "lo_pct")) == want->j.lo_pct);
	}
	json_decref(j);
	report__free(r);
}

/* Noise must be of the same machine and exactly the same metric; otherwise it is unknown. */
static void noise(void **state)
{
	struct fixture *f = *state;
	struct noise x = {
		.machine = (char *)"abcd", .typical = 10, .sd_boot = 0.0123, .n_boots = 5
	};
	struct noise other = { .machine = (char *)"abcdef", .typical = 10, .sd_boot = 0.5 };
	struct report *r = build(f, NULL);
	struct series *list;
	size_t n;

	assert_true(isnan(row(r, "time")->noise));
	assert_int_equal(store__series(f->st, r->variants[0].v->id, &list, &n, &f->err), 0);
	for (size_t i = 0; i < n; i++) {
		bool is_time = streq(list[i].metric.name, "time");

		if (store__add_noise(f->st, f->uuid, list[i].id, is_time ? &x : &other, &f->err))
			fail_msg("%s", f->err.msg);
	}
	series__free(list, n);
	report__free(r);
	r = build(f, NULL);
	assert_true(isnan(row(r, "time")->noise)); /* the machine of the campaign is unknown */
	report__free(r);
	assert_int_equal(store__tag(f->st, f->uuid, "machine", "abcd", 1, &f->err), 0);
	r = build(f, NULL);
	assert_true(row(r, "time")->noise == 1.23);
	assert_true(isnan(row(r, "mem_total")->noise)); /* known for another machine only */
	_free_ char *text = render(r, "text");
	assert_non_null(strstr(text, "1.2 %"));
	report__free(r);
}

/* Open a campaign and write it. Returns the exit status, or -errno. */
static int print(struct fixture *f, const char *campaign, FILE *out, const char *format)
{
	struct report *r;
	int ret = report__open(f->st, campaign, &r, NULL, &f->err);

	if (!ret)
		ret = render__default(r, format, 0, out, &f->err);
	if (!ret)
		ret = report__exit_code(r);
	report__free(r);
	return ret;
}

static void opened_and_written(void **state)
{
	struct fixture *f = *state;
	FILE *null = fopen("/dev/null", "w"), *full = fopen("/dev/full", "w");

	assert_int_equal(print(f, f->uuid, null, "text"), 1);
	assert_int_equal(print(f, f->uuid, null, "xml"), -EINVAL);
	assert_int_equal(print(f, "ffffffff", null, "text"), -ENOENT);
	assert_int_equal(print(f, f->uuid, full, "text"), -ENOSPC);
	fclose(null);
	fclose(full);
}

static void multiplexed_values_are_marked(void **state)
{
	struct report *r = build(*state, NULL);
	const struct report_block *b = &r->blocks[0];

	for (size_t i = 0; i < b->n_rows; i++) {
		const struct report_row *row = &b->rows[i];
		bool late = streq(row->metric->name, "late");

		assert_int_equal(row->muxed_a, 0);
		assert_int_equal(row->muxed_b, late ? 3 * (ITERS - 1) : 0);
		assert_int_equal(!!strstr(row->note,
					  "multiplexed: 9 of 18 samples are estimates, counted "
					  "for 50 % of the time or more"),
				 late);
	}
	report__free(r);
}

/* Alter one row of the database. */
static void change(const struct fixture *f, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->db, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_changes(db), 1);
	sqlite3_close(db);
}

/* kduel does not store infinity, but a database may be from elsewhere. */
static void infinity_is_no_value(void **state)
{
	struct fixture *f = *state;
	struct report *r;

	change(f, "UPDATE boot_stat SET median = -9e999 WHERE boot ="
		  " (SELECT id FROM boot WHERE slot = 3) AND series ="
		  " (SELECT id FROM series WHERE metric = 'time')");
	r = build(f, NULL);
	assert_int_equal(row(r, "time")->j.verdict, VERDICT_INSUFFICIENT);
	assert_non_null(strstr(row(r, "time")->note, "a value is not a finite number"));
	assert_int_equal(row(r, "time")->n_b, 2);
	assert_true(isnan(row(r, "time")->j.b));
	assert_false(isnan(row(r, "time")->j.a));
	assert_int_equal(row(r, "mem_total")->j.verdict, VERDICT_IMPROVEMENT);
	report__free(r);
}

/* A list says so of the campaign, instead of failing. */
static void damaged_headline(void **state)
{
	_cleanup_(headline__release) struct headline h = { 0 };
	struct fixture *f = *state;
	const struct campaign_brief c = { .uuid = f->uuid };

	change(f, "UPDATE boot SET status = 'nonsense' WHERE slot = 3");
	assert_int_equal(headline_cache__get(NULL, f->st, &c, &h, &f->err), 0);
	assert_string_equal(h.word, "none");
	assert_non_null(strstr(h.text, "unknown boot status \"nonsense\""));
}

/* Lists of campaigns need only a headline: the diagnosis of rows is skipped, and nothing else
 * differs. */
static void verdicts_alone(void **state)
{
	_cleanup_(headline__release) struct headline a = { 0 }, b = { 0 };
	struct fixture *f = *state;
	struct report *full = build(f, NULL), *r = NULL;
	size_t diagnosed = 0;

	assert_int_equal(report__open_verdicts(f->st, "latest", &r, NULL, &f->err), 0);
	assert_int_equal(r->blocks[0].n_rows, full->blocks[0].n_rows);
	for (size_t i = 0; i < r->blocks[0].n_rows; i++) {
		const struct report_row *row = &r->blocks[0].rows[i],
					*want = &full->blocks[0].rows[i];

		assert_null(row->diag);
		diagnosed += want->diag != NULL;
		assert_int_equal(row->j.verdict, want->j.verdict);
		assert_memory_equal(&row->j.change, &want->j.change, sizeof(row->j.change));
		assert_memory_equal(&row->j.padj, &want->j.padj, sizeof(row->j.padj));
	}
	assert_true(diagnosed > 0);
	headline__make(full, &a);
	headline__make(r, &b);
	assert_string_equal(a.text, b.text);
	assert_string_equal(a.word, b.word);
	report__free(full);
	report__free(r);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, campaign_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(infinity_is_no_value),
		WITH(damaged_headline),
		WITH(multiplexed_values_are_marked),
		WITH(verdicts),
		WITH(verdicts_alone),
		WITH(what_was_left_out),
		WITH(families),
		WITH(swapped),
		WITH(bad_pairs),
		WITH(not_comparable),
		WITH(no_data),
		WITH(text_fits_a_mail),
		WITH(json_is_complete),
		WITH(opened_and_written),
		WITH(noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

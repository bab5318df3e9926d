// SPDX-License-Identifier: GPL-2.0-only
/* The properties that verdicts promise, checked through the CSV interface. */
#include "lib/rng.h"
#include "reports/csv/compare.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define METRICS 40
#define BOOTS 5
#define ITERS 4
#define ROWS (METRICS * 2 * BOOTS * ITERS)

struct row {
	int metric, slot, boot, iter;
	bool b, higher;
	double value;
};

static const struct csv_compare_opts usual = { .margin = 0.02, .bh = true };

static struct csv_comparison *judge_text(const char *text, const struct csv_compare_opts *opts,
					 struct err *err)
{
	struct csv_comparison *f = NULL;
	struct csv *csv;

	csv__of_text("t.csv", text, strlen(text), &csv);
	if (csv_comparison__make(csv, opts, &f, err))
		assert_null(f);
	csv__close(csv);
	return f;
}

/* Convert rows to text, each `copies` times as separate iterations. */
static struct csv_comparison *judge_rows(const struct row *rows, size_t n, int copies,
					 const struct csv_compare_opts *opts)
{
	struct csv_comparison *f;
	struct err err;
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	fputs("value,iter,boot,slot,kernel,metric,better\n", out);
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < copies; k++)
			fprintf(out, "%.17g,%d,%d,%d,%c,m%02d,%s\n", rows[i].value,
				rows[i].iter * copies + k, rows[i].boot, rows[i].slot,
				rows[i].b ? 'B' : 'A', rows[i].metric,
				rows[i].higher ? "higher" : "lower");
	fclose(out);
	f = judge_text(text, opts, &err);
	free(text);
	if (!f)
		fail_msg("%s", err.msg);
	return f;
}

/* Metrics 0, 3, 6 ... are 5 % larger under B; every fifth is negative (linear scale). */
static void make(struct row *rows)
{
	struct rng rng;
	size_t at = 0;

	rng__seed(&rng, 21);
	for (int i = 0; i < METRICS * 2 * BOOTS; i++) {
		int m = i / (2 * BOOTS), slot = i % (2 * BOOTS);
		bool b = (slot + slot / 2) % 2;
		double level = 100 * (b && m % 3 == 0 ? 1.05 : 1) * exp(0.01 * rng__normal(&rng));

		for (int k = 0; k < ITERS; k++)
			rows[at++] = (struct row){
				.metric = m,
				.slot = slot,
				.boot = slot / 2,
				.iter = k,
				.b = b,
				.value = (m % 5 ? 1 : -1) * level * exp(0.01 * rng__normal(&rng)),
			};
	}
}

static void assert_same(const struct csv_comparison *x, const struct csv_comparison *y,
			double tolerance)
{
	assert_int_equal(x->n_rows, y->n_rows);
	for (size_t i = 0; i < x->n_rows; i++) {
		const struct judgement *a = &x->rows[i].j, *b = &y->rows[i].j;

		assert_string_equal(x->rows[i].metric.name, y->rows[i].metric.name);
		assert_int_equal(a->verdict, b->verdict);
		assert_float_equal(a->p, b->p, tolerance);
		assert_float_equal(a->padj, b->padj, tolerance);
		assert_float_equal(a->pct, b->pct, 100 * tolerance);
		assert_float_equal(a->lo_pct, b->lo_pct, 100 * tolerance);
		assert_float_equal(a->hi_pct, b->hi_pct, 100 * tolerance);
		assert_int_equal(x->rows[i].n_a, y->rows[i].n_a);
		assert_int_equal(x->rows[i].n_b, y->rows[i].n_b);
	}
}

static enum verdict mirrored(enum verdict v)
{
	return v == VERDICT_IMPROVEMENT ? VERDICT_REGRESSION :
	       v == VERDICT_REGRESSION	? VERDICT_IMPROVEMENT :
					  v;
}

static void assert_mirrored(const struct csv_comparison *x, const struct csv_comparison *y)
{
	assert_int_equal(x->count[VERDICT_REGRESSION], y->count[VERDICT_IMPROVEMENT]);
	assert_true(x->count[VERDICT_REGRESSION] > 0);
	for (size_t i = 0; i < x->n_rows; i++) {
		assert_int_equal(x->rows[i].j.verdict, mirrored(y->rows[i].j.verdict));
		assert_float_equal(x->rows[i].j.p, y->rows[i].j.p, 1e-12);
	}
}

/* Changes of the file that must change nothing, or only what they say. */
static void properties_of(const struct csv_compare_opts *opts)
{
	struct row rows[ROWS], other[ROWS];
	struct csv_comparison *f, *g;
	struct rng rng;

	make(rows);
	f = judge_rows(rows, ROWS, 1, opts);
	assert_int_equal(f->n_rows, METRICS);
	assert_true(f->count[VERDICT_REGRESSION] && f->count[VERDICT_NO_CHANGE] &&
		    f->count[VERDICT_INCONCLUSIVE]);

	g = judge_rows(rows, ROWS, 3, opts); /* every iteration three times */
	assert_same(f, g, 0);
	csv_comparison__free(g);

	memcpy(other, rows, sizeof(rows));
	rng__seed(&rng, 5);
	for (size_t i = ROWS; i > 1; i--) {
		size_t k = rng__below(&rng, i);
		struct row r = other[i - 1];

		other[i - 1] = other[k];
		other[k] = r;
	}
	g = judge_rows(other, ROWS, 1, opts); /* shuffled */
	assert_same(f, g, 0);
	csv_comparison__free(g);

	for (int up = 0; up < 2; up++) {
		memcpy(other, rows, sizeof(rows));
		for (size_t i = 0; i < ROWS; i++)
			other[i].value *= up ? 1e9 : 1e-9;
		g = judge_rows(other, ROWS, 1, opts); /* another unit */
		assert_same(f, g, 1e-9);
		csv_comparison__free(g);
	}

	memcpy(other, rows, sizeof(rows));
	for (size_t i = 0; i < ROWS; i++)
		other[i].b = !rows[i].b;
	g = judge_rows(other, ROWS, 1, opts); /* the sides are swapped */
	assert_mirrored(f, g);
	csv_comparison__free(g);

	memcpy(other, rows, sizeof(rows));
	for (size_t i = 0; i < ROWS; i++)
		other[i].higher = true;
	g = judge_rows(other, ROWS, 1, opts); /* the direction is reversed */
	assert_mirrored(f, g);
	for (size_t i = 0; i < g->n_rows; i++)
		assert_true(f->rows[i].j.pct == g->rows[i].j.pct);
	csv_comparison__free(g);
	csv_comparison__free(f);
}

static void properties(void **state __unused)
{
	const struct csv_compare_opts paired = { .margin = 0.02, .bh = false, .paired = true };

	properties_of(&usual);
	properties_of(&paired);
}

#define HEAD "metric,kernel,slot,boot,iter,value\n"

static void errors(void **state __unused)
{
	static const struct {
		const char *text, *message;
	} v[] = {
		{ "", "t.csv: empty" },
		{ HEAD, "t.csv:2:1: not a single sample" },
		{ "metric,kernel,slot,boot,iter\n", "t.csv:1:" },
		{ HEAD "m,A,0,0,0,nan\n", "t.csv:2:11: " },
		{ HEAD "m,A,0,0,0,1\nm,A,1,1,0,inf\n", "t.csv:3:11: " },
		{ HEAD "m,A,0,0,0,1e999\n", "t.csv:2:11: " },
		{ HEAD "m,A,0,0,0,\n", "t.csv:2:11: " },
		{ HEAD "m,A,0,0,0\n", "t.csv:2:" },
		{ HEAD "m,A,0,0,0,1,2\n", "t.csv:2:" },
		{ HEAD "m,C,0,0,0,1\n", "t.csv:2:3: kernel must be A" },
		{ HEAD "m,A,-1,0,0,1\n", "t.csv:2:5: " },
		{ HEAD "m,A,0,x,0,1\n", "t.csv:2:7: " },
		{ HEAD "m,A,0,0,4294967296,1\n", "t.csv:2:9: iter must be below" },
		{ HEAD ",A,0,0,0,1\n", "t.csv:2:1: a metric must have a name" },
		{ HEAD "m,A,0,0,0,1\nm,B,1,0,0,1\nm,A,0,0,0,2\n",
		  "t.csv:4:1: metric 'm', kernel A, boot 0, iter 0: the same sample is in "
		  "line 2" },
		{ HEAD "m,A,0,0,0,1\nm,A,1,0,1,1\n", "t.csv:3:1: " },
		{ "better,metric,kernel,slot,boot,iter,value\nlower,m,A,0,0,0,1\nup,m,A,0,0,1,1\n",
		  "t.csv:3:1: better must be lower or higher" },
		{ "better,metric,kernel,slot,boot,iter,value\nlower,m,A,0,0,0,1\n"
		  "higher,m,A,0,0,1,1\n",
		  "t.csv:3:1: metric 'm' is higher-is-better here and was not in line 2" },
		{ "primary,metric,kernel,slot,boot,iter,value\n2,m,A,0,0,0,1\n",
		  "t.csv:2:1: primary must be yes or no" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		struct err err = { .msg = "" };

		assert_null(judge_text(v[i].text, &usual, &err));
		if (!str_starts(err.msg, v[i].message))
			fail_msg("got '%s', want '%s'", err.msg, v[i].message);
	}
}

static void two_of_one_kernel_are_no_pair(void **state __unused)
{
	const struct csv_compare_opts paired = { .margin = 0.02, .paired = true };
	static const char text[] = HEAD "m,A,0,0,0,1\nm,A,1,1,0,1\nm,B,2,0,0,1\nm,B,3,1,0,1\n";
	struct csv_comparison *f = judge_text(text, &usual, NULL);
	struct err err;

	assert_non_null(f);
	csv_comparison__free(f);
	assert_null(judge_text(text, &paired, &err));
	assert_true(str_starts(err.msg, "t.csv:3:1: metric 'm': slots 0 and 1 hold two boots"));
}

/* Metrics that cannot get a verdict say so, and why; the other metrics of the file do get one. */
static void stated_verdicts(void **state __unused)
{
	static const char text[] =
		"metric,kernel,slot,boot,iter,value,unit,primary\n"
		"one,A,0,0,0,5,s,yes\none,B,1,0,0,5,s,yes\n"
		"lonely,A,0,0,0,5,s,yes\nlonely,A,2,1,0,5,s,yes\nlonely,A,4,2,0,5,s,yes\n"
		"units,A,0,0,0,5,s,yes\nunits,A,2,1,0,5,s,yes\nunits,A,4,2,0,5,s,yes\n"
		"units,B,1,0,0,5,ms,yes\nunits,B,3,1,0,5,ms,yes\nunits,B,5,2,0,5,ms,yes\n"
		"zero,A,0,0,0,0,s,no\nzero,A,2,1,0,0,s,no\nzero,A,4,2,0,0,s,no\n"
		"zero,B,1,0,0,0,s,no\nzero,B,3,1,0,0,s,no\nzero,B,5,2,0,0,s,no\n"
		"half,A,0,0,0,1,s,no\nhalf,A,0,0,1,1,s,no\nhalf,A,0,0,2,0,s,no\n"
		"half,A,2,1,0,1,s,no\nhalf,A,4,2,0,1,s,no\n"
		"half,B,1,0,0,2,s,no\nhalf,B,3,1,0,2,s,no\nhalf,B,5,2,0,2,s,no\n"
		"huge,A,0,0,0,-1e308,s,no\nhuge,A,2,1,0,1e308,s,no\nhuge,A,4,2,0,1e308,s,no\n"
		"huge,B,1,0,0,-1e308,s,no\nhuge,B,3,1,0,1e308,s,no\nhuge,B,5,2,0,0,s,no\n";
	static const struct {
		const char *name, *note;
		enum verdict verdict;
		size_t n_a, n_b;
	} want[] = {
		{ "half", NULL, VERDICT_INCONCLUSIVE, 3, 3 },
		{ "huge", "the values are too large", VERDICT_INSUFFICIENT, 3, 3 },
		{ "lonely", "a verdict needs 3 boots of each kernel, there are 3 and 0",
		  VERDICT_INSUFFICIENT, 3, 0 },
		{ "one", "a verdict needs", VERDICT_INSUFFICIENT, 1, 1 },
		{ "units", "the unit differs: 's' in line 7, 'ms' in line 10", VERDICT_INSUFFICIENT,
		  3, 3 },
		{ "zero", NULL, VERDICT_NO_CHANGE, 3, 3 },
	};
	struct err err = { .msg = "" };
	struct csv_comparison *f = judge_text(text, &usual, &err);

	assert_string_equal(err.msg, "");
	assert_int_equal(f->n_rows, ARRAY_SIZE(want));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		const struct csv_comparison_row *r = &f->rows[i];

		assert_string_equal(r->metric.name, want[i].name);
		assert_int_equal(r->j.verdict, want[i].verdict);
		assert_int_equal(r->n_a, want[i].n_a);
		assert_int_equal(r->n_b, want[i].n_b);
		if (!want[i].note)
			assert_null(r->note);
		else
			assert_true(str_starts(r->note, want[i].note));
	}
	assert_true(f->rows[0].j.linear); /* one value is zero, though no median is */
	csv_comparison__free(f);
}

static void families(void **state __unused)
{
	const struct csv_compare_opts plain = { .margin = 0.02 };
	struct row rows[ROWS];
	struct csv_comparison *f, *g;

	make(rows);
	f = judge_rows(rows, ROWS, 1, &usual);
	g = judge_rows(rows, ROWS, 1, &plain);
	for (size_t i = 0; i < f->n_rows; i++) {
		assert_true(g->rows[i].j.padj == g->rows[i].j.p);
		assert_true(f->rows[i].j.padj >= f->rows[i].j.p);
	}
	assert_true(f->rows[0].j.padj > f->rows[0].j.p);
	csv_comparison__free(f);
	csv_comparison__free(g);
}

static void output(void **state __unused)
{
	static const char text[] = HEAD "\"a,\"\"b\"\"\",A,0,0,0,1\n\"a,\"\"b\"\"\",B,1,0,0,1\n"
					"x,A,0,0,0,-4\nx,A,2,1,0,-4\nx,A,4,2,0,-4\n"
					"x,B,1,0,0,-3\nx,B,3,1,0,-3\nx,B,5,2,0,-3\n";
	struct err err = { .msg = "" };
	struct csv_comparison *f = judge_text(text, &usual, &err);
	char *got;
	size_t len;
	FILE *out = open_memstream(&got, &len);

	assert_string_equal(err.msg, "");
	assert_int_equal(csv_comparison__print_csv(f, out, &err), 0);
	fclose(out);
	assert_string_equal(got, "metric,verdict,p,padj,effect_pct,lo_pct,hi_pct,n_a,n_b,"
				 "change,change_lo,change_hi,change_unit\n"
				 "\"a,\"\"b\"\"\",insufficient,nan,nan,0,nan,nan,1,1,0,nan,nan,%\n"
				 "x,inconclusive,0.10000000000000001,0.10000000000000001,25,"
				 "-7.559153910655092,57.559153910655091,3,3,25,"
				 "-7.559153910655092,57.559153910655091,%\n");
	free(got);
	csv_comparison__free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(properties),
		cmocka_unit_test(errors),
		cmocka_unit_test(two_of_one_kernel_are_no_pair),
		cmocka_unit_test(stated_verdicts),
		cmocka_unit_test(families),
		cmocka_unit_test(output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

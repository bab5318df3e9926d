// SPDX-License-Identifier: GPL-2.0-only
/* The finding for each kind of report: its text and its length. */
#include "reports/report/finding.h"
#include "reports/report/outcome.h"
#include "tests/unit/reports/made.h"

#define SCOPE "patched against base"

static void is(const struct report *r, const char *const *want)
{
	_cleanup_(finding__release) struct finding f;
	size_t n = 0;

	finding__make(r, &f);
	for (; want[n]; n++) {
		if (n >= f.n)
			fail_msg("no line \"%s\"", want[n]);
		assert_string_equal(f.line[n].text, want[n]);
	}
	if (f.n > n)
		fail_msg("one line more: \"%s\"", f.line[n].text);
}

#define IS(r, ...) is(r, (const char *const[]){ __VA_ARGS__, NULL })

/* Replace an owned string of a campaign. */
static void set(const char **field, const char *text)
{
	char *copy = xstrdup(text);

	free((char *)*field);
	*field = copy;
}

/* Two kernels, five boots each, nothing failed. */
static struct report *plain(size_t rows)
{
	struct campaign *c = new_campaign('1', "nightly", "ampere: 80 CPUs", "patched", "base");
	struct report *r = new_report(c, c, "", rows);

	set(&c->variants[0].kernel_hash, "fedcba9876543210");
	for (size_t i = 0; i < 2; i++) {
		struct report_variant *v = &r->variants[i];

		set(&c->variants[i].cpu, "neoverse-n3");
		set(&c->variants[i].cmdline, "");
		v->ok = v->planned = v->by_status[BOOT_OK] = 5;
		v->failed = v->by_status[BOOT_PANIC] = 0;
	}
	return r;
}

#define TWO_KERNELS                                                                      \
	"patched against base (6.18.0-patched against 6.18.0-base), on ampere (ssh), 5 " \
	"boots a side; measured."

/* The suggestion for a timed row, and if nothing changed. */
#define RANGES(row) \
	"Next: `kduel compare 0badc0de --metric " row " --ranges` shows how far apart the boots are"
#define FUNCTIONS ", `kduel explain` (exact: true) the functions."
#define BOUNDS                                                                                        \
	"Next: `kduel compare 0badc0de --all` has every metric and its bounds; four times the boots " \
	"would halve them."

static struct report_row *put(struct report *r, const char *workload, const struct metric *m,
			      struct judgement j)
{
	struct report_row *row = add(r, workload, m, BASIS_MEASURED, j, "");

	row->n_a = row->n_b = 5;
	return row;
}

static void clear_win(void **state __unused)
{
	struct report *r = plain(6);

	put(r, "fio", &ops, judged(VERDICT_IMPROVEMENT, 5, 1e-4));
	put(r, "memcached", &ops, judged(VERDICT_IMPROVEMENT, 8, 1e-4));
	put(r, "memcached", &lat, judged(VERDICT_IMPROVEMENT, -3, 1e-4));
	put(r, "seqread", &ops, judged(VERDICT_NO_CHANGE, 0.5, 0.6));
	/* A metric already named for another workload comes last. */
	IS(r, TWO_KERNELS,
	   "Better, 3 of 4 primary metrics: memcached/ops +8.00 % [95 % CI +7.00,+9.00], "
	   "memcached/p99 -3.00 % [-4.00,-2.00], fio/ops +5.00 % [+4.00,+6.00].",
	   "Nothing got worse; 1 of 4 primary metrics did not change by more than 1.5 %.",
	   RANGES("memcached/ops") ".");
	report__free(r);
}

/* A row that the table folds is named by the plainer row it is folded into. */
static void folded(void **state __unused)
{
	static const struct metric per_op = { "kernel.instructions_per_op", "insns/op",
					      .better = BETTER_LOWER, .primary = true };
	static const struct metric per_call = { "kernel.instructions_per_call", "insns/op",
						.better = BETTER_LOWER, .primary = true };
	struct report *r = plain(4);

	put(r, "exec", &per_call, judged(VERDICT_REGRESSION, 6, 1e-4));
	put(r, "exec", &per_op, judged(VERDICT_REGRESSION, 5, 1e-4));
	put(r, "pipe", &per_call, judged(VERDICT_REGRESSION, 4, 1e-4));
	put(r, "fio", &ops, judged(VERDICT_REGRESSION, -2, 1e-4));
	IS(r, TWO_KERNELS,
	   "Worse, 4 of 4 primary metrics: exec/kernel.instructions_per_op +5.00 % [95 % CI +4.00,+6.00], "
	   "pipe/kernel.instructions_per_call +4.00 % [+3.00,+5.00], fio/ops -2.00 % [-3.00,-1.00] and 1 "
	   "more.",
	   RANGES("exec/kernel.instructions_per_op") FUNCTIONS);
	report__free(r);
}

/* The functions of one row are named, once in a report. */
static void functions_of_rows(void **state __unused)
{
	static const struct metric per_op = { "kernel.instructions_per_op", "insns/op",
					      .better = BETTER_LOWER, .primary = true };
	char large[] = "tcp_ack", small[] = "bio_add_page [brd]", only[] = "memset";
	struct report_functions f = { .all = 1380.4,
				      .n = 2,
				      .v = { { large, 1200 }, { small, 51.14 } } };
	struct report_functions down = { .all = -0.5, .n = 1, .v = { { only, -0.25 } } };
	struct report *r = plain(3);

	put(r, "fio", &ops, judged(VERDICT_REGRESSION, -20, 1e-4));
	put(r, "exec", &per_op, judged(VERDICT_REGRESSION, 6, 1e-4))->functions = &f;
	put(r, "pipe", &per_op, judged(VERDICT_IMPROVEMENT, -7, 1e-4))->functions = &down;
	IS(r, TWO_KERNELS,
	   "Worse, 2 of 3 primary metrics: fio/ops -20.00 % [95 % CI -21.00,-19.00] and 1 more; of exec's "
	   "+1380 insns/op, tcp_ack has +1200, bio_add_page [brd] +51.1.",
	   "Better, 1 of 3 primary metrics: pipe/kernel.instructions_per_op -7.00 % [-8.00,-6.00].",
	   RANGES("fio/ops") FUNCTIONS);
	r->blocks[0].rows[1].functions = NULL;
	IS(r, TWO_KERNELS,
	   "Worse, 2 of 3 primary metrics: fio/ops -20.00 % [95 % CI -21.00,-19.00], "
	   "exec/kernel.instructions_per_op +6.00 % [+5.00,+7.00].",
	   "Better, 1 of 3 primary metrics: pipe/kernel.instructions_per_op -7.00 % [-8.00,-6.00]; of "
	   "pipe's -0.5 insns/op, memset has -0.25.",
	   RANGES("fio/ops") FUNCTIONS);
	r->blocks[0].rows[2].functions = NULL;
	report__free(r);
}

/* Names from a profile of somebody else's, and of Rust's length. */
static void odd_functions(void **state __unused)
{
	static const struct metric per_op = { "kernel.instructions_per_op", "insns/op",
					      .better = BETTER_LOWER, .primary = true };
	char rust[] = "_RNvXs4_NtCs1234567890abc_6kernel4sync3arcINtB5_3ArcNtNtB9_8workqueueEE";
	char wide[] =
		"123456789.123456789.123456789.123456789.123456789.123456\xc3\xa4\xc3\xb6\xc3\xbc";
	char odd[] = "`kduel rm` %s%n";
	struct report_functions f = { .all = 100,
				      .n = 3,
				      .v = { { rust, 50 }, { wide, 30 }, { odd, 20 } } };
	struct report *r = plain(1);

	put(r, "exec", &per_op, judged(VERDICT_REGRESSION, 6, 1e-4))->functions = &f;
	IS(r, TWO_KERNELS,
	   "Worse, 1 of 1 primary metric: exec/kernel.instructions_per_op +6.00 % [95 % CI +5.00,+7.00]; of "
	   "exec's +100 insns/op, _RNvXs4_NtCs1234567890abc_6kernel4sync3arcINtB5_3ArcNtNtB... has +50, "
	   "123456789.123456789.123456789.123456789.123456789.123456... +30, ?kduel rm? %s%n +20.",
	   RANGES("exec/kernel.instructions_per_op") FUNCTIONS);
	r->blocks[0].rows[0].functions = NULL;
	report__free(r);
}

static void clear_loss(void **state __unused)
{
	struct report *r = plain(6);

	put(r, "memcached", &ops, judged(VERDICT_REGRESSION, -12.345, 1e-4));
	put(r, "memcached", &mean, judged(VERDICT_REGRESSION, 20, 1e-4));
	put(r, "memcached", &slab, judged(VERDICT_IMPROVEMENT, -20, 1e-4));
	IS(r, TWO_KERNELS,
	   "Worse, 1 of 1 primary metric: memcached/ops -12.35 % [95 % CI -13.35,-11.35].",
	   "Secondary metrics: 1 better, 1 worse, memcached/mean +20.00 % [+19.00,+21.00].",
	   RANGES("memcached/ops") FUNCTIONS);
	report__free(r);
}

/* For counts by kernel function, suggest the functions; for kernels of two commits, the commit. */
static void next_of_loss(void **state __unused)
{
	struct report *r = plain(6);
	struct campaign_variant *v = r->data->of[0].c->variants;
	struct campaign_compare first = { .candidate = 0, .baseline = 1 };
	struct metric insns = ops;
	struct report_row *row;
	_free_ char *text = NULL;

	put(r, "fio", &ops, judged(VERDICT_REGRESSION, -20, 1e-4));
	set(&v[0].origin, "git v6.19-rc3 (0123456789ab), guest");
	set(&v[1].origin, "git v6.18 (ba9876543210)");
	text = report__next(r, false);
	assert_string_equal(text, "`kduel bisect --git DIR --plan PLAN --metric fio/ops "
				  "ba9876543210 0123456789ab` finds the commit (docs/BISECT.md has "
				  "the plan)");
	insns.name = "kernel.instructions";
	row = put(r, "fork-exec", &insns, judged(VERDICT_REGRESSION, -3, 1e-4));
	row->source = "tlbmodel";
	free(text);
	text = report__next(r, true);
	assert_string_equal(text,
			    "`kduel explain 0badc0de fork-exec/kernel.instructions --candidate "
			    "patched --baseline base` names the functions behind it, `kduel bisect "
			    "--git DIR --plan PLAN --metric fork-exec/kernel.instructions "
			    "ba9876543210 0123456789ab` the commit");
	/* The sides are the plan's own; a kernel with patches is not a commit. */
	r->data->of[0].c->compares = &first;
	r->data->of[0].c->n_compares = 1;
	set(&v[0].origin, "git v6.19-rc3 (0123456789ab), 2 patches");
	free(text);
	text = report__next(r, true);
	assert_string_equal(text,
			    "`kduel explain 0badc0de fork-exec/kernel.instructions` names the "
			    "functions behind it");
	r->data->of[0].c->compares = NULL;
	r->data->of[0].c->n_compares = 0;
	report__free(r);
}

/* A name that needs shell quotes does not appear in a command, and cannot break out of one. */
static void next_of_odd_names(void **state __unused)
{
	struct report *r = plain(6);
	_free_ char *text = NULL;

	put(r, "a`b <i>", &ops, judged(VERDICT_REGRESSION, -20, 1e-4));
	text = report__next(r, false);
	assert_string_equal(text, "`kduel compare 0badc0de --all` has every metric and its bounds");
	report__free(r);
	r = hostile();
	free(text);
	text = report__next(r, false);
	assert_string_equal(text, "`kduel compare 0badc0de --all` has every metric and its bounds");
	report__free(r);
}

/* More boots do not help if all of them gave the same value; undecided rows have a line of their
 * own. */
static void next_of_nothing(void **state __unused)
{
	struct report *r = plain(6);
	struct report_row *row = put(r, "fio", &ops, judged(VERDICT_NO_CHANGE, 0, 1));
	char *text;

	row->j.se = 0;
	text = report__next(r, false);
	assert_string_equal(text, "`kduel compare 0badc0de --all` has every metric and its bounds; "
				  "more boots would show the same");
	free(text);
	assert_null(report__next(r, true));
	report__free(r);
}

static void nothing(void **state __unused)
{
	struct report *r = unchanged();

	r->variants[0].failed = r->variants[0].by_status[BOOT_PANIC] = 0;
	IS(r,
	   "patched against base (one kernel, 6.18.0-base, cpu neoverse-n3 against none, command "
	   "line rodata=full against none), on a host (ssh), 4 against 5 boots; measured.",
	   "Nothing got better or worse; no primary metric changed by more than 1.2 %.", BOUNDS);
	report__free(r);
}

/* No claims about rows that could not show a change, nor about secondary rows that did change. */
static void no_more_than_was_seen(void **state __unused)
{
	struct report *r = plain(6);
	struct finding f;

	put(r, "fio", &ops, judged(VERDICT_NO_CHANGE, 0.5, 0.6));
	put(r, "memcached", &mean, judged(VERDICT_REGRESSION, 20, 1e-4));
	IS(r, TWO_KERNELS,
	   "No primary metric changed by more than 1.5 %; "
	   "secondary metrics: 0 better, 1 worse, memcached/mean +20.00 % [95 % CI "
	   "+19.00,+21.00].",
	   RANGES("memcached/mean") FUNCTIONS);
	put(r, "memcached", &ops, judged(VERDICT_INCONCLUSIVE, -1.5, 0.2));
	finding__make(r, &f);
	assert_true(str_starts(f.line[1].text,
			       "No primary metric is shown to be better or worse; 1 of 2 primary "
			       "metrics did not change by more than 1.5 %; secondary"));
	assert_int_equal(f.line[1].kind, FINDING_OPEN);
	finding__release(&f);
	put(r, "seqread", &ops, judged(VERDICT_IMPROVEMENT, 5, 1e-4));
	finding__make(r, &f);
	assert_true(str_starts(f.line[2].text, "No primary metric is shown to be worse; 1 of 3 "));
	finding__release(&f);
	report__free(r);
}

/* For undecided rows, say what would decide them. */
static void undecided(void **state __unused)
{
	struct report *r = plain(6);
	struct report_row *row;

	put(r, "fio", &ops, judged(VERDICT_INCONCLUSIVE, -1.5, 0.2));
	IS(r, TWO_KERNELS,
	   "Undecided: fio/ops -1.50 % [95 % CI -2.50,-0.50]; 12 boots a side would show a change "
	   "of 2 %.");
	row = put(r, "memcached", &ops, judged(VERDICT_INCONCLUSIVE, -1, 0.2));
	row->j.boots_needed = 0;
	put(r, "memcached", &lat, judged(VERDICT_TOO_FEW, 10, 0.2));
	row = put(r, "seqread", &ops, unjudged(VERDICT_INSUFFICIENT));
	free(row->note);
	row->note = xstrdup("unit differs: us and ms");
	IS(r, TWO_KERNELS,
	   "Undecided: 2 metrics, such as fio/ops -1.50 % [95 % CI -2.50,-0.50]; more than 10000 "
	   "boots a side would show changes as large as the margins; seqread/ops cannot be "
	   "compared: unit differs: us and ms; 1 metric counted too few events to be judged.");
	report__free(r);
}

static void too_few_boots(void **state __unused)
{
	struct report *r = plain(6);
	struct report_row *row = put(r, "fio", &ops, unjudged(VERDICT_INSUFFICIENT));

	row->n_a = row->n_b = 2;
	IS(r,
	   "patched against base (6.18.0-patched against 6.18.0-base), on ampere (ssh), 2 boots a "
	   "side; measured.",
	   "1 metric has too few boots: a verdict takes 3 a side; run more, or pool campaigns.");
	report__free(r);
	r = plain(6);
	IS(r,
	   "patched against base (6.18.0-patched against 6.18.0-base), on ampere (ssh), no boot "
	   "with data.",
	   "Nothing was measured on either side, so nothing can be said.");
	report__free(r);
	r = plain(6);
	add(r, "fio", &ops, BASIS_EMULATED, unjudged(VERDICT_NONE), "");
	IS(r,
	   "patched against base (6.18.0-patched against 6.18.0-base), on ampere (ssh), no boot "
	   "with data; times under emulation are not judged.",
	   "No verdict: these are times under emulation; exact: true in the plan, KVM or a real "
	   "machine would give one.");
	report__free(r);
}

static void crashes(void **state __unused)
{
	struct report *r = plain(6);
	struct report_row *row = put(r, "fio", &ops, unjudged(VERDICT_INSUFFICIENT));

	row->n_b = 0;
	r->variants[0].ok = r->variants[0].by_status[BOOT_OK] = 0;
	r->variants[0].failed = r->variants[0].by_status[BOOT_PANIC] = 5;
	r->blocks[0].failures = failures__judge(r->variants[1].by_status, r->variants[0].by_status);
	IS(r,
	   "patched against base (6.18.0-patched against 6.18.0-base), on ampere (ssh), 0 against "
	   "5 boots; measured.",
	   "Worse: boots fail, patched 5 of 5 boots (panic 5), base none of 5 boots.",
	   "1 metric has data on one side only: nothing to compare.");
	report__free(r);
}

/* If boots do not repeat, no figure counts, and nothing else is said. */
static void not_repeated(void **state __unused)
{
	struct report *r = plain(6);

	put(r, "fio", &ops, judged(VERDICT_IMPROVEMENT, 5, 1e-4));
	r->unfit = true;
	IS(r, TWO_KERNELS, "Boots of exact mode did not repeat: no figure can be relied on.");
	report__free(r);
}

static void provisional(void **state __unused)
{
	struct report *r = plain(6);
	struct finding f;

	put(r, "fio", &ops, judged(VERDICT_IMPROVEMENT, 5, 1e-4));
	set(&r->data->of[0].c->state, "running");
	finding__make(r, &f);
	assert_true(str_starts(f.line[0].text, "Provisional: " SCOPE));
	finding__release(&f);
	report__free(r);
}

/* The same kernel on both sides: any difference is noise. */
static void against_itself(void **state __unused)
{
	struct report *r = plain(6);
	struct campaign_variant *v = r->data->of[0].c->variants;

	set(&v[0].kernel_hash, v[1].kernel_hash);
	set(&v[0].release, v[1].release);
	put(r, "fio", &ops, judged(VERDICT_NO_CHANGE, 0.5, 0.6));
	IS(r,
	   "patched against base (one kernel, 6.18.0-base, nothing differs: what is found is "
	   "noise), on ampere (ssh), 5 boots a side; measured.",
	   "Nothing got better or worse; no primary metric changed by more than 1.5 %.", BOUNDS);
	report__free(r);
}

/* Turn a report of one block into one of `n` blocks that share its rows. */
static void repeat_block(struct report *r, size_t n)
{
	r->blocks = xrealloc(r->blocks, n, sizeof(*r->blocks));
	for (size_t i = 1; i < n; i++) {
		r->blocks[i] = r->blocks[0];
		r->blocks[i].rows = xcalloc(r->blocks[0].n_rows, sizeof(struct report_row));
		for (size_t k = 0; k < r->blocks[0].n_rows; k++) {
			r->blocks[i].rows[k] = r->blocks[0].rows[k];
			r->blocks[i].rows[k].note = xstrdup("");
		}
	}
	r->n_blocks = n;
}

static void several_comparisons(void **state __unused)
{
	struct report *r = plain(6);

	put(r, "fio", &ops, judged(VERDICT_IMPROVEMENT, 5, 1e-4));
	put(r, "memcached", &ops, judged(VERDICT_REGRESSION, -8, 1e-4));
	repeat_block(r, 2);
	r->blocks[0].title = "net of both";
	r->blocks[0].factorial = true;
	IS(r, "nightly: 2 comparisons of 2 variants, on ampere (ssh), 5 boots a side; measured.",
	   "net of both: 1 of 2 primary metrics worse, memcached/ops -8.00 % [95 % CI "
	   "-9.00,-7.00]; 1 better, fio/ops +5.00 % [+4.00,+6.00].",
	   "patched against base: 1 of 2 worse, memcached/ops -8.00 % [-9.00,-7.00]; 1 better, "
	   "fio/ops +5.00 % [+4.00,+6.00].",
	   "Next: `kduel compare 0badc0de --block 1 --all` shows what each factor does alone.");
	report__free(r);
}

/* No more than six lines; the last one sums up the comparisons that do not fit. */
static void many_comparisons(void **state __unused)
{
	struct report *r = plain(6);
	struct finding f;

	put(r, "fio", &ops, judged(VERDICT_IMPROVEMENT, 5, 1e-4));
	put(r, "memcached", &ops, judged(VERDICT_INCONCLUSIVE, -8, 0.2));
	r->variants[0].by_status[BOOT_PANIC] = r->variants[0].failed = 1;
	repeat_block(r, 9);
	finding__make(r, &f);
	assert_int_equal(f.n, (FINDING_MAX - 1));
	assert_string_equal(f.line[1].text,
			    "Boots failed: patched 1 of 6 boots (panic 1); that may be chance.");
	assert_string_equal(f.line[3].text, "8 more comparisons: 0 worse, 8 better, 8 undecided.");
	/* It sums up the comparisons from the second on, not all. */
	assert_int_equal(f.line[3].block, 2);
	assert_int_equal(f.line[4].block, 0);
	assert_true(str_starts(f.line[4].text, "Undecided: 9 metrics"));
	assert_int_equal(f.line[5].kind, FINDING_NEXT);
	assert_string_equal(f.line[5].text,
			    "Next: `kduel compare 0badc0de --block 1 --metric fio/ops --ranges` shows "
			    "how far apart the boots are.");
	finding__release(&f);
	report__free(r);
}

/* Whatever names contain, the number of lines is bounded, and each is one string. */
static void hostile_names(void **state __unused)
{
	struct report *r = hostile();
	struct finding f;

	finding__make(r, &f);
	assert_in_range(f.n, 1, (FINDING_MAX - 1));
	finding__release(&f);
	report__free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clear_win),
		cmocka_unit_test(clear_loss),
		cmocka_unit_test(folded),
		cmocka_unit_test(functions_of_rows),
		cmocka_unit_test(odd_functions),
		cmocka_unit_test(nothing),
		cmocka_unit_test(next_of_loss),
		cmocka_unit_test(next_of_odd_names),
		cmocka_unit_test(next_of_nothing),
		cmocka_unit_test(undecided),
		cmocka_unit_test(no_more_than_was_seen),
		cmocka_unit_test(too_few_boots),
		cmocka_unit_test(crashes),
		cmocka_unit_test(not_repeated),
		cmocka_unit_test(provisional),
		cmocka_unit_test(against_itself),
		cmocka_unit_test(several_comparisons),
		cmocka_unit_test(many_comparisons),
		cmocka_unit_test(hostile_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

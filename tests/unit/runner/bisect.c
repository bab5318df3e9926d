// SPDX-License-Identifier: GPL-2.0-only
/* A bisection's journal, what makes a commit good or bad, and which commit is tested next. */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "lib/proc.h"
#include "runner/cli/bisect/git.h"
#include "runner/cli/bisect/journal.h"
#include "runner/cli/bisect/judge.h"
#include "runner/plan/aa.h"

#include <math.h>
#include <unistd.h>

static char dir[] = "/tmp/kduel-bisect-XXXXXX";

static int make_dir(void **state)
{
	*state = dir;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	return fs__rm_rf(*state);
}

/* --- judge --------------------------------------------------------------------------------- */

/* A difference and its confidence limits in per cent, for a metric with a margin of 2 %. */
static struct judgement found(double pct, double lo, double hi, double p)
{
	return (struct judgement){ .verdict = VERDICT_INCONCLUSIVE,
				   .change = pct,
				   .lo = lo,
				   .hi = hi,
				   .pct = pct,
				   .lo_pct = lo,
				   .hi_pct = hi,
				   .p = p,
				   .margin = log1p(0.02),
				   .tested = true };
}

static void test_judge(void **state __unused)
{
	const double alpha = bisect_judge__alpha(5);
	struct judgement j = found(5, 4, 6, 1e-6);

	assert_float_equal(alpha, 0.005, 1e-12);
	assert_float_equal(bisect_judge__alpha(0), 0.025, 1e-12);
	assert_int_equal(bisect_judge__side(&j, 1, alpha), BISECT_BAD);
	/* A decrease is good, but bad for a metric of which more is better. */
	assert_int_equal(bisect_judge__side(&j, -1, alpha), BISECT_GOOD);
	j = found(-5, -6, -4, 1e-6);
	assert_int_equal(bisect_judge__side(&j, 1, alpha), BISECT_GOOD);
	assert_int_equal(bisect_judge__side(&j, -1, alpha), BISECT_BAD);
	/* p is below 0.05, but not below the alpha of each test. */
	j = found(5, 0.5, 9.5, 0.02);
	assert_int_equal(bisect_judge__side(&j, 1, alpha), BISECT_OPEN);
	/* Significant, but the estimate is below the margin, and its upper limit above: undecided. */
	j = found(1.9, 1.0, 2.8, 1e-6);
	assert_int_equal(bisect_judge__side(&j, 1, alpha), BISECT_OPEN);
	/* Exactly the margin counts as worse. */
	j = found(2, 1.99, 2.01, 1e-6);
	assert_int_equal(bisect_judge__side(&j, 1, alpha), BISECT_BAD);
	j = found(1, 0.5, 1.5, 1e-6);
	assert_int_equal(bisect_judge__side(&j, 1, alpha), BISECT_GOOD);
	j = found(0.2, -2.5, 2.5, 0.8);
	assert_int_equal(bisect_judge__side(&j, 1, alpha), BISECT_OPEN);
	j.verdict = VERDICT_NO_CHANGE;
	assert_int_equal(bisect_judge__side(&j, 1, alpha), BISECT_GOOD);
	/* Without a test, the numbers do not matter. */
	j = found(50, 49, 51, 1e-9);
	j.tested = false;
	assert_int_equal(bisect_judge__side(&j, 1, alpha), BISECT_OPEN);
	j = found(NAN, NAN, NAN, NAN);
	assert_int_equal(bisect_judge__side(&j, 1, alpha), BISECT_OPEN);
}

/* A linear metric: limits and margin are in its unit. A certain difference needs no p. */
static void test_judge_linear(void **state __unused)
{
	struct judgement j = found(4096, 4096, 4096, NAN);

	j.linear = true;
	j.margin = 64;
	j.pct = j.lo_pct = j.hi_pct = NAN;
	assert_int_equal(bisect_judge__side(&j, 1, 0.005), BISECT_OPEN);
	j.certain = true;
	assert_int_equal(bisect_judge__side(&j, 1, 0.005), BISECT_BAD);
	assert_int_equal(bisect_judge__side(&j, -1, 0.005), BISECT_GOOD);
	j.change = j.lo = j.hi = 32;
	assert_int_equal(bisect_judge__side(&j, 1, 0.005), BISECT_GOOD);
}

static void test_direction(void **state __unused)
{
	const struct metric low = { .better = BETTER_LOWER }, high = { .better = BETTER_HIGHER };
	const struct metric none = { .better = BETTER_LOWER, .describes = true };
	const struct judgement down = { .change = -3 }, up = { .change = 3 };

	assert_int_equal(bisect_judge__direction(&low, NULL), 1);
	assert_int_equal(bisect_judge__direction(&high, NULL), -1);
	assert_int_equal(bisect_judge__direction(&none, &down), -1);
	assert_int_equal(bisect_judge__direction(&none, &up), 1);
}

/* --- journal ------------------------------------------------------------------------------- */

#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HASH_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static struct bisect_journal question(void)
{
	return (struct bisect_journal){ .git = xstrdup("/src/linux"),
					.good = xstrdup(HASH_A),
					.bad = xstrdup(HASH_B),
					.good_subject = xstrdup("the \"good\" one"),
					.good_kernel = xstrdup("0123"),
					.plan_path = xstrdup("/p.yaml"),
					.plan_text = xstrdup("name: x\nk: ${commit}\n"),
					.metric = xstrdup("hackbench/time"),
					.why = xstrdup("") };
}

static struct bisect_step step(const char *commit, enum bisect_side side, double change)
{
	struct bisect_step s = { .commit = xstrdup(commit),
				 .subject = xstrdup("mm: s\xc3\xbc"
						    "bject"),
				 .side = side,
				 .why = xstrdup(side == BISECT_SKIP ? "does not build: x" : ""),
				 .kernel = xstrdup("4567"),
				 .verdict = xstrdup(""),
				 .unit = xstrdup("%"),
				 .change = change,
				 .lo = change,
				 .hi = change,
				 .boots = 5,
				 .boots_good = 6,
				 .needed = 7,
				 .build_s = 12.25,
				 .boot_s = NAN };

	strvec__push(&s.campaigns, "uuid-1");
	return s;
}

static void test_journal(void **state)
{
	_free_ char *db = xasprintf("%s/kduel.db", (char *)*state), *path = NULL;
	struct bisect_journal j = question(), back, other = question();
	struct bisect_step bad = step(HASH_B, BISECT_BAD, 1.0 / 3);
	struct bisect_step skip = step(HASH_A, BISECT_SKIP, NAN);
	struct err err;

	assert_int_equal(bisect_journal__name(&j, db, &err), 0);
	bisect_journal__add(&j, &bad);
	bisect_journal__add(&j, &skip);
	assert_null(bad.commit);
	strvec__push(&j.range, HASH_B);
	j.end = BISECT_FOUND;
	assert_int_equal(bisect_journal__save(&j, &err), 0);
	assert_int_equal(bisect_journal__load(j.path, &back, &err), 0);
	assert_string_equal(back.id, j.id);
	assert_string_equal(back.plan_text, j.plan_text);
	assert_string_equal(back.good_subject, j.good_subject);
	assert_string_equal(back.good_kernel, "0123");
	assert_int_equal(back.n, 2);
	assert_string_equal(back.steps[0].kernel, "4567");
	assert_int_equal(back.end, BISECT_FOUND);
	assert_string_equal(back.range.v[0], HASH_B);
	assert_int_equal(bisect_journal__step(&back, HASH_B)->side, BISECT_BAD);
	/* Numbers are stored exactly, so that a resumed bisection prints the same. */
	assert_true(bisect_journal__step(&back, HASH_B)->change == 1.0 / 3);
	assert_int_equal(back.steps[0].boots_good, 6);
	assert_int_equal(back.steps[0].needed, 7);
	assert_string_equal(back.steps[0].campaigns.v[0], "uuid-1");
	assert_true(isnan(back.steps[1].change));
	assert_string_equal(back.steps[1].why, "does not build: x");
	assert_null(bisect_journal__step(&back, "c"));
	/* The same task has the same id, another task another one. */
	assert_int_equal(bisect_journal__name(&other, db, &err), 0);
	assert_string_equal(other.path, j.path);
	free(other.metric);
	other.metric = xstrdup("hackbench/rate");
	assert_int_equal(bisect_journal__name(&other, db, &err), 0);
	assert_string_not_equal(other.id, j.id);
	assert_int_equal(bisect_journal__find(db, j.id, &path, &err), 0);
	assert_string_equal(path, j.path);
	bisect_journal__release(&j);
	bisect_journal__release(&back);
	bisect_journal__release(&other);
}

/* A file that is truncated anywhere, or has an invalid member, is refused. */
static void test_journal_damaged(void **state)
{
	_free_ char *db = xasprintf("%s/damaged.db", (char *)*state), *text = NULL;
	_free_ char *path = xasprintf("%s/damaged.json", (char *)*state);
	struct bisect_journal j = question(), back;
	struct bisect_step bad = step(HASH_B, BISECT_BAD, 3);
	struct err err;
	size_t len;
	char *at;

	assert_int_equal(bisect_journal__name(&j, db, &err), 0);
	bisect_journal__add(&j, &bad);
	assert_int_equal(bisect_journal__save(&j, &err), 0);
	assert_int_equal(fs__read(j.path, 1 << 20, &text, &len), 0);
	for (size_t n = 0; n < len; n += 7) {
		assert_int_equal(fs__write_atomic(path, text, n), 0);
		assert_int_equal(bisect_journal__load(path, &back, &err), -EBADMSG);
		bisect_journal__release(&back);
	}
	at = strstr(text, "\"side\": \"bad\"");
	assert_non_null(at);
	at[9] = 'm'; /* mad */
	assert_int_equal(fs__write_atomic(path, text, len), 0);
	assert_int_equal(bisect_journal__load(path, &back, &err), -EBADMSG);
	bisect_journal__release(&back);
	assert_int_equal(bisect_journal__load("/nowhere/x.json", &back, &err), -ENOENT);
	bisect_journal__release(&back);
	bisect_journal__release(&j);
}

/* A file written by somebody else: what is not a hash must not get to git. */
static void test_journal_forged(void **state)
{
	static const char *const commits[] = { "main", "--output=x", HASH_A " ", "" };
	_free_ char *db = xasprintf("%s/forged.db", (char *)*state);
	struct err err;

	for (size_t i = 0; i < 2 * ARRAY_SIZE(commits); i++) {
		struct bisect_journal j = question(), back;
		struct bisect_step s = step(i % 2 ? HASH_B : commits[i / 2], BISECT_BAD, 3);

		bisect_journal__add(&j, &s);
		strvec__push(&j.range, i % 2 ? commits[i / 2] : HASH_B);
		assert_int_equal(bisect_journal__name(&j, db, &err), 0);
		assert_int_equal(bisect_journal__save(&j, &err), 0);
		assert_int_equal(bisect_journal__load(j.path, &back, &err), -EBADMSG);
		bisect_journal__release(&back);
		bisect_journal__release(&j);
	}
}

static void test_journal_shown(void **state)
{
	_free_ char *db = xasprintf("%s/shown.db", (char *)*state);
	struct bisect_journal j = question(), back;
	struct bisect_step s = step(HASH_B, BISECT_BAD, 3);
	struct err err;

	free(s.why);
	s.why = xstrdup("a\033[2J\nb");
	free(s.unit);
	s.unit = xstrdup("\033]0;x\a");
	s.build_s = 1e300;
	bisect_journal__add(&j, &s);
	assert_int_equal(bisect_journal__name(&j, db, &err), 0);
	assert_int_equal(bisect_journal__save(&j, &err), 0);
	assert_int_equal(bisect_journal__load(j.path, &back, &err), 0);
	assert_string_equal(back.steps[0].why, "a?[2J?b");
	assert_string_equal(back.steps[0].unit, "?]0;x?");
	assert_true(isnan(back.steps[0].build_s));
	assert_string_equal(back.plan_text, j.plan_text);
	bisect_journal__release(&back);
	bisect_journal__release(&j);
}

/* --- choice -------------------------------------------------------------------------------- */

/* Run a shell script in the repository; returns the first line of its output. */
static char *sh(const char *script)
{
	_free_ char *text = xasprintf("cd %s && export GIT_CONFIG_GLOBAL=/dev/null "
				      "GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a "
				      "GIT_COMMITTER_EMAIL=a@b; %s",
				      dir, script);
	char *argv[] = { (char *)"/bin/sh", (char *)"-c", text, NULL };
	struct proc_result res;
	char *line;

	assert_int_equal(proc__run(&(struct proc_opts){ .argv = argv }, &res), 0);
	assert_int_equal(res.status, 0);
	line = xstrndup(res.out, strcspn(res.out, "\n"));
	proc_result__release(&res);
	return line;
}

static void test_choice(void **state)
{
	_free_ char *bad = sh("git init -q r && cd r && for i in $(seq 0 16); do git commit -q "
			      "--allow-empty -m $i; git tag c$i; done; git rev-parse HEAD");
	_free_ char *good = sh("git -C r rev-parse c0"), *middle = sh("git -C r rev-parse c8");
	_free_ char *c15 = sh("git -C r rev-parse c15"), *repo = xasprintf("%s/r", (char *)*state);
	struct bisect_sets s = { .bad = bad };
	struct strvec range = { 0 };
	struct bisect_next next;
	struct err err;

	assert_int_equal(bisect_git__check(repo, good, bad, false, &err), 0);
	assert_int_equal(bisect_git__check(repo, bad, good, false, &err), -EINVAL);
	assert_int_equal(bisect_git__check(repo, good, good, false, &err), -EINVAL);
	strvec__push(&s.good, good);
	assert_int_equal(bisect_git__next(repo, &s, &next, &err), 0);
	assert_string_equal(next.commit, middle);
	assert_int_equal(next.left, 16);
	assert_int_equal(next.steps, 4);
	/* Neither BAD nor skipped commits are chosen; all others are, once each. */
	for (int i = 0; i < 15; i++) {
		strvec__push(&s.skip, next.commit);
		assert_int_equal(bisect_git__next(repo, &s, &next, &err), 0);
		assert_int_equal(next.left, 16);
		assert_false(strvec__has(&s.skip, next.commit));
		assert_string_not_equal(next.commit, bad);
	}
	assert_string_equal(next.commit, "");
	assert_int_equal(bisect_git__range(repo, &s, &range, &err), 0);
	assert_int_equal(range.n, 16);
	assert_string_equal(range.v[0], bad);
	strvec__push(&s.good, c15);
	assert_int_equal(bisect_git__next(repo, &s, &next, &err), 0);
	assert_string_equal(next.commit, "");
	assert_int_equal(next.left, 1);
	strvec__release(&range);
	strvec__release(&s.good);
	strvec__release(&s.skip);
	assert_int_equal(bisect_git__check("/nowhere", good, bad, false, &err), -EINVAL);
}

/* --- plan of a step ------------------------------------------------------------------------ */

static void test_plan(void **state __unused)
{
	static const char text[] = "target: {kind: fake}\nvariants:\n- {name: new}\n- {name: old, "
				   "fake: {scale: 3}}\nbaseline: old\ncompare:\n- {candidate: new, "
				   "baseline: old}\nworkloads: [hackbench]\nboots: 9\nseed: 4\n"
				   "design: paired\n";
	const struct plan_step both = { .boots = 5, .seed = UINT64_MAX, .variant = PLAN_STEP_BOTH };
	const struct plan_step one = { .boots = 3, .seed = 1, .variant = 1 };
	struct plan_diag diag = { 0 };
	struct plan *p, *old;

	assert_int_equal(plan__parse("p.yaml", text, strlen(text), &old, &diag), 0);
	assert_int_equal(plan_step__make(old, &both, &p, &diag), 0);
	assert_int_equal(p->boots, 5);
	assert_true(p->seed == UINT64_MAX);
	assert_int_equal(p->n_variants, 2);
	assert_int_equal(p->n_compares, 1);
	assert_int_equal(p->baseline, 1);
	assert_true(p->paired);
	assert_int_equal(plan_step__make(p, &one, &old, &diag), 0);
	assert_int_equal(old->n_variants, 1);
	assert_string_equal(old->variants[0].name, "old");
	assert_true(old->variants[0].fake.scale == 3);
	assert_int_equal(old->n_compares, 0);
	assert_int_equal(old->boots, 3);
	plan__free(old);
	plan_diag__release(&diag);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judge),
		cmocka_unit_test(test_judge_linear),
		cmocka_unit_test(test_direction),
		cmocka_unit_test(test_journal),
		cmocka_unit_test(test_journal_damaged),
		cmocka_unit_test(test_journal_forged),
		cmocka_unit_test(test_journal_shown),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_plan),
	};

	setenv("KDUEL_CONFIG_DIR", "configs", 1);
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}

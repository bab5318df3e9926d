// SPDX-License-Identifier: GPL-2.0-only
/*
 * bisect.c - find the commit that made a metric worse: choose a commit and test it, until one is
 * left.
 *
 * Each choice depends on the journal only. So a bisection that was killed makes the same choices
 * again, and finds its boots in the database.
 */
#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/text.h"
#include "lib/units.h"
#include "runner/cli/bisect/git.h"
#include "runner/cli/bisect/measure.h"
#include "runner/cli/bisect/show.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/nightly/tree.h"
#include "runner/cli/options.h"
#include "runner/config/yaml.h"
#include "runner/host/cache.h"

#include <math.h>

#define MAX_BOOTS 50

struct bisect_opts {
	const char *git, *plan, *metric, *resume, *db;
	const char *good, *bad;
	unsigned int max_boots;
	bool dirty, dry_run;
	int format; /* index in BISECT_FORMATS */
};

enum { OPT_MAX_BOOTS = OPTION_TAKE_FIRST, OPT_FORMAT };

static int take_bisect_option(void *opts, int key, const char *value, struct err *err)
{
	struct bisect_opts *o = opts;
	int ret;

	if (key == OPT_FORMAT) {
		o->format = options__word("format", value, BISECT_FORMATS, err);
		return o->format < 0 ? o->format : 0;
	}
	ret = options__count("max-boots", value, PLAN_MAX_BOOTS, &o->max_boots, err);
	if (!ret && o->max_boots < STATS_MIN_BOOTS)
		ret = err__set(err, -EINVAL,
			       "--max-boots must be at least %d: no verdict takes less",
			       STATS_MIN_BOOTS);
	return ret;
}

static int check_bisect_options(void *opts, size_t n, char **args, struct err *err)
{
	struct bisect_opts *o = opts;

	if (o->resume && (n || o->git || o->plan || o->metric || o->dry_run))
		return err__set(err, -EINVAL,
				"--resume does not take commits, --git, --plan, --metric or "
				"--dry-run");
	if (o->resume)
		return 0;
	if (n != 2 || !o->git || !o->plan || !o->metric)
		return err__set(err, -EINVAL,
				"expected --git DIR, two commits GOOD and BAD, --plan PLAN and "
				"--metric METRIC");
	o->good = args[0];
	o->bad = args[1];
	return 0;
}

static const struct options options = {
	.command = "bisect",
	.args = "--git DIR --plan PLAN --metric METRIC GOOD BAD\n--resume ID",
	.doc = "Finds the commit between GOOD and BAD that made a metric worse: builds commits and boots "
	       "them against GOOD, as often as the noise requires. A commit that does not build or "
	       "boot, or is undecided after twice the boots, is skipped. If interrupted, the same "
	       "command continues, and no commit is built or booted twice. See docs/BISECT.md.\v"
	       "Exit codes: 0 the first bad commit was found; 6 a range of commits remains, or BAD is "
	       "not worse than GOOD; 2 usage or configuration; 3 environment unfit; 4 GOOD or BAD does "
	       "not boot; 5 internal error; 130 interrupted.",
	.table = OPTION_TABLE(
		OPTION_FLAG("dirty", struct bisect_opts, dirty,
			    "allow uncommitted changes in DIR; no step includes them"),
		OPTION_FLAG(
			"dry-run", struct bisect_opts, dry_run,
			"check everything and print how much there is to do; build and boot nothing"),
		OPTION_TAKE("format", OPT_FORMAT, "FORMAT", "text (default), markdown, json"),
		OPTION_TEXT("git", "DIR", struct bisect_opts, git,
			    "the repository; it is only read"),
		OPTION_TAKE(
			"max-boots", OPT_MAX_BOOTS, "N",
			"at most this many boots of a commit in a step, before doubling (default: 50)"),
		OPTION_TEXT("metric", "METRIC", struct bisect_opts, metric,
			    "METRIC, WORKLOAD/METRIC or SOURCE/METRIC of the plan"),
		OPTION_TEXT("plan", "PLAN", struct bisect_opts, plan,
			    "two variants, one built from ${commit}, one from ${good}"),
		OPTION_TEXT("resume", "ID", struct bisect_opts, resume,
			    "continue an interrupted bisection")),
	.max_args = 2,
	.take = take_bisect_option,
	.check = check_bisect_options,
	.shared = { { &options__db, offsetof(struct bisect_opts, db) }, { &options__quiet, 0 } },
};

/* The known good, bad and skipped commits, from the journal. */
static void make_sets(const struct bisect_journal *j, struct bisect_sets *sets)
{
	*sets = (struct bisect_sets){ .bad = j->bad };
	strvec__push(&sets->good, j->good);
	for (size_t i = 0; i < j->n; i++) {
		const struct bisect_step *s = &j->steps[i];

		if (s->side == BISECT_BAD)
			sets->bad = s->commit;
		else if (!streq(s->commit, j->bad))
			strvec__push(s->side == BISECT_GOOD ? &sets->good : &sets->skip, s->commit);
	}
}

static void release_sets(struct bisect_sets *sets)
{
	strvec__release(&sets->good);
	strvec__release(&sets->skip);
}

/* Boots per step. In exact mode only the commit is booted, plus the repeats that check it. */
static unsigned int boots_of_step(const struct bisect_run *r)
{
	const unsigned int n = bisect_run__boots(r);

	return r->exact ? n + r->repeats : 2 * n;
}

/* Log what is left to do: "about 3 steps, 18 boots, 2h10m". */
static void log_left(const struct bisect_run *r, const struct bisect_next *next)
{
	const struct bisect_journal *j = r->j;
	double seconds = 0;
	char took[32] = "", *sep = (char *)"";

	for (size_t i = 0; i < j->n; i++)
		seconds += fmax(j->steps[i].build_s, 0) + fmax(j->steps[i].boot_s, 0);
	if (j->n) {
		sep = (char *)", ";
		units__fmt_duration(units__whole(round(seconds / (double)j->n * next->steps) *
						 (double)NSEC_PER_SEC),
				    took, sizeof(took));
	}
	log__info("bisect  %u commit%s left: about %u step%s, %u boots%s%s", next->left,
		  plural_s(next->left), next->steps, plural_s(next->steps),
		  next->steps * boots_of_step(r), sep, took);
}

/* Append a step to the journal (its contents are moved), save that, and log the step. 0 or -errno. */
static int store_step(struct bisect_journal *j, struct bisect_step *s, struct err *err)
{
	_free_ char *change = bisect_show__change(s);

	log__info("bisect  step %zu: %.12s (%s): %s, %s", j->n + 1, s->commit, s->subject,
		  bisect_side__name(s->side), *s->why ? s->why : change);
	bisect_journal__add(j, s);
	return bisect_journal__save(j, err);
}

/* Test a commit and store the result in the journal. Returns an exit code. */
static int test_commit(struct bisect_run *r, struct bisect_journal *j, const char *commit)
{
	_cleanup_(bisect_step__release) struct bisect_step s = { 0 };
	struct nightly_commit c;
	struct err err;
	int ret = nightly_tree__commit(j->git, commit, &c, &err);

	if (!ret) {
		s.commit = xstrdup(commit);
		s.subject = xstrdup(c.subject);
	}
	nightly_commit__release(&c);
	if (ret)
		return cmd__fail(ret, &err);
	ret = bisect_run__test(r, streq(commit, j->bad), &s);
	return ret ? ret : cmd__fail(store_step(j, &s, &err), &err);
}

/* Why more than one commit remains: "the other commits were skipped (2 not built or booted, 1
 * undecided)". The caller frees. */
static char *why_range(const struct bisect_journal *j, const struct strvec *range)
{
	unsigned int undecided = 0, broken = 0;

	for (size_t i = 0; i < range->n; i++) {
		const struct bisect_step *s = bisect_journal__step(j, range->v[i]);

		if (!s || s->side != BISECT_SKIP)
			continue;
		if (str_starts(s->why, "undecided"))
			undecided++;
		else
			broken++;
	}
	return xasprintf("the other commits were skipped (%u not built or booted, %u undecided)",
			 broken, undecided);
}

/* End the bisection: store how, why (owned; NULL: derive it), and the range that remains. 0 or
 * -errno. */
static int finish(struct bisect_journal *j, enum bisect_end end, char *why,
		  const struct bisect_sets *sets, struct err *err)
{
	int ret;

	strvec__release(&j->range);
	ret = bisect_git__range(j->git, sets, &j->range, err);
	free(j->why);
	j->why = why ? why : end == BISECT_RANGE ? why_range(j, &j->range) : xstrdup("");
	j->end = end;
	return ret ? ret : bisect_journal__save(j, err);
}

/* Test whether BAD really is bad, unless the journal says so. If not, end the bisection and set
 * *over. Returns an exit code. */
static int test_bad(struct bisect_run *r, struct bisect_journal *j, bool *over)
{
	const struct bisect_step *s = bisect_journal__step(j, j->bad);
	struct bisect_sets sets;
	_free_ char *change = NULL;
	struct err err;
	int ret = 0;

	*over = false;
	if (!s) {
		log__info("bisect  is BAD bad? %.12s against %.12s, %u boots", j->bad, j->good,
			  2 * bisect_run__boots(r));
		ret = bisect_run__build_good(r, &j->good_kernel);
		if (!ret)
			ret = test_commit(r, j, j->bad);
		if (ret)
			return ret;
		s = bisect_journal__step(j, j->bad);
	}
	/* If the metric has no better direction, the one in which BAD differs is bad. It is not
	 * known yet if BAD was tested by an earlier process. */
	if (!r->direction)
		r->direction = s->change < 0 ? -1 : 1;
	if (s->side == BISECT_BAD)
		return 0;
	*over = true;
	make_sets(j, &sets);
	change = bisect_show__change(s);
	ret = s->side == BISECT_GOOD ?
		      finish(j, BISECT_NOT_WORSE,
			     *s->why ? xstrdup(s->why) :
				       xasprintf("its difference is below the margin, %s", change),
			     &sets, &err) :
		      finish(j, BISECT_RANGE, xasprintf("BAD itself is %s", s->why), &sets, &err);
	release_sets(&sets);
	return cmd__fail(ret, &err);
}

/* Choose a commit and test it; *over if there is none left to test. Returns an exit code. */
static int advance(struct bisect_run *r, struct bisect_journal *j, bool *over)
{
	struct bisect_sets sets;
	struct bisect_next next;
	struct err err;
	int ret;

	make_sets(j, &sets);
	ret = bisect_git__next(j->git, &sets, &next, &err);
	*over = !ret && !*next.commit;
	if (*over)
		ret = finish(j, next.left == 1 ? BISECT_FOUND : BISECT_RANGE, NULL, &sets, &err);
	release_sets(&sets);
	if (ret || *over)
		return cmd__fail(ret, &err);
	log_left(r, &next);
	return test_commit(r, j, next.commit);
}

/* Returns an exit code. */
static int run(struct bisect_run *r, struct bisect_journal *j)
{
	bool over = j->end != BISECT_RUNNING;
	int ret = 0;

	if (!over)
		ret = test_bad(r, j, &over);
	while (!ret && !over)
		ret = advance(r, j, &over);
	return ret;
}

/* Estimate the number of tests, and set the error probability that each of them may have. 0 or
 * -errno. */
static int count_steps(const struct bisect_journal *j, struct bisect_run *r,
		       struct bisect_next *next, struct err *err)
{
	struct bisect_sets sets = { .bad = j->bad };
	int ret;

	strvec__push(&sets.good, j->good);
	ret = bisect_git__next(j->git, &sets, next, err);
	r->alpha = bisect_judge__alpha(next->steps + 1);
	release_sets(&sets);
	return ret;
}

/* Fill a new journal, without steps, from the command line. Nothing is written yet. 0 or -errno. */
static int begin(const struct bisect_opts *o, struct bisect_journal *j, struct err *err)
{
	struct nightly_commit good = { 0 }, bad = { 0 };
	size_t len;
	int ret = text__read(o->plan, YAML_FILE_MAX, &j->plan_text, &len, err);

	if (ret)
		return ret;
	j->plan_path = realpath(o->plan, NULL);
	j->git = realpath(o->git, NULL);
	if (!j->git)
		return err__set(err, -ENOENT, "--git: there is no repository %s: %s", o->git,
				strerror(errno));
	if (!j->plan_path) /* standard input */
		j->plan_path = xstrdup(o->plan);
	ret = nightly_tree__commit(j->git, o->good, &good, err);
	if (!ret)
		ret = nightly_tree__commit(j->git, o->bad, &bad, err);
	if (!ret) {
		j->good = xstrdup(good.hash);
		j->good_subject = xstrdup(good.subject);
		j->good_kernel = xstrdup("");
		j->bad = xstrdup(bad.hash);
		j->metric = xstrdup("");
		j->why = xstrdup("");
		ret = bisect_git__check(j->git, j->good, j->bad, o->dirty, err);
	}
	nightly_commit__release(&good);
	nightly_commit__release(&bad);
	return ret;
}

/* Load the stored journal if this bisection was begun before, else store this one. 0 or -errno. */
static int load_or_save(struct bisect_journal *j, const char *db, struct err *err)
{
	struct bisect_journal old = { 0 };
	int ret = bisect_journal__name(j, db, err);

	if (ret)
		return ret;
	if (!fs__exists(j->path))
		return bisect_journal__save(j, err);
	ret = bisect_journal__load(j->path, &old, err);
	if (ret == -EBADMSG) {
		log__warn("%s", err->msg);
		bisect_journal__release(&old);
		return bisect_journal__save(j, err);
	}
	if (!ret && old.end == BISECT_RUNNING)
		log__info("bisect  continuing after %zu step%s", old.n, plural_s(old.n));
	bisect_journal__release(j);
	*j = old;
	return ret;
}

/* Run the bisection and print the result, once everything is checked and this process holds the
 * claim. Returns an exit code. */
static int run_claimed(const struct bisect_opts *o, struct bisect_run *r, struct bisect_journal *j,
		       const char *db)
{
	struct err err;
	int ret = results__open(db, STORE_WRITE, &r->st, &err);

	if (!ret)
		ret = load_or_save(j, db, &err);
	if (ret)
		return cmd__fail(ret, &err);
	log__info("bisect  %s: %s, GOOD %.12s, BAD %.12s", j->id, j->metric, j->good, j->bad);
	ret = run(r, j);
	if (ret) {
		log__info("bisection %s stopped; `kduel bisect --resume %s` continues it", j->id,
			  j->id);
		return ret;
	}
	bisect_show__print(j, o->format, stdout);
	return j->end == BISECT_FOUND ? EXIT_NO_REGRESSION : EXIT_INCONCLUSIVE;
}

/* What to bisect, from the command line or the journal of --resume. Returns an exit code. */
static int read_task(const struct bisect_opts *o, const char *db, struct bisect_journal *j)
{
	_free_ char *path = NULL;
	struct err err;
	int ret;

	if (!o->resume)
		return cmd__fail(begin(o, j, &err), &err);
	ret = bisect_journal__find(db, o->resume, &path, &err);
	if (!ret)
		ret = bisect_journal__load(path, j, &err);
	return cmd__fail(ret, &err);
}

static int bisect(const struct bisect_opts *o, struct bisect_run *r, struct bisect_journal *j,
		  const char *db)
{
	struct cache_claim claim;
	_free_ char *lock = NULL;
	struct bisect_next next;
	struct err err;
	char *metric;
	int ret = read_task(o, db, j);

	if (ret)
		return ret;
	ret = bisect_run__open(r, j, o->resume ? j->metric : o->metric, &metric);
	free(j->metric);
	j->metric = metric ? metric : xstrdup("");
	r->max_boots = o->max_boots;
	if (ret)
		return ret;
	ret = count_steps(j, r, &next, &err);
	if (ret)
		return cmd__fail(ret, &err);
	if (o->dry_run) {
		printf("%u commit%s, about %u step%s and the test of BAD, %u boots each\n",
		       next.left, plural_s(next.left), next.steps, plural_s(next.steps),
		       boots_of_step(r));
		return EXIT_NO_REGRESSION;
	}
	lock = xasprintf("bisect-%s", r->key);
	ret = cache__claim(lock, &claim);
	if (ret) {
		log__error("another kduel is bisecting with this plan and GOOD (%s: %s)",
			   claim.path, strerror(-ret));
		ret = EXIT_UNFIT;
	} else {
		ret = run_claimed(o, r, j, db);
	}
	cache__release(&claim);
	return ret;
}

int cmd_bisect(int argc, char **argv)
{
	struct bisect_opts o = { .max_boots = MAX_BOOTS };
	struct bisect_run r = { 0 };
	struct bisect_journal j = { 0 };
	_free_ char *db = NULL;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	db = o.db ? xstrdup(o.db) : store__default_path();
	ret = bisect(&o, &r, &j, db);
	store__close(r.st);
	bisect_run__release(&r);
	bisect_journal__release(&j);
	return ret;
}

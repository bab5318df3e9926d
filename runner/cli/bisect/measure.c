// SPDX-License-Identifier: GPL-2.0-only
/* measure.c - build, boot and judge one commit. */
#include "runner/cli/bisect/measure.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "reports/history/planner.h"
#include "reports/report/open.h"
#include "reports/store/history.h"
#include "reports/store/refs.h"
#include "runner/cli/bisect/show.h"
#include "runner/cli/common.h"
#include "runner/cli/execute.h"
#include "runner/cli/log.h"
#include "runner/cli/nightly/template.h"
#include "runner/host/cache.h"
#include "runner/kernels/resolve.h"
#include "runner/plan/aa.h"
#include "runner/plan/gate.h"

#include <math.h>

#define TAG_BISECT "bisect"
#define TAG_COMMIT "commit"
#define TAG_ROUND "round"
#define ROUNDS 2 /* the second doubles the boots of a commit that is undecided */
#define ROOM_MIN (512ull << 20) /* with less free space, that is why a build failed */

/* How to make the plan of a campaign; execute_opts.arg. */
struct form {
	const struct bisect_run *r;
	const char *commit;
	struct plan_step step;
	char uuid[UUID_LEN]; /* of the campaign, once it has ended */
};

/* Parse the plan with ${...} filled in for a commit. Same contract as plan__load(). */
static int parse_for(const struct bisect_journal *j, const char *commit, struct plan **plan,
		     struct plan_diag *diag)
{
	const struct template_value values[] = { { "commit", commit, "" },
						 { "good", j->good, "" },
						 { "git", j->git, "" } };
	_free_ char *text = NULL;
	struct err err;

	*plan = NULL;
	if (!template__fill(j->plan_path, j->plan_text, values, ARRAY_SIZE(values), &text, &err))
		return plan__parse(j->plan_path, text, strlen(text), plan, diag);
	strvec__push(&diag->msgs, err.msg);
	return -EINVAL;
}

/* For execute_opts.load. */
static int load_step(const char *path __unused, struct plan **plan, struct plan_diag *diag,
		     void *arg)
{
	const struct form *f = arg;
	struct plan *old;
	int ret = parse_for(f->r->j, f->commit, &old, diag);

	return ret ? ret : plan_step__make(old, &f->step, plan, diag);
}

/* The variant that is built from this commit, or -1. */
static int variant_of(const struct plan *p, const char *commit)
{
	for (size_t i = 0; i < p->n_variants; i++) {
		const struct build_spec *b = p->variants[i].kernel.build;

		if (b && b->git && b->ref && streq(b->ref, commit))
			return (int)i;
	}
	return -1;
}

/* Is the variant built from the repository that is bisected? */
static bool same_git(const struct plan_variant *v, const char *git)
{
	_free_ char *path = realpath(v->kernel.build->git, NULL);

	return path && streq(path, git);
}

static int check_variants(struct bisect_run *r, const struct plan *p, struct err *err)
{
	const int candidate = variant_of(p, r->j->bad), baseline = variant_of(p, r->j->good);

	if (p->n_variants != 2)
		return err__set(err, -EINVAL,
				"%s: a bisection compares two variants, and the plan has %zu: expected "
				"one built from ${commit} and one from ${good}",
				p->path, p->n_variants);
	if (candidate < 0 || baseline < 0)
		return err__set(err, -EINVAL,
				"%s: no variant is built from ${%s}: give one 'kernel: {build: {git: "
				"\"${git}\", ref: \"${%s}\"}}'",
				p->path, candidate < 0 ? "commit" : "good",
				candidate < 0 ? "commit" : "good");
	r->at_candidate = (size_t)candidate;
	r->at_baseline = (size_t)baseline;
	for (size_t i = 0; i < 2; i++)
		if (!same_git(&p->variants[i], r->j->git))
			return err__set(err, -EINVAL,
					"%s:%d:%d: variant '%s' is built from a repository other than "
					"--git: use 'git: \"${git}\"'",
					p->path, p->variants[i].line, p->variants[i].col,
					p->variants[i].name);
	if (p->baseline != r->at_baseline || p->n_compares != 1 || p->n_factorials)
		return err__set(err, -EINVAL,
				"%s: 'baseline' must be the variant built from ${good}, '%s', and "
				"nothing else may be compared",
				p->path, p->variants[baseline].name);
	return 0;
}

/* Apply the plan's margin. judge() refuses a metric without one: no commit could be shown to be
 * good. */
static void set_margin(const struct plan *p, const char *pattern, struct metric *m)
{
	for (size_t i = 0; i < p->n_margins; i++) {
		if (!streq(p->margins[i].metric, m->name) || !strstr(pattern, m->name))
			continue;
		m->margin_abs = p->margins[i].abs;
		m->margin_rel = p->margins[i].rel;
	}
}

static int check_metric(struct bisect_run *r, const struct plan *p, const char *pattern,
			char **name, struct err *err)
{
	const struct target_ops *ops = target__of(p);
	const struct metric *m = NULL;
	int ret = plan_gate__one(p, "metric", pattern, name, &m, err);

	if (ret)
		return ret;
	if (metric__basis(m->kind, ops->platform(p, "")) == BASIS_EMULATED)
		return err__set(err, -EINVAL,
				"--metric: %s is emulated on this target, and never gets a verdict: "
				"bisect by a count of exact mode, or on a real machine",
				*name);
	r->metric = *m;
	set_margin(p, *name, &r->metric);
	return 0;
}

int bisect_run__open(struct bisect_run *r, const struct bisect_journal *j, const char *pattern,
		     char **metric)
{
	_cleanup_(plan__freep) struct plan *p = NULL;
	_free_ char *text = NULL;
	struct plan_diag diag = { 0 };
	struct err err;
	char hex[65];
	int ret;

	*r = (struct bisect_run){ .j = j };
	*metric = NULL;
	parse_for(j, j->bad, &p, &diag);
	log__errors(&diag.msgs);
	plan_diag__release(&diag);
	if (!p)
		return EXIT_USAGE;
	ret = check_variants(r, p, &err);
	if (!ret)
		ret = check_metric(r, p, pattern, metric, &err);
	if (ret)
		return cmd__fail(ret, &err);
	r->candidate = xstrdup(p->variants[r->at_candidate].name);
	r->baseline = xstrdup(p->variants[r->at_baseline].name);
	r->exact = p->exact;
	r->repeats = p->exact ? (unsigned int)p->n_workloads : 0;
	r->plan_boots = p->boots < STATS_MIN_BOOTS ? STATS_MIN_BOOTS : p->boots;
	r->seed = p->seed;
	r->direction = r->metric.describes ? 0 : bisect_judge__direction(&r->metric, NULL);
	text = xasprintf("%s\n%s\n%s", j->git, j->good, j->plan_text);
	cache__sha256(text, strlen(text), hex);
	snprintf(r->key, sizeof(r->key), "%.12s", hex);
	return 0;
}

void bisect_run__release(struct bisect_run *r)
{
	free(r->candidate);
	free(r->baseline);
	*r = (struct bisect_run){ 0 };
}

/* Boots of each side that find a difference of the margin's size, by the noise of A/A runs; 0:
 * unknown, or there are A/A runs of several machines. */
static unsigned int boots_of_noise(const struct bisect_run *r)
{
	const struct metric *m = &r->metric;
	struct planner_row *rows = NULL;
	unsigned int boots = 0, machines = 0;
	size_t n = 0;
	struct err err;

	if (!r->st || planner__load_noise(r->st, "", &rows, &n, &err))
		return 0;
	for (size_t i = 0; i < n; i++) {
		_free_ char *name = xasprintf("%s/%s", rows[i].workload, rows[i].metric);
		const struct planner_noise *v = &rows[i].noise;

		if (!streq(name, r->j->metric))
			continue;
		boots = planner__boots(v,
				       v->share > 0 ? m->margin_abs * v->share / 100 :
						      fmax(m->margin_rel,
							   m->margin_abs / fabs(v->typical)),
				       STATS_POWER, v->n_iter);
		machines++;
	}
	planner_row__free(rows, n);
	return machines == 1 ? boots : 0;
}

static int compare_counts(const void *a, const void *b)
{
	const unsigned int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Boots of each side by the noise of the steps so far, each of which has measured it: the median.
 * 0: unknown. */
static unsigned int boots_of_steps(const struct bisect_journal *j)
{
	_free_ unsigned int *v = xcalloc(j->n, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < j->n; i++)
		if (j->steps[i].needed)
			v[n++] = j->steps[i].needed;
	qsort(v, n, sizeof(*v), compare_counts);
	return n ? v[n / 2] : 0;
}

/* In exact mode the number must not change between steps, as they share GOOD's boots. */
unsigned int bisect_run__boots(const struct bisect_run *r)
{
	unsigned int n = r->exact ? 0 : boots_of_steps(r->j);

	n = n ? n : boots_of_noise(r);
	if (!n)
		n = r->exact ? STATS_MIN_BOOTS : r->plan_boots;
	n = n < STATS_MIN_BOOTS ? STATS_MIN_BOOTS : n;
	return n > r->max_boots ? r->max_boots : n;
}

/* --- building ------------------------------------------------------------------------------ */

/* Build the kernel of a variant for a commit. *hash is replaced with that of the kernel. 0, or
 * -errno of kernel__resolve(). */
static int build(const struct bisect_run *r, const char *commit, size_t variant, char **hash,
		 double *seconds, struct err *err)
{
	static const struct build_hooks hooks = { .note = log__info, .progress = log__progress };
	_cleanup_(plan__freep) struct plan *p = NULL;
	_cleanup_(kernel__freep) struct kernel *k = NULL;
	_cleanup_(lock__release) struct lock lock = { 0 };
	struct plan_diag diag = { 0 };
	uint64_t begin = clock__ns();
	int ret = parse_for(r->j, commit, &p, &diag);

	plan_diag__release(&diag);
	if (ret)
		return err__set(err, ret, "%s cannot be read for %.12s", r->j->plan_path, commit);
	ret = kernel__resolve(&p->variants[variant].kernel, NULL, &lock, &hooks, &k, err);
	log__progress_end();
	*seconds = (double)(clock__ns() - begin) / 1e9;
	if (!ret) {
		free(*hash);
		*hash = xstrdup(k->hash);
	}
	return ret;
}

/* Did a build fail because of the commit, rather than this machine? */
static bool is_unbuildable(int ret)
{
	_free_ char *builds = cache__path("builds/x");

	*strrchr(builds, '/') = '\0';
	return (ret == -EPROTO || ret == -EINVAL) && fs__free_bytes(builds) >= ROOM_MIN;
}

int bisect_run__build_good(const struct bisect_run *r, char **kernel)
{
	struct err err;
	double seconds;
	int ret = build(r, r->j->bad, r->at_baseline, kernel, &seconds, &err);

	return ret ? cmd__fail(err__prefix(&err, ret, "GOOD (%.12s): ", r->j->good), &err) : 0;
}

/* --- booting ------------------------------------------------------------------------------- */

/* For execute_opts.finish. */
static int take_uuid(struct store *st __unused, const struct campaign_run *c, void *arg)
{
	struct form *f = arg;

	memcpy(f->uuid, c->uuid, sizeof(f->uuid));
	return EXIT_NO_REGRESSION;
}

/* Does a stored campaign have the boots of this commit and round? */
static int is_of_round(struct store *st, const char *uuid, const char *commit, const char *round,
		       bool *yes, struct err *err)
{
	struct campaign_tag *tags = NULL;
	const char *its_commit, *its_round;
	size_t n = 0;
	int64_t id;
	int ret = store__find(st, uuid, &id, err);

	if (!ret)
		ret = store__tags(st, id, &tags, &n, err);
	its_commit = campaign_tag__find(tags, n, TAG_COMMIT);
	its_round = campaign_tag__find(tags, n, TAG_ROUND);
	*yes = its_commit && its_round && streq(its_commit, commit) && streq(its_round, round);
	campaign_tag__free(tags, n);
	return ret;
}

/* Find the stored campaign of this commit and round: `uuid` is "" if there is none. Merging
 * databases may have brought a second one; then take the newest. *over: it is finished. */
static int find_campaign(const struct bisect_run *r, const char *commit, unsigned int round,
			 char uuid[UUID_LEN], bool *over, struct err *err)
{
	_free_ char *nth = xasprintf("%u", round), *tag = xasprintf(TAG_BISECT "=%s", r->key);
	_cleanup_(strvec__release) struct strvec uuids = { 0 };
	_cleanup_(campaign__freep) struct campaign *c = NULL;
	int ret = store__refs(r->st, tag, &uuids, err);

	uuid[0] = '\0';
	for (size_t i = uuids.n; !ret && !*uuid && i-- > 0;) {
		bool yes = false;

		ret = is_of_round(r->st, uuids.v[i], commit, nth, &yes, err);
		if (!ret && yes)
			snprintf(uuid, UUID_LEN, "%s", uuids.v[i]);
	}
	if (ret || !*uuid)
		return ret == -ENOENT ? 0 : ret;
	ret = store__load(r->st, uuid, &c, err);
	*over = !ret && streq(c->state, "finished");
	return ret;
}

/* Get the boots of a round: use a finished campaign, resume an unfinished one, or run a new one.
 * Appends its UUID to `campaigns`; returns an exit code. A campaign and its tags are stored in one
 * transaction, so it is found again whenever this process is killed. */
static int boot(const struct bisect_run *r, const char *commit, const char *subject,
		unsigned int round, const struct plan_step *step, struct strvec *campaigns)
{
	struct form f = { .r = r, .commit = commit, .step = *step };
	_free_ char *nth = xasprintf("%u", round);
	struct execute_opts x = { .command = "run",
				  .plan_path = r->j->plan_path,
				  .load = load_step,
				  .finish = take_uuid,
				  .arg = &f };
	char old[UUID_LEN];
	struct err err;
	bool over = false;
	int ret = find_campaign(r, commit, round, old, &over, &err);

	f.step.seed += round;
	if (!ret && over) {
		strvec__push(campaigns, old);
		return 0;
	}
	if (*old) {
		log__info("continuing campaign %.8s", old);
		x.resume = old;
	} else if (!ret) {
		ret = tags__put(&x.tags, TAG_BISECT, r->key, &err);
		if (!ret)
			ret = tags__put(&x.tags, TAG_COMMIT, commit, &err);
		if (!ret && *subject)
			ret = tags__put(&x.tags, "subject", subject, &err);
		if (!ret)
			ret = tags__put(&x.tags, TAG_ROUND, nth, &err);
	}
	ret = ret ? cmd__fail(ret, &err) : execute__plan(r->st, &x);
	tags__release(&x.tags);
	if (!ret)
		strvec__push(campaigns, f.uuid);
	return ret;
}

/* Boot a commit and GOOD for another round. Appends to `good` the campaign with GOOD's boots.
 * Returns an exit code. */
static int boot_round(const struct bisect_run *r, unsigned int round, unsigned int boots,
		      struct bisect_step *s, struct strvec *good)
{
	struct plan_step step = { .boots = boots, .seed = r->seed, .variant = PLAN_STEP_BOTH };
	int ret = 0;

	if (r->exact) {
		step.variant = r->at_baseline;
		ret = boot(r, r->j->good, r->j->good_subject, round, &step, good);
		step.variant = r->at_candidate;
	}
	if (!ret)
		ret = boot(r, s->commit, s->subject, round, &step, &s->campaigns);
	if (!ret && !r->exact)
		strvec__push(good, s->campaigns.v[s->campaigns.n - 1]);
	return ret;
}

static int by_start(const void *a, const void *b)
{
	const struct campaign_boot *x = a, *y = b;

	return (x->started_ns > y->started_ns) - (x->started_ns < y->started_ns);
}

/* The time during which at least one boot was running, without pauses between boots. */
static int boot_time(struct store *st, const struct strvec *campaigns, double *seconds,
		     struct err *err)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < campaigns->n; i++) {
		_cleanup_(campaign__freep) struct campaign *c = NULL;
		uint64_t until = 0;
		int ret = store__load(st, campaigns->v[i], &c, err);

		if (ret)
			return ret;
		qsort(c->boots, c->n_boots, sizeof(*c->boots), by_start);
		for (size_t k = 0; k < c->n_boots; k++) {
			const struct campaign_boot *b = &c->boots[k];
			const uint64_t from = b->started_ns > until ? b->started_ns : until;

			sum += b->ended_ns > from ? b->ended_ns - from : 0;
			until = b->ended_ns > until ? b->ended_ns : until;
		}
	}
	*seconds = (double)sum / 1e9;
	return 0;
}

/* --- judging ------------------------------------------------------------------------------- */

/* Find a row by WORKLOAD/METRIC; NULL if there is none. */
static const struct report_row *find_row(const struct report *report, const char *name)
{
	const struct report_block *b = &report->blocks[0];

	for (size_t i = 0; i < b->n_rows; i++) {
		_free_ char *its = xasprintf("%s/%s", b->rows[i].workload, b->rows[i].metric->name);

		if (streq(its, name))
			return &b->rows[i];
	}
	return NULL;
}

/* Why a variant has no results: "no boot ended well: 3 panic". The caller frees. */
static char *why_none(const struct report_variant *v)
{
	char *text;
	FILE *f = xmemstream(&text, &(size_t){ 0 });
	const char *sep = ": ";

	fprintf(f, "no boot ended well");
	for (int i = 0; i < BOOT_STATUS_MAX; i++) {
		if (i == BOOT_OK || !v->by_status[i])
			continue;
		fprintf(f, "%s%u %s", sep, v->by_status[i], boot_status__name((enum boot_status)i));
		sep = ", ";
	}
	fclose(f);
	return text;
}

/* Fill the result of a step from the report's row. As only this metric matters, p is not adjusted
 * for multiple comparisons. */
static void take_row(struct bisect_run *r, const struct report_row *row, struct bisect_step *s)
{
	struct judgement j = row->j;
	struct effect e;

	j.padj = j.p;
	verdict__decide(row->metric, &j);
	e = judgement__effect(&j);
	if (!r->direction)
		r->direction = bisect_judge__direction(row->metric, &j);
	s->side = bisect_judge__side(&j, r->direction, r->alpha);
	free(s->verdict);
	free(s->unit);
	s->verdict = xstrdup(verdict__name(j.verdict));
	s->unit = xstrdup(e.unit);
	s->change = e.at;
	s->lo = e.lo;
	s->hi = e.hi;
	s->boots = (unsigned int)row->n_b;
	s->boots_good = (unsigned int)row->n_a;
	s->needed = j.boots_needed;
}

/* A side for report__open_sides(); the caller frees. */
static char *side_of(const struct strvec *campaigns, const char *variant)
{
	_free_ char *ids = strvec__join(campaigns, ",");

	return xasprintf("%s:%s", ids, variant);
}

/* Compare the boots of the commit with those of GOOD. 0 or -errno. */
static int judge(struct bisect_run *r, struct bisect_step *s, const struct strvec *good,
		 struct err *err)
{
	_free_ char *candidate = side_of(&s->campaigns, r->candidate);
	_free_ char *baseline = side_of(good, r->baseline);
	const struct report_variant *v, *base;
	const struct report_row *row;
	struct report *report;
	int ret = report__open_sides(r->st, candidate, baseline, &report, err);

	if (ret)
		return ret;
	v = &report->variants[report->blocks[0].candidate];
	base = &report->variants[report->blocks[0].baseline];
	row = find_row(report, r->j->metric);
	s->side = BISECT_OPEN;
	if (!base->ok) {
		_free_ char *why = why_none(base);

		ret = err__set(err, -ENODATA, "GOOD (%.12s): %s", r->j->good, why);
	} else if (!v->ok) {
		s->side = BISECT_SKIP;
		free(s->why);
		s->why = why_none(v);
	} else if (row && !(row->j.margin > 0) && row->j.tested) {
		ret = err__set(err, -EINVAL,
			       "%s has no margin, so no difference would be too small to matter: set "
			       "one with 'margins' in the plan",
			       r->j->metric);
	} else if (row) {
		take_row(r, row, s);
	}
	report__free(report);
	return ret;
}

/* Skip a commit that is still undecided after all rounds. */
static void skip_undecided(struct bisect_step *s)
{
	_free_ char *found = bisect_show__change(s);

	free(s->why);
	s->side = BISECT_SKIP;
	s->why = s->boots ? xasprintf("undecided after %u boots: %s", s->boots, found) :
			    xstrdup("the metric was not measured");
}

static void begin_step(struct bisect_step *s)
{
	s->why = xstrdup("");
	s->kernel = xstrdup("");
	s->verdict = xstrdup("");
	s->unit = xstrdup("%");
	s->change = s->lo = s->hi = NAN;
}

/* Does only the kernel depend on the commit? ${commit} occurs more than once if something else may,
 * too. */
static bool only_kernel_depends(const struct bisect_journal *j)
{
	const char *first = strstr(j->plan_text, "${commit}");

	return first && !strstr(first + 1, "${commit}");
}

/* With a small configuration many commits do not change the kernel. If the kernel is identical to
 * GOOD's or that of an earlier step, copy the result of that. */
static bool reuse_result(const struct bisect_run *r, struct bisect_step *s)
{
	const struct bisect_journal *j = r->j;
	const struct bisect_step *same = NULL;

	if (!only_kernel_depends(j))
		return false;
	if (streq(s->kernel, j->good_kernel)) {
		free(s->why);
		s->why = xstrdup("same kernel as GOOD");
		s->side = BISECT_GOOD;
		s->change = 0;
		return true;
	}
	for (size_t i = 0; i < j->n && !same; i++)
		same = streq(j->steps[i].kernel, s->kernel) ? &j->steps[i] : NULL;
	if (!same)
		return false;
	free(s->why);
	free(s->verdict);
	free(s->unit);
	s->why = same->side == BISECT_SKIP ? xstrdup(same->why) :
					     xasprintf("same kernel as %.12s", same->commit);
	s->verdict = xstrdup(same->verdict);
	s->unit = xstrdup(same->unit);
	s->side = same->side;
	s->change = same->change;
	s->lo = same->lo;
	s->hi = same->hi;
	return true;
}

int bisect_run__test(struct bisect_run *r, bool end, struct bisect_step *s)
{
	_cleanup_(strvec__release) struct strvec good = { 0 };
	const unsigned int boots = bisect_run__boots(r);
	struct err err;
	int ret;

	begin_step(s);
	ret = build(r, s->commit, r->at_candidate, &s->kernel, &s->build_s, &err);
	if (ret && is_unbuildable(ret) && !end) {
		_free_ char *line = err__line(err.msg);

		free(s->why);
		s->why = xasprintf("does not build: %s", line);
		s->side = BISECT_SKIP;
		return 0;
	}
	if (ret)
		return cmd__fail(err__prefix(&err, ret, "%.12s: ", s->commit), &err);
	if (reuse_result(r, s))
		return 0;
	for (unsigned int round = 0; round < ROUNDS && s->side == BISECT_OPEN; round++) {
		if (round)
			log__info("bisect  %.12s: undecided; doubling the boots", s->commit);
		ret = boot_round(r, round, boots, s, &good);
		if (ret)
			return ret;
		ret = judge(r, s, &good, &err);
		if (ret)
			return cmd__fail(ret, &err);
	}
	ret = boot_time(r->st, &s->campaigns, &s->boot_s, &err);
	if (ret)
		return cmd__fail(ret, &err);
	if (s->side == BISECT_SKIP && end) {
		log__error("BAD (%.12s): %s", s->commit, s->why);
		return EXIT_TOO_FEW;
	}
	if (s->side == BISECT_OPEN)
		skip_undecided(s);
	return 0;
}

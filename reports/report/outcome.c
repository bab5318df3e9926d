// SPDX-License-Identifier: GPL-2.0-only
/* outcome.c - sums up a report: exit status, and what to do next. */
#include "reports/report/outcome.h"
#include "reports/profile/load.h"
#include "reports/report/echo.h"

#include <ctype.h>
#include <math.h>

#define COMMIT 12 /* digits of an abbreviated commit in campaign_variant.origin */

struct gate_row report_row__gate(const struct report_row *row)
{
	return (struct gate_row){ row->workload, row->source, row->metric->name,
				  row->metric->primary };
}

static bool fails_on_nothing(const struct report *r)
{
	return strvec__has(&r->gate.fail_on, "none");
}

bool report_row__fails(const struct report *r, const struct report_row *row)
{
	const struct gate_row as_seen = report_row__gate(row);

	return !fails_on_nothing(r) &&
	       ((row->j.verdict == VERDICT_REGRESSION && gate__watches(&r->gate, &as_seen)) ||
		(row->j.verdict == VERDICT_DIFFERS && gate__names(&r->gate, &as_seen)));
}

bool report_block__fails(const struct report *r, const struct report_block *b)
{
	return !fails_on_nothing(r) && b->failures.regression;
}

/* Does the verdict say whether the row got worse? */
static bool decides(enum verdict v)
{
	return v == VERDICT_IMPROVEMENT || v == VERDICT_REGRESSION || v == VERDICT_NO_CHANGE ||
	       v == VERDICT_SMALL;
}

static void count_row(const struct gate *gate, const struct report_row *row, struct outcome *o)
{
	const struct gate_row as_seen = report_row__gate(row);
	bool watched = gate__watches(gate, &as_seen), primary = row->metric->primary;
	enum verdict v = row->j.verdict;
	bool lacks = v == VERDICT_INSUFFICIENT, open = lacks || v == VERDICT_INCONCLUSIVE;
	bool judged = v != VERDICT_NONE && !lacks;

	o->rows++;
	o->count[v]++;
	o->primary[v] += primary;
	o->worse += v == VERDICT_REGRESSION;
	o->worse_watched += v == VERDICT_REGRESSION && watched;
	o->differ_named += v == VERDICT_DIFFERS && gate__names(gate, &as_seen);
	o->decided += decides(v);
	o->decided_primary += decides(v) && primary;
	o->open_primary += open && primary;
	o->judged += judged;
	o->judged_watched += judged && watched;
	o->open_watched += open && watched;
	o->short_watched += lacks && watched;
}

struct outcome report__outcome(const struct report *r)
{
	struct outcome o = { 0 };

	for (size_t i = 0; i < r->n_blocks; i++) {
		const struct report_block *b = &r->blocks[i];

		o.failures += b->failures.regression;
		for (size_t k = 0; k < b->n_rows; k++)
			count_row(&r->gate, &b->rows[k], &o);
	}
	return o;
}

const struct campaign_boot *report__first_failed(const struct report *r)
{
	const struct campaign *c = r->campaign;

	for (size_t i = 0; i < r->n_blocks; i++) {
		const struct report_block *b = &r->blocks[i];
		const struct report_variant *v = &r->variants[b->candidate];

		if (!b->failures.regression || v->campaign != c)
			continue;
		for (size_t k = 0; k < c->n_boots; k++)
			if (&c->variants[c->boots[k].variant] == v->v &&
			    boot_status__is_failure(c->boots[k].status))
				return &c->boots[k];
	}
	return NULL;
}

int report__exit_code(const struct report *r)
{
	struct outcome o = report__outcome(r);
	bool fails = !fails_on_nothing(r);
	/* What must not stay undecided: the watched rows, or the primary ones if no rows are
	 * singled out. */
	bool all = !fails || strvec__has(&r->gate.fail_on, "any");
	unsigned int open = all ? o.open_primary : o.open_watched;
	unsigned int decided = all ? o.decided_primary + o.primary[VERDICT_TOO_FEW] :
				     o.judged_watched;

	if (r->unfit)
		return 3;
	if (r->expects.count[EXPECT_FAIL])
		return 1;
	if (fails && (o.worse_watched || o.differ_named || o.failures))
		return 1;
	/* If no row can fail the run, only the expectations count. */
	if (r->expects.count[EXPECT_CANNOT_SAY] ||
	    ((fails || !r->expects.n) && (!o.judged || (!o.judged_watched && o.short_watched))))
		return 4;
	return r->gate.conclusive && (open || !decided) ? 6 : 0;
}

/* --- what to do next --- */

/* A row that changed, and its comparison. */
struct moved {
	const struct report_block *b;
	const struct report_row *row;
	bool explained; /* `kduel explain` can name the functions behind it */
	double size;
};

static bool is_explained(const struct report *r, const struct report_block *b,
			 const struct report_row *row)
{
	const struct report_variant *cand = &r->variants[b->candidate];
	const struct report_variant *base = &r->variants[b->baseline];

	return !b->factorial && cand->n_parts <= 1 && base->n_parts <= 1 &&
	       cand->campaign == base->campaign && explain__is_row(row->source, row->metric->name);
}

/* The changed row to look at first: preferably one that `kduel explain` covers, then the one
 * with the largest change. A row that the table folds is replaced by the plainer one it is
 * folded into. */
static struct moved find_moved(const struct report *r, enum verdict v, bool primary)
{
	struct moved best = { .size = -1 };
	const struct report_row *plain;

	for (size_t i = 0; i < r->n_blocks; i++) {
		const struct report_block *b = &r->blocks[i];

		for (size_t k = 0; k < b->n_rows; k++) {
			const struct report_row *row = &b->rows[k];
			double at = fabs(judgement__effect(&row->j).at);
			struct moved m = { b, row, is_explained(r, b, row),
					   isnan(at) ? INFINITY : at };

			if (row->j.verdict == v && row->metric->primary == primary &&
			    (m.explained > best.explained ||
			     (m.explained == best.explained && m.size > best.size)))
				best = m;
		}
	}
	plain = best.row ? report_row__echoes(best.b, best.row) : NULL;
	if (plain && plain->metric->primary == primary &&
	    is_explained(r, best.b, plain) == best.explained)
		best.row = plain;
	return best;
}

/* "`kduel ...`" of some words, which are released. The caller frees. */
static char *quoted_command(struct strvec *words)
{
	_free_ char *line = strvec__shell_line(words);

	strvec__release(words);
	return xasprintf("`kduel %s`", line);
}

/* The command that repeats this comparison with the given options, which are released. For pooled
 * campaigns it would be too long: then only the options are named. The caller frees. */
static char *compare_command(const struct report *r, const struct report_block *b,
			     struct strvec *options)
{
	const struct report_variant *cand = &r->variants[b->candidate];
	const struct report_variant *base = &r->variants[b->baseline];
	struct strvec words = { 0 };
	_free_ char *rest = strvec__shell_line(options);

	if (r->data && !r->data->side[0].n) {
		strvec__pushf(&words, "%.8s", r->campaign->uuid);
		if (r->n_blocks > 1) {
			strvec__push(&words, "--block");
			strvec__pushf(&words, "%zu", (size_t)(b - r->blocks) + 1);
		}
	} else if (r->data && cand->n_parts == 1 && base->n_parts == 1) {
		strvec__pushf(&words, "%.8s:%s", cand->campaign->uuid, cand->v->name);
		strvec__pushf(&words, "%.8s:%s", base->campaign->uuid, base->v->name);
	}
	strvec__release(options);
	if (words.n) {
		_free_ char *sides = strvec__shell_line(&words);

		strvec__release(&words);
		return xasprintf("`kduel compare %s %s`", sides, rest);
	}
	return xasprintf("the same command with %s", rest);
}

static char *explain_command(const struct report *r, const struct moved *m)
{
	const struct report_variant *cand = &r->variants[m->b->candidate];
	const struct report_variant *base = &r->variants[m->b->baseline];
	const struct campaign *c = cand->campaign;
	struct strvec words = { 0 };

	strvec__push(&words, "explain");
	strvec__pushf(&words, "%.8s", c->uuid);
	strvec__pushf(&words, "%s/%s", m->row->workload, m->row->metric->name);
	if (!c->n_compares || cand->v != &c->variants[c->compares[0].candidate] ||
	    base->v != &c->variants[c->compares[0].baseline])
		strvec__push_all(&words, "--candidate", cand->v->name, "--baseline", base->v->name,
				 NULL);
	return quoted_command(&words);
}

/* The commit in an origin such as "git REF (0123456789ab), guest". NULL if the kernel was not built
 * from git, or not from that commit alone. */
static const char *commit_in(const char *origin)
{
	const char *at = str_starts(origin, "git ") ? strstr(origin, " (") : NULL;

	if (!at || strlen(at) < COMMIT + 3 || at[COMMIT + 2] != ')' || strstr(at, " patch"))
		return NULL;
	for (int i = 2; i < COMMIT + 2; i++)
		if (!isxdigit((unsigned char)at[i]))
			return NULL;
	return at + 2;
}

/* The `kduel bisect` command for a change between two commits. NULL if the kernels are not two
 * commits, or if anything else differs, too. The caller frees. */
static char *bisect_command(const struct report *r, const struct moved *m)
{
	const struct campaign_variant *bad = r->variants[m->b->candidate].v;
	const struct campaign_variant *good = r->variants[m->b->baseline].v;
	const char *to = commit_in(bad->origin), *from = commit_in(good->origin);
	struct strvec words = { 0 };

	if (m->b->factorial || !to || !from || !strncmp(to, from, COMMIT) ||
	    !streq(bad->cpu, good->cpu) || !streq(bad->cmdline, good->cmdline))
		return NULL;
	strvec__push_all(&words, "bisect", "--git", "DIR", "--plan", "PLAN", "--metric", NULL);
	strvec__pushf(&words, "%s/%s", m->row->workload, m->row->metric->name);
	strvec__pushf(&words, "%.*s", COMMIT, from);
	strvec__pushf(&words, "%.*s", COMMIT, to);
	return quoted_command(&words);
}

static char *next_of_moved(const struct report *r, const struct moved *m, bool worse)
{
	_free_ char *explain = m->explained ? explain_command(r, m) : NULL;
	bool timed = m->row->basis != BASIS_EXACT && m->row->basis != BASIS_MODELLED;
	_free_ char *bisect = worse ? bisect_command(r, m) : NULL, *compare = NULL;
	struct strvec options = { 0 };

	if (explain && bisect)
		return xasprintf("%s names the functions behind it, %s the commit", explain,
				 bisect);
	if (explain)
		return xasprintf("%s names the functions behind it", explain);
	if (bisect)
		return xasprintf("%s finds the commit (docs/BISECT.md has the plan)", bisect);
	if (m->b->factorial) {
		strvec__push(&options, "--all");
		compare = compare_command(r, m->b, &options);
		return xasprintf("%s shows what each factor does alone", compare);
	}
	strvec__push(&options, "--metric");
	strvec__pushf(&options, "%s/%s", m->row->workload, m->row->metric->name);
	strvec__push(&options, "--ranges");
	compare = compare_command(r, m->b, &options);
	return xasprintf("%s shows how far apart the boots are%s", compare,
			 worse && timed ? ", `kduel explain` (exact: true) the functions" : "");
}

/* Would more boots rule out smaller changes? Not if all boots give the same value. */
static bool has_noise(const struct report *r)
{
	for (size_t i = 0; i < r->n_blocks; i++)
		for (size_t k = 0; k < r->blocks[i].n_rows; k++) {
			const struct judgement *j = &r->blocks[i].rows[k].j;

			if (j->verdict == VERDICT_NO_CHANGE && j->se > 0)
				return true;
		}
	return false;
}

/* What to do about a row that changed; NULL if none did. The caller frees. */
static char *next_of_rows(const struct report *r)
{
	static const enum verdict verdicts[] = { VERDICT_REGRESSION, VERDICT_IMPROVEMENT };

	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++)
		for (int secondary = 0; secondary < 2; secondary++) {
			const struct moved m = find_moved(r, verdicts[i], !secondary);

			if (m.row)
				return next_of_moved(r, &m, verdicts[i] == VERDICT_REGRESSION);
		}
	return NULL;
}

/* A command with a name that needs shell quotes is left out: imported names may hold anything, and
 * what displays the text may not preserve quotes. */
char *report__next(const struct report *r, bool open)
{
	struct strvec options = { 0 };
	_free_ char *compare = NULL, *text = next_of_rows(r);

	if (text && !strchr(text, '\''))
		return xstrdup(text);
	if (!r->n_blocks || (!text && open))
		return NULL;
	strvec__push(&options, "--all");
	compare = compare_command(r, r->blocks, &options);
	if (strchr(compare, '\''))
		return NULL;
	return xasprintf("%s has every metric and its bounds%s", compare,
			 text	      ? "" :
			 has_noise(r) ? "; four times the boots would halve them" :
					"; more boots would show the same");
}

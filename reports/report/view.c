// SPDX-License-Identifier: GPL-2.0-only
/* view.c - orders and filters the rows of a report. */
#include "reports/report/view.h"
#include "reports/report/echo.h"

#include <fnmatch.h>
#include <math.h>

#define BIT(v) (1u << (v))
#define MANY_CHANGES 20 /* changed secondary rows; above this, improvements are folded */
#define SCREEN 16 /* most rows that a brief view shows */
#define SCREEN_BLOCKS \
	3 /* most comparisons that share them; if there are more, only the first has rows */
#define CHANGES (BIT(VERDICT_REGRESSION) | BIT(VERDICT_IMPROVEMENT))

static const struct {
	const char *name;
	unsigned int set;
} only_words[] = {
	{ "regressions", BIT(VERDICT_REGRESSION) },
	{ "improvements", BIT(VERDICT_IMPROVEMENT) },
	{ "changes", CHANGES },
	{ "small", BIT(VERDICT_SMALL) },
	{ "inconclusive", BIT(VERDICT_INCONCLUSIVE) },
	{ "verdicts", CHANGES | BIT(VERDICT_NO_CHANGE) | BIT(VERDICT_INCONCLUSIVE) |
			      BIT(VERDICT_INSUFFICIENT) | BIT(VERDICT_DIFFERS) |
			      BIT(VERDICT_TOO_FEW) | BIT(VERDICT_SMALL) },
};

int report_filter__only(struct report_filter *f, const char *list, struct err *err)
{
	for (const char *p = list;; p++) {
		size_t len = strcspn(p, ","), i = 0;

		while (i < ARRAY_SIZE(only_words) && (strlen(only_words[i].name) != len ||
						      strncmp(p, only_words[i].name, len) != 0))
			i++;
		if (i == ARRAY_SIZE(only_words))
			return err__set(err, -EINVAL,
					"--only: \"%.*s\" is none of regressions, improvements, "
					"changes, small, inconclusive, verdicts",
					(int)len, p);
		f->only |= only_words[i].set;
		p += len;
		if (!*p)
			return 0;
	}
}

int report_filter__basis(struct report_filter *f, const char *name, struct err *err)
{
	int b = metric__basis_parse(
		streq(name, "measured-guest") ? metric__basis_name(BASIS_MEASURED_GUEST) : name);

	if (b < 0)
		return err__set(err, -EINVAL,
				"--basis: \"%s\" is none of measured, measured-guest, "
				"exact, modelled, emulated, simulated",
				name);
	f->bases |= BIT(b);
	return 0;
}

int report_filter__sort(struct report_filter *f, const char *name, struct err *err)
{
	static const char *const names[] = {
		[SORT_PRIMARY] = "primary",
		[SORT_NAME] = "name",
		[SORT_SEVERITY] = "severity",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!streq(name, names[i]))
			continue;
		f->sort = (enum report_sort)i;
		return 0;
	}
	return err__set(err, -EINVAL, "--sort: \"%s\" is none of primary, name, severity", name);
}

void report_filter__release(struct report_filter *f)
{
	strvec__release(&f->workloads);
	strvec__release(&f->metrics);
}

/* A pattern matches METRIC or WORKLOAD/METRIC. */
static bool fits_pattern(const struct report_row *r, const char *pattern)
{
	_free_ char *full = xasprintf("%s/%s", r->workload, r->metric->name);

	return !fnmatch(pattern, r->metric->name, 0) || !fnmatch(pattern, full, 0);
}

/* Does a row pass all filters? Unset filters match everything. */
static bool fits(const struct report_row *r, const struct report_filter *f)
{
	bool named = !f->metrics.n;

	for (size_t i = 0; !named && i < f->metrics.n; i++)
		named = fits_pattern(r, f->metrics.v[i]);
	return named && (!f->only || f->only & BIT(r->j.verdict)) &&
	       (!f->bases || f->bases & BIT(r->basis)) && (!f->primary || r->metric->primary) &&
	       (!f->workloads.n || strvec__has(&f->workloads, r->workload));
}

/* The verdicts of secondary metrics worth showing. A single feature can improve dozens of them at
 * once (those of the TLB model, for instance): then show only regressions. */
static unsigned int worth_showing(const struct report_block *b, const struct report_filter *f)
{
	unsigned int changed = 0;

	for (size_t i = 0; i < b->n_rows; i++)
		changed += !b->rows[i].metric->primary && fits(&b->rows[i], f) &&
			   CHANGES & BIT(b->rows[i].j.verdict);
	return changed > MANY_CHANGES ? BIT(VERDICT_REGRESSION) : CHANGES;
}

/* qsort() passes pointers to elements, and the elements are pointers to rows. */
static int by_name(const void *x, const void *y)
{
	const struct report_row *a = *(const struct report_row *const *)x;
	const struct report_row *b = *(const struct report_row *const *)y;
	int c = strcmp(a->workload, b->workload);

	if (!c)
		c = strcmp(a->source, b->source);
	return c ? c : strcmp(a->metric->name, b->metric->name);
}

/* Larger changes first; rows without a percentage last. */
static int compare_change(const struct report_row *a, const struct report_row *b)
{
	double da = judgement__effect(&a->j).at, db = judgement__effect(&b->j).at;

	da = isnan(da) ? -1 : fabs(da);
	db = isnan(db) ? -1 : fabs(db);

	return (da < db) - (da > db);
}

/* What needs attention first; within a verdict primary metrics first, then larger changes. */
static int by_severity(const void *x, const void *y)
{
	static const int rank[VERDICT_MAX] = {
		[VERDICT_REGRESSION] = 0,   [VERDICT_IMPROVEMENT] = 1,	[VERDICT_DIFFERS] = 2,
		[VERDICT_INCONCLUSIVE] = 3, [VERDICT_INSUFFICIENT] = 4, [VERDICT_TOO_FEW] = 5,
		[VERDICT_SMALL] = 6,	    [VERDICT_NO_CHANGE] = 7,	[VERDICT_NONE] = 8,
	};
	const struct report_row *a = *(const struct report_row *const *)x;
	const struct report_row *b = *(const struct report_row *const *)y;
	int c = rank[a->j.verdict] - rank[b->j.verdict];

	if (!c)
		c = (int)b->metric->primary - (int)a->metric->primary;
	if (!c)
		c = compare_change(a, b);
	return c ? c : by_name(x, y);
}

static int by_change(const void *x, const void *y)
{
	const struct report_row *a = *(const struct report_row *const *)x;
	const struct report_row *b = *(const struct report_row *const *)y;
	int c = compare_change(a, b);

	return c ? c : by_severity(x, y);
}

/* Smallest adjusted p first. Rows without one sort last, as if p were 2. */
static int by_p(const void *x, const void *y)
{
	const struct report_row *a = *(const struct report_row *const *)x;
	const struct report_row *b = *(const struct report_row *const *)y;
	double pa = isnan(a->j.padj) ? 2 : a->j.padj, pb = isnan(b->j.padj) ? 2 : b->j.padj;
	int c = (pa > pb) - (pa < pb);

	return c ? c : by_change(x, y);
}

static int (*const orders[])(const void *x, const void *y) = {
	[SORT_PRIMARY] = NULL, /* rows are already in this order */
	[SORT_NAME] = by_name,	   [SORT_SEVERITY] = by_severity,
	[SORT_CHANGE] = by_change, [SORT_P] = by_p,
};

/* A geometric mean covers all metrics of a workload: it would mislead beside a selection of
 * them. */
static bool shows_mean(const struct report_mean *m, const struct report_filter *f)
{
	return !f->only && !f->metrics.n && (!f->bases || f->bases & BIT(m->basis)) &&
	       (!f->workloads.n || strvec__has(&f->workloads, m->workload));
}

/* Is this a row for a brief view: changed, and primary (unless no primary metric got a verdict)? */
static bool is_moved(const struct report_block *b, const struct report_row *r)
{
	bool primary = false;

	for (int v = VERDICT_NONE + 1; v < VERDICT_MAX; v++)
		primary |= b->primary[v];
	return (r->metric->primary || !primary) &&
	       (CHANGES | BIT(VERDICT_DIFFERS)) & BIT(r->j.verdict);
}

/* Is a row that passes the filter left out, because it says nothing new or nothing important? */
static bool is_folded(const struct report_block *b, const struct report_filter *f,
		      const struct report_row *r, unsigned int worth)
{
	if (f->brief && !is_moved(b, r))
		return true;
	if (!f->fold)
		return false;
	return (!r->metric->primary && !(worth & BIT(r->j.verdict))) || report_row__echoes(b, r);
}

/* Sort, filter and fold the rows of one block. `nothing` hides all rows; a brief view shows no more
 * than `most`. */
static void make_block(const struct report_block *b, const struct report_filter *f, bool nothing,
		       size_t most, struct view_block *v)
{
	unsigned int worth = worth_showing(b, f);
	enum report_sort sort = f->brief && !f->sort ? SORT_SEVERITY : f->sort;

	*v = (struct view_block){
		.b = b,
		.all = xcalloc(b->n_rows + 1, sizeof(void *)),
		.rows = xcalloc(b->n_rows + 1, sizeof(void *)),
		.means = xcalloc(b->n_means + 1, sizeof(void *)),
	};
	for (size_t i = 0; i < b->n_rows; i++)
		v->all[i] = &b->rows[i];
	if (orders[sort])
		qsort(v->all, b->n_rows, sizeof(void *), orders[sort]);
	for (size_t i = 0; i < b->n_rows; i++) {
		const struct report_row *r = v->all[i];
		bool folded = is_folded(b, f, r, worth);

		if (nothing || !fits(r, f)) {
			v->filtered++;
		} else if (folded || (f->brief && v->n_rows >= most)) {
			v->folded++;
			v->folded_moved += !folded;
			v->folded_better += r->j.verdict == VERDICT_IMPROVEMENT;
		} else {
			v->rows[v->n_rows++] = r;
		}
	}
	for (size_t i = 0; i < b->n_means; i++)
		if (!nothing && shows_mean(&b->means[i], f))
			v->means[v->n_means++] = &b->means[i];
}

/* Does the report have a workload of this name, or a metric that matches the pattern? */
static bool known(const struct report *r, const char *what, bool pattern)
{
	for (size_t i = 0; i < r->n_blocks; i++) {
		const struct report_block *b = &r->blocks[i];

		for (size_t k = 0; k < b->n_rows; k++)
			if (pattern ? fits_pattern(&b->rows[k], what) :
				      streq(b->rows[k].workload, what))
				return true;
	}
	return false;
}

/* -ENOENT if a block, workload or metric of the filter does not exist. */
static int check(const struct report *r, const struct report_filter *f, struct err *err)
{
	if (f->block > r->n_blocks)
		return err__set(err, -ENOENT, "--block: there %s only %zu comparison%s, not %zu",
				r->n_blocks == 1 ? "is" : "are", r->n_blocks, plural_s(r->n_blocks),
				f->block);
	for (size_t i = 0; i < f->workloads.n; i++) {
		if (!known(r, f->workloads.v[i], false))
			return err__set(err, -ENOENT,
					"--workload: nothing was measured by \"%s\"; "
					"`kduel compare --all` shows what was",
					f->workloads.v[i]);
	}
	for (size_t i = 0; i < f->metrics.n; i++) {
		if (!known(r, f->metrics.v[i], true))
			return err__set(err, -ENOENT,
					"--metric: no metric fits \"%s\"; "
					"`kduel compare --all` shows all",
					f->metrics.v[i]);
	}
	return 0;
}

int report_view__make(const struct report *r, const struct report_filter *f, struct report_view *v,
		      struct err *err)
{
	int ret = check(r, f, err);

	*v = (struct report_view){ 0 };
	if (ret && !f->may_miss)
		return ret;
	v->r = r;
	v->blocks = xcalloc(r->n_blocks + 1, sizeof(*v->blocks));
	v->brief = f->brief;
	for (size_t i = 0; i < r->n_blocks; i++) {
		size_t sharing = r->n_blocks > SCREEN_BLOCKS ? 2 : r->n_blocks;

		make_block(&r->blocks[i], f, ret,
			   i && r->n_blocks > SCREEN_BLOCKS ? 0 : SCREEN / sharing, &v->blocks[i]);
		v->blocks[i].hidden = f->block && f->block != i + 1;
	}
	return 0;
}

void report_view__release(struct report_view *v)
{
	for (size_t i = 0; v->r && i < v->r->n_blocks; i++) {
		free(v->blocks[i].all);
		free(v->blocks[i].rows);
		free(v->blocks[i].means);
	}
	free(v->blocks);
	*v = (struct report_view){ 0 };
}

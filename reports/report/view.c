// SPDX-License-Identifier: GPL-2.0-only
#include "reports/report/steps.h"
#include "reports/report/view.h"

#include <fnmatch.h>
#include <math.h>

#define BIT(v) (1u << (v))
#define MANY_CHANGES 20 /* rows of secondary metrics */
#define CHANGES (BIT(VERDICT_REGRESSION) | BIT(VERDICT_IMPROVEMENT))

static const struct {
	const char *name;
	unsigned int set;
} only_words[] = {
	{ "regressions", BIT(VERDICT_REGRESSION) },
	{ "improvements", BIT(VERDICT_IMPROVEMENT) },
	{ "changes", CHANGES },
	{ "inconclusive", BIT(VERDICT_INCONCLUSIVE) },
	{ "verdicts", CHANGES | BIT(VERDICT_NO_CHANGE) | BIT(VERDICT_INCONCLUSIVE) |
			      BIT(VERDICT_INSUFFICIENT) | BIT(VERDICT_DIFFERS) },
};

static int add_only(struct report_filter *f, const char *word, size_t len, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(only_words); i++) {
		if (strlen(only_words[i].name) != len ||
		    strncmp(word, only_words[i].name, len) != 0)
			continue;
		f->only |= only_words[i].set;
		return 0;
	}
	return err__set(err, -EINVAL,
			"--only: \"%.*s\" is none of regressions, improvements, "
			"changes, inconclusive, verdicts",
			(int)len, word);
}

int report_filter__only(struct report_filter *f, const char *list, struct err *err)
{
	int ret = 0;

	for (const char *p = list; !ret; p++) {
		size_t len = strcspn(p, ",");

		ret = add_only(f, p, len, err);
		p += len;
		if (!*p)
			break;
	}
	return ret;
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

static bool fits_pattern(const struct report_row *r, const char *pattern)
{
	_free_ char *full = xasprintf("%s/%s", r->workload, r->metric->name);

	return !fnmatch(pattern, r->metric->name, 0) || !fnmatch(pattern, full, 0);
}

static bool fits(const struct report_row *r, const struct report_filter *f)
{
	bool named = !f->metrics.n;

	for (size_t i = 0; !named && i < f->metrics.n; i++)
		named = fits_pattern(r, f->metrics.v[i]);
	return named && (!f->only || f->only & BIT(r->j.verdict)) &&
	       (!f->bases || f->bases & BIT(r->basis)) && (!f->primary || r->metric->primary) &&
	       (!f->workloads.n || strvec__has(&f->workloads, r->workload));
}

/* Verdicts of secondary metrics that are worth a row. One feature can make dozens of them better
 * at once (all that the TLB model counts, say): then only those that got worse are. */
static unsigned int worth_showing(const struct report_block *b, const struct report_filter *f)
{
	unsigned int changed = 0;

	for (size_t i = 0; i < b->n_rows; i++)
		changed += !b->rows[i].metric->primary && fits(&b->rows[i], f) &&
			   CHANGES & BIT(b->rows[i].j.verdict);
	return changed > MANY_CHANGES ? BIT(VERDICT_REGRESSION) : CHANGES;
}

static void show(struct report_block *b, const struct report_filter *f)
{
	unsigned int worth = worth_showing(b, f);

	b->folded = b->folded_better = 0;
	b->filtered = 0;
	for (size_t i = 0; i < b->n_rows; i++) {
		struct report_row *r = &b->rows[i];
		bool fold = f->fold && !r->metric->primary && !(worth & BIT(r->j.verdict));

		r->shown = !fits(r, f) ? ROW_FILTERED : fold ? ROW_FOLDED : ROW_SHOWN;
		b->folded += r->shown == ROW_FOLDED;
		b->folded_better += r->shown == ROW_FOLDED && r->j.verdict == VERDICT_IMPROVEMENT;
		b->filtered += r->shown == ROW_FILTERED;
	}
	/* A mean speaks of whole workloads: nothing to say about a selection of metrics. */
	for (size_t i = 0; i < b->n_means; i++)
		b->means[i].hidden = f->only || f->metrics.n ||
				     (f->bases && !(f->bases & BIT(b->means[i].basis))) ||
				     (f->workloads.n &&
				      !strvec__has(&f->workloads, b->means[i].workload));
}

static int by_name(const void *x, const void *y)
{
	const struct report_row *a = x, *b = y;
	int c = strcmp(a->workload, b->workload);

	if (!c)
		c = strcmp(a->source, b->source);
	return c ? c : strcmp(a->metric->name, b->metric->name);
}

static int by_severity(const void *x, const void *y)
{
	static const int rank[VERDICT_MAX] = {
		[VERDICT_REGRESSION] = 0,   [VERDICT_IMPROVEMENT] = 1,	[VERDICT_DIFFERS] = 2,
		[VERDICT_INCONCLUSIVE] = 3, [VERDICT_INSUFFICIENT] = 4, [VERDICT_NO_CHANGE] = 5,
		[VERDICT_NONE] = 6,
	};
	const struct report_row *a = x, *b = y;
	double da = isnan(a->j.pct) ? -1 : fabs(a->j.pct);
	double db = isnan(b->j.pct) ? -1 : fabs(b->j.pct);
	int c = rank[a->j.verdict] - rank[b->j.verdict];

	if (!c)
		c = (int)b->metric->primary - (int)a->metric->primary;
	if (!c)
		c = (da < db) - (da > db);
	return c ? c : by_name(x, y);
}

static void sort(struct report_block *b, enum report_sort order)
{
	if (order == SORT_NAME)
		qsort(b->rows, b->n_rows, sizeof(*b->rows), by_name);
	else if (order == SORT_SEVERITY)
		qsort(b->rows, b->n_rows, sizeof(*b->rows), by_severity);
	else
		report_block__sort(b);
}

/* Does any row of the report fit a workload (by name) or a pattern? */
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

static int check(const struct report *r, const struct report_filter *f, struct err *err)
{
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

int report_view__apply(struct report *r, const struct report_filter *f, struct err *err)
{
	int ret = check(r, f, err);

	for (size_t i = 0; !ret && i < r->n_blocks; i++) {
		sort(&r->blocks[i], f->sort);
		show(&r->blocks[i], f);
	}
	return ret;
}

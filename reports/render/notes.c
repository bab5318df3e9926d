// SPDX-License-Identifier: GPL-2.0-only
#include "reports/render/notes.h"
#include "reports/render/table.h"

#include <math.h>

#define OTHERS 4 /* from so many metrics on a margin is that of "the others" */

void notes__line(FILE *out, size_t width, size_t indent, const char *fmt, ...)
{
	struct para p = { .out = out, .width = width, .first = indent, .indent = indent };
	va_list ap;

	va_start(ap, fmt);
	para__vadd(&p, fmt, ap);
	va_end(ap);
	para__end(&p);
}

void notes__boots(struct para *p, const char *before, const struct report *r,
		  const struct report_block *b)
{
	struct table_common c = table__common(b);

	if (c.n_a == c.n_b)
		para__add(p, "%s%zu boot%s a side", before, c.n_a, c.n_a == 1 ? "" : "s");
	else
		para__add(p, "%sboots: %s %zu, %s %zu", before, report_block__against(r, b), c.n_a,
			  r->variants[b->candidate].label, c.n_b);
}

static unsigned int judged(const unsigned int count[VERDICT_MAX])
{
	unsigned int n = 0;

	for (int v = VERDICT_NONE + 1; v < VERDICT_MAX; v++)
		n += count[v];
	return n;
}

static void add_counts(struct para *p, const char *family, const unsigned int count[VERDICT_MAX])
{
	_free_ char *s = words__counts(count);

	if (!judged(count))
		return;
	para__add(p, "%s: %s.", family, s);
	para__end(p);
}

/* Boots that failed are in no row, so they are said first. */
static void put_failures(const struct report *r, const struct report_block *b, size_t width,
			 FILE *out)
{
	const struct report_variant *cand = &r->variants[b->candidate];
	const struct report_variant *base = &r->variants[b->baseline];
	_free_ char *failed = failures__describe(cand->by_status);
	_free_ char *against = failures__describe(base->by_status);
	const char *word = b->failures.regression ? "WORSE (R): failed boots" : "Failed boots";

	if (b->failures.a || b->failures.b)
		notes__line(out, width, 0, "%s: %s %s, %s %s.", word, cand->label, failed,
			    base->label, against);
}

void notes__summary(const struct report *r, const struct report_block *b, size_t width, FILE *out)
{
	struct para p = { .out = out, .width = width };
	unsigned int secondary[VERDICT_MAX];
	_free_ char *within = words__round(b->within_pct);

	put_failures(r, b, width, out);
	for (int v = 0; v < VERDICT_MAX; v++)
		secondary[v] = b->count[v] - b->primary[v];
	if (!judged(b->count))
		para__add(&p, "No metric got a verdict.");
	else if (isnan(b->within_pct))
		add_counts(&p, "Primary", b->primary);
	else
		para__add(&p,
			  "Nothing changed beyond %s %%: all %u %smetrics are within their margins.",
			  within,
			  judged(b->primary) ? b->primary[VERDICT_NO_CHANGE] :
					       b->count[VERDICT_NO_CHANGE],
			  judged(b->primary) ? "primary " : "");
	para__end(&p);
	if (isnan(b->within_pct) || judged(b->primary))
		add_counts(&p, "Secondary", secondary);
}

static void put_undecided(const struct report_block *b, size_t width, FILE *out)
{
	for (size_t i = 0; i < b->n_rows; i++) {
		const struct report_row *r = &b->rows[i];
		_free_ char *name = NULL, *mde = NULL, *margin = NULL, *boots = NULL;

		if (!words__in_table(r) || r->j.verdict != VERDICT_INCONCLUSIVE)
			continue;
		name = words__row(b, r);
		mde = words__round(r->j.mde_pct);
		margin = words__margin(r->metric);
		boots = r->j.boots_needed ? xasprintf("takes %u boots", r->j.boots_needed) :
					    xasprintf("takes more than %d boots", STATS_MAX_BOOTS);
		notes__line(out, width, 2, "%s: changes below %s %% go unseen; %s %s a side", name,
			    mde, margin, boots);
	}
}

static bool same_margin(const struct report_row *a, const struct report_row *b)
{
	const struct metric *x = a->metric, *y = b->metric;

	return x->margin_abs == y->margin_abs && x->margin_rel == y->margin_rel &&
	       (x->margin_abs == 0 || streq(x->unit, y->unit));
}

static bool same_note(const struct report_row *a, const struct report_row *b)
{
	return streq(a->note, b->note);
}

typedef bool (*same_fn)(const struct report_row *a, const struct report_row *b);

/* List the names of all rows from `first` on that share something with it; tick them off. */
static char *list_names(const struct report_block *b, size_t first, bool *said, same_fn same)
{
	char *list = NULL;

	for (size_t k = first; k < b->n_rows; k++) {
		char *old = list;
		_free_ char *name = NULL;

		if (said[k] || !same(&b->rows[first], &b->rows[k]))
			continue;
		said[k] = true;
		name = words__row(b, &b->rows[k]);
		list = xasprintf("%s%s%s", old ? old : "", old ? ", " : "", name);
		free(old);
	}
	return list;
}

static void put_shared(const struct report_block *b, size_t width, FILE *out)
{
	_free_ bool *said = xcalloc(b->n_rows + 1, sizeof(*said));

	for (size_t i = 0; i < b->n_rows; i++)
		said[i] = b->rows[i].shown != ROW_SHOWN || !*b->rows[i].note;
	for (size_t i = 0; i < b->n_rows; i++) {
		struct para p = { .out = out, .width = width, .first = 2, .indent = 4 };
		_free_ char *names = NULL;

		if (said[i])
			continue;
		names = list_names(b, i, said, same_note);
		para__add(&p, "%s: %s", names, b->rows[i].note);
		para__end(&p);
	}
}

static size_t count_same(const struct report_block *b, size_t first)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n_rows; i++)
		n += words__in_table(&b->rows[i]) && same_margin(&b->rows[first], &b->rows[i]);
	return n;
}

/* The row whose margin most others have; n_rows when no margin is that common. */
static size_t most_common(const struct report_block *b)
{
	size_t best = b->n_rows, most = OTHERS - 1;

	for (size_t i = 0; i < b->n_rows; i++) {
		size_t n = words__in_table(&b->rows[i]) ? count_same(b, i) : 0;

		if (n > most) {
			most = n;
			best = i;
		}
	}
	return best;
}

/* "MARGIN for NAMES" of the row `first` and those that share its margin; ticks them off. */
static char *margin_group(const struct report_block *b, size_t first, bool *said)
{
	_free_ char *margin = words__margin(b->rows[first].metric);
	_free_ char *names = list_names(b, first, said, same_margin);

	return xasprintf("%s for %s", margin, names);
}

static void put_margins(const struct report_block *b, size_t width, FILE *out)
{
	struct para p = { .out = out, .width = width, .first = 2, .indent = 4 };
	_free_ bool *said = xcalloc(b->n_rows + 1, sizeof(*said));
	size_t others = most_common(b);

	for (size_t i = 0; i < b->n_rows; i++)
		said[i] = !words__in_table(&b->rows[i]) ||
			  (others < b->n_rows && same_margin(&b->rows[others], &b->rows[i]));
	for (size_t i = 0; i < b->n_rows; i++) {
		_free_ char *group = said[i] ? NULL : margin_group(b, i, said);

		if (group)
			para__add(&p, "%s %s", p.begun ? "|" : "margin", group);
	}
	if (others < b->n_rows) {
		_free_ char *margin = words__margin(b->rows[others].metric);

		para__add(&p, p.begun ? "| %s for the others" : "margin %s for all", margin);
	}
	para__end(&p);
}

static void put_means(const struct report_block *b, size_t width, FILE *out)
{
	struct para p = { .out = out, .width = width, .first = 2, .indent = 4 };

	for (size_t i = 0; i < b->n_means; i++) {
		const struct report_mean *m = &b->means[i];

		if (m->hidden)
			continue;
		if (!p.begun)
			para__add(&p, "geometric means, description only:");
		para__item(&p, "%s %+.2f %% (%zu metrics, %s is better)", m->workload, m->pct, m->n,
			   metric__better_name(m->better));
	}
	para__end(&p);
}

/* What each factor does by itself, beside what both do beyond that. */
static void put_simple(const struct report_block *b, size_t width, FILE *out)
{
	for (size_t i = 0; i < b->n_rows; i++) {
		const struct report_row *r = &b->rows[i];
		struct para p = { .out = out, .width = width, .first = 2, .indent = 4 };
		_free_ char *name = NULL;

		if (!r->simple || !r->metric->primary || !words__in_table(r))
			continue;
		name = words__row(b, r);
		for (int e = 0; e < FACTORIAL_EFFECTS; e++) {
			const struct judgement *j = &r->simple[e];

			/* None with too few boots, and no per cent of nothing. */
			if (!isfinite(j->pct))
				continue;
			if (!p.begun)
				para__add(&p, "%s, simple effects:", name);
			para__item(&p, "%s %+.3g %% [%+.3g, %+.3g]", b->effects[e], j->pct,
				   j->lo_pct, j->hi_pct);
		}
		para__end(&p);
	}
}

static bool is_emulated(const struct report_row *r)
{
	return r->shown == ROW_SHOWN && r->j.verdict == VERDICT_NONE;
}

/* Has a row before this one the same workload, and so been the occasion to list this one? */
static bool is_listed(const struct report_block *b, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (is_emulated(&b->rows[i]) && streq(b->rows[i].workload, b->rows[row].workload))
			return true;
	return false;
}

static void put_emulated(const struct report_block *b, size_t first, size_t width, FILE *out)
{
	struct para p = { .out = out, .width = width, .first = 4, .indent = 6 };

	para__add(&p, "%s:", b->rows[first].workload);
	for (size_t i = first; i < b->n_rows; i++) {
		const struct report_row *r = &b->rows[i];
		_free_ char *base = words__rough(r->j.a), *cand = words__rough(r->j.b);

		if (is_emulated(r) && streq(r->workload, b->rows[first].workload))
			para__item(&p, "%s %s/%s %s", r->metric->name, base, cand, r->metric->unit);
	}
	para__end(&p);
}

void notes__emulated(const struct report_block *b, size_t width, FILE *out)
{
	bool begun = false;

	for (size_t i = 0; i < b->n_rows; i++) {
		if (!is_emulated(&b->rows[i]) || is_listed(b, i))
			continue;
		if (!begun)
			fprintf(out, "  emulated, never a verdict (baseline/candidate):\n");
		begun = true;
		put_emulated(b, i, width, out);
	}
}

void notes__below(const struct report_block *b, size_t width, FILE *out)
{
	put_simple(b, width, out);
	put_undecided(b, width, out);
	put_shared(b, width, out);
	put_margins(b, width, out);
	put_means(b, width, out);
}

void notes__hidden(const struct report_block *b, size_t width, const char *how, FILE *out)
{
	unsigned int same = b->folded - b->folded_better;

	if (b->folded_better)
		notes__line(out, width, 2,
			    "%u secondary metrics got better and %u %s neither better nor "
			    "worse, not shown; %s",
			    b->folded_better, same, same == 1 ? "is" : "are", how);
	else if (b->folded)
		notes__line(out, width, 2,
			    "%u secondary metric%s neither better nor worse, not shown; "
			    "%s",
			    b->folded, b->folded == 1 ? " is" : "s are", how);
	if (b->filtered == b->n_rows)
		notes__line(out, width, 2, "no row fits the filter; %u do not", b->filtered);
	else if (b->filtered)
		notes__line(out, width, 2, "%u row%s not fit the filter", b->filtered,
			    b->filtered == 1 ? " does" : "s do");
}

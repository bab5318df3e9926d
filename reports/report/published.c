// SPDX-License-Identifier: GPL-2.0-only
/* published.c - shows published figures beside measured ones. */
#include "reports/report/published.h"

#include <math.h>

/* `name` is "SOURCE/METRIC". */
static bool matches_row(const struct published_figure *f, const char *name,
			const struct report_row *row)
{
	size_t n = strlen(row->source);

	return streq(f->workload, row->workload) && !strncmp(name, row->source, n) &&
	       name[n] == '/' && streq(name + n + 1, row->metric->name);
}

const struct published_figure *
published__find(const struct published *p, const struct report_row *row, const struct campaign *c)
{
	const struct published_figure *first = NULL;

	for (size_t i = 0; p && i < p->n; i++) {
		const struct published_figure *f = &p->v[i];
		size_t k = 0;

		while (k < f->rows.n && !matches_row(f, f->rows.v[k], row))
			k++;
		if (k < f->rows.n) {
			_free_ char *why = c && p->elsewhere ? p->elsewhere(f, c) : NULL;

			if (!why && !f->elsewhere)
				return f;
			first = first ? first : f;
		}
	}
	return first;
}

static bool has_change(const struct report_row *row)
{
	return !isnan(judgement__effect(&row->j).at);
}

/* Can the row be compared with a measurement on a machine? Not if it comes from an emulator or a
 * model. */
static bool is_from_machine(const struct report_row *row)
{
	return row->basis == BASIS_MEASURED || row->basis == BASIS_MEASURED_GUEST ||
	       row->basis == BASIS_EXACT;
}

/* Append a reason to a list, which the caller frees. No-op if it is NULL. */
static void add_reason(char **list, const char *reason)
{
	char *old = *list;

	if (!reason)
		return;
	*list = xasprintf("%s%s%s", old ? old : "", old ? "; " : "", reason);
	free(old);
}

char *published__row_differs(const struct published_figure *f, const struct report_row *row,
			     const char *elsewhere)
{
	char *why = NULL;

	add_reason(&why, f->differs);
	if (!is_from_machine(row))
		add_reason(&why, metric__basis_name(row->basis));
	else if (!has_change(row))
		add_reason(&why, "not measured on both sides");
	add_reason(&why, elsewhere);
	return why;
}

/* The rows of a block that match a figure, in the order of the figure's rows. The caller frees the
 * array. */
static const struct report_row **rows_of(const struct published_figure *f,
					 const struct view_block *v, size_t *n)
{
	const struct report_row **rows = xcalloc(f->rows.n + 1, sizeof(struct report_row *));

	*n = 0;
	for (size_t k = 0; k < f->rows.n; k++)
		for (size_t i = 0; i < v->b->n_rows; i++)
			if (matches_row(f, f->rows.v[k], v->all[i])) {
				rows[(*n)++] = v->all[i];
				break;
			}
	return rows;
}

/* Why no row matches a figure; the caller frees. Parameters can be the reason: some are part of a
 * metric's name. */
static char *why_missing(const struct published_figure *f, const struct view_block *v)
{
	char *why = NULL;
	size_t i = 0;

	add_reason(&why, f->differs);
	while (f->workload && i < v->b->n_rows && !streq(v->all[i]->workload, f->workload))
		i++;
	if (f->workload && i == v->b->n_rows)
		add_reason(&why, "not run");
	else if (f->workload && !f->elsewhere)
		add_reason(&why, "not measured");
	add_reason(&why, f->elsewhere);
	return why;
}

/* If one row can be compared, the figure can; what the other rows lack is shown beside them. */
char *published__differs(const struct published_figure *f, const struct view_block *v)
{
	size_t n, best = 0;
	_free_ const struct report_row **rows = rows_of(f, v, &n);

	if (!n)
		return why_missing(f, v);
	while (best < n && !(has_change(rows[best]) && is_from_machine(rows[best])))
		best++;
	return published__row_differs(f, rows[best < n ? best : 0], f->elsewhere);
}

/* Write ", here CHANGE [LO, HI] (BASIS)", with the name of the metric if there are several rows.
 * Rows without a change (times under emulation) are skipped. */
static void put_ours(const struct report_row *const *rows, size_t n, FILE *out)
{
	const char *lead = ", here ";

	for (size_t i = 0; i < n; i++) {
		struct effect e = judgement__effect(&rows[i]->j);

		if (!has_change(rows[i]))
			continue;
		fputs(lead, out);
		if (n > 1)
			fprintf(out, "%s ", rows[i]->metric->name);
		fprintf(out, "%+.4g %s", e.at, e.unit);
		if (!isnan(e.lo) && !isnan(e.hi))
			fprintf(out, " [%+.4g, %+.4g]", e.lo, e.hi);
		fprintf(out, " (%s)", metric__basis_name(rows[i]->basis));
		lead = ", ";
	}
}

/* Write "NAME: published LO to HI %, here ...; not comparable: WHY", and on the next line how it
 * was measured. The two spaces at the end of the first line are a line break in Markdown. */
static void put_figure(const struct published_figure *f, const struct view_block *v, bool markdown,
		       FILE *out)
{
	size_t n;
	_free_ const struct report_row **rows = rows_of(f, v, &n);
	_free_ char *why = published__differs(f, v);

	fprintf(out, "%s%s: published %+.4g", markdown ? "- " : "  ", f->name, f->lo);
	if (f->lo < f->hi)
		fprintf(out, " to %+.4g", f->hi);
	fputs(" %", out);
	put_ours(rows, n, out);
	if (why)
		fprintf(out, "; not comparable: %s", why);
	fprintf(out, "%s\n    %s\n", markdown ? ".  " : "", f->how);
}

void published__print(const struct published *p, const struct view_block *v, bool first,
		      bool markdown, FILE *out)
{
	const char *from = NULL;

	for (size_t i = 0; p && i < p->n; i++) {
		const struct published_figure *f = &p->v[i];
		size_t n;

		free(rows_of(f, v, &n));
		if (!n && !first)
			continue;
		if (!from)
			fputs("\nPublished, with a candidate, a baseline and a machine of their "
			      "own:\n",
			      out);
		if (!from || !streq(from, f->from))
			fprintf(out, markdown ? "\n%s:\n\n" : "%s:\n", f->from);
		from = f->from;
		put_figure(f, v, markdown, out);
	}
}

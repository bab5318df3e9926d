// SPDX-License-Identifier: GPL-2.0-only
/* text.c - histories and changes as tables of text. */
#include "reports/render/grid.h"
#include "reports/render/history/text.h"
#include "reports/report/words.h"

#include <math.h>

#define SHORT 12 /* digits of a commit id */
#define MAIL_CHANGES 10

/* The date without the time. The caller frees. */
static char *short_date(uint64_t ns)
{
	char *date = words__date(ns);

	date[strcspn(date, " ")] = '\0';
	return date;
}

static void print_value(struct grid *g, size_t row, size_t col, double v)
{
	grid__put(g, row, col, isnan(v) ? "-" : "%.6g", v);
}

/* The name of a point: its commit if tagged, otherwise its campaign. The caller frees. */
static char *commit_name(const struct history_point *p)
{
	return *p->commit ? xasprintf("%.*s", SHORT, p->commit) :
			    xasprintf("campaign %.8s", p->campaign);
}

/* The commits that may have caused the change: after the first, up to and including the second. The
 * caller frees. */
static char *commit_range(const struct history_stream *s, const struct change *c)
{
	_free_ char *to = commit_name(&s->points[c->last]);
	_free_ char *from = NULL;

	if (!c->first)
		return xasprintf("up to %s", to);
	from = commit_name(&s->points[c->first - 1]);
	return xasprintf("%s..%s", from, to);
}

/* "+5.2 % (worse)"; the caller frees. */
static char *size_of(const struct history_stream *s, const struct history_change *c)
{
	_free_ char *step = NULL;

	if (c->state == CHANGE_RESTART)
		return xstrdup("new baseline");
	step = words__step(s->share, &c->c);
	return xasprintf("%s (%s)", step, c->worse ? "worse" : "better");
}

/* Notes on a change, one line each: "2026-11-29 ann confirmed: bisected"; then assignee and bug. */
static void put_notes(struct grid *g, const char *indent, const struct history_change *c)
{
	for (size_t i = 0; i < c->n_notes; i++) {
		const struct change_note *n = &c->notes[i];
		_free_ char *date = short_date(n->made_ns);

		if (*n->text)
			grid__put(g, grid__row(g), 0, "%s%s %s%s%s: %s", indent, date, n->author,
				  *n->author ? " " : "", n->state, n->text);
	}
	if (*c->assignee)
		grid__put(g, grid__row(g), 0, "%sassigned to %s", indent, c->assignee);
	if (*c->bug)
		grid__put(g, grid__row(g), 0, "%sbug %s", indent, c->bug);
}

/* Print a change between the points. It is a heading of the grid, which does not widen columns. */
static void print_change(struct grid *g, const struct history_stream *s,
			 const struct history_change *c)
{
	_free_ char *size = size_of(s, c), *range = commit_range(s, &c->c);
	size_t row = grid__row(g);

	if (c->c.reset) {
		grid__put(g, row, 0, "  -- new baseline: %s; %s --", s->points[c->c.at].restart,
			  size);
		return;
	}
	_free_ char *seen = short_date(s->points[c->c.alarm].date_ns);

	grid__put(g, row, 0, "  -- change %s, %s: %s, p %.1e, in %s, seen %s --", c->id,
		  change_state__name(c->state), size, c->c.p, range, seen);
	put_notes(g, "     ", c);
}

/* The points by date, with each change above the first point of the new level. */
static void print_points(const struct history_stream *s, FILE *out)
{
	static const char *const head[] = { "date", "campaign", "commit", "value",
					    "low",  "high",	"boots",  "branch" };
	struct grid g = { .n_cols = ARRAY_SIZE(head), .left = 1 | 1 << 1 | 1 << 2 | 1 << 7 };
	size_t row = grid__row(&g), next = 0;

	for (size_t i = 0; i < ARRAY_SIZE(head); i++)
		grid__put(&g, row, i, "%s", head[i]);
	for (size_t i = 0; i < s->n_points; i++) {
		const struct history_point *p = &s->points[i];
		_free_ char *date = short_date(p->date_ns);

		for (; next < s->n_changes && s->changes[next].c.at == i; next++)
			print_change(&g, s, &s->changes[next]);
		row = grid__row(&g);
		grid__put(&g, row, 0, "%s", date);
		grid__put(&g, row, 1, "%.8s", p->campaign);
		grid__put(&g, row, 2, "%.*s", SHORT, *p->commit ? p->commit : "-");
		print_value(&g, row, 3, p->value);
		print_value(&g, row, 4, p->lo);
		print_value(&g, row, 5, p->hi);
		grid__put(&g, row, 6, "%u", p->n);
		grid__put(&g, row, 7, "%s", p->branch);
	}
	grid__print(&g, false, out);
	grid__release(&g);
}

void history_text__print(const struct history *h, FILE *out)
{
	for (size_t i = 0; i < h->n_streams; i++) {
		const struct history_stream *s = &h->streams[i];

		fprintf(out, "%s%s/%s, %s, %s is better, %s\nplan %s, variant %s, machine %s\n\n",
			i ? "\n" : "", s->workload, s->name, s->unit,
			metric__better_name(s->metric.better), metric__basis_name(s->basis),
			s->plan, s->variant, s->machine);
		print_points(s, out);
		if (s->basis == BASIS_EMULATED)
			fputs("\nemulated: not searched for changes\n", out);
		else if (s->n_points < changepoint__defaults.min_nights)
			fprintf(out, "\n%zu points: changes are searched for from %zu on\n",
				s->n_points, changepoint__defaults.min_nights);
		if (s->drifts) {
			_free_ char *drift = words__drift(s->share, s->slope, s->n_slope);

			fprintf(out, "\n%s\n", drift);
		}
	}
}

/* A row for a change, with its notes below. */
static void list_change(struct grid *g, const struct listed_change *l)
{
	_free_ char *date = short_date(l->s->points[l->c->c.at].date_ns);
	_free_ char *size = size_of(l->s, l->c), *range = commit_range(l->s, &l->c->c);
	size_t row = grid__row(g);

	grid__put(g, row, 0, "%s", l->c->id);
	grid__put(g, row, 1, "%s", date);
	grid__put(g, row, 2, "%s/%s", l->s->workload, l->s->name);
	grid__put(g, row, 3, "%s", l->s->variant);
	grid__put(g, row, 4, "%s", size);
	grid__put(g, row, 5, "%s", change_state__name(l->c->state));
	grid__put(g, row, 6, "%s", range);
	put_notes(g, "    ", l->c);
}

size_t history_text__print_changes(const struct history *h, bool all, FILE *out)
{
	static const char *const head[] = { "change", "since", "metric", "variant",
					    "size",   "state", "commits" };
	struct grid g = { .n_cols = ARRAY_SIZE(head), .left = 0x7f };
	_free_ struct listed_change *list = NULL;
	size_t n = history_changes__list(h, all, &list), row;

	if (!n)
		return 0;
	row = grid__row(&g);
	for (size_t i = 0; i < ARRAY_SIZE(head); i++)
		grid__put(&g, row, i, "%s", head[i]);
	for (size_t i = 0; i < n; i++)
		list_change(&g, &list[i]);
	grid__print(&g, false, out);
	grid__release(&g);
	return n;
}

void history_text__mail_changes(const struct history *h, const char *machine, FILE *out)
{
	_free_ struct listed_change *list = NULL;
	_free_ char *last = xstrdup("");
	const size_t n = history_changes__list(h, false, &list);
	size_t shown = 0;

	for (size_t i = 0; i < n; i++) {
		const struct listed_change *l = &list[i];
		const struct history_point *at = &l->s->points[l->c->c.at];
		_free_ char *date = short_date(at->date_ns), *size = size_of(l->s, l->c);
		_free_ char *range = commit_range(l->s, &l->c->c);
		char *head;

		if ((machine && !streq(l->s->machine, machine)) || ++shown > MAIL_CHANGES)
			continue;
		head = xasprintf("%s, %s%s:", date, *at->commit ? "commits " : "", range);
		if (!streq(head, last))
			fprintf(out, "%s\n", head);
		free(last);
		last = head;
		/* Readers did not choose the names, and a variant may well be called "new". */
		fprintf(out, "  %s/%s %s of variant %s, %s\n", l->s->workload, l->s->name, size,
			l->s->variant,
			l->c->state == CHANGE_PROVISIONAL ? "not confirmed yet" :
							    change_state__name(l->c->state));
	}
	if (shown > MAIL_CHANGES)
		fprintf(out, "and %zu more\n", shown - MAIL_CHANGES);
}

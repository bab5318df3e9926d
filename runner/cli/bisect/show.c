// SPDX-License-Identifier: GPL-2.0-only
/* show.c - a bisection as text, Markdown and JSON. */
#include "runner/cli/bisect/show.h"

#include "lib/units.h"
#include "reports/render/grid.h"
#include "reports/render/json.h"
#include "reports/render/markdown_text.h"

#include <math.h>

#define LISTED 20 /* commits of a range that are listed; JSON has all */

enum { COL_COMMIT, COL_BOOTS, COL_CHANGE, COL_SIDE, COL_BUILD, COL_BOOTED, COL_SUBJECT, COLS };

static const char *const heads[COLS] = { "commit", "boots",  "change, 95 % CI", "result",
					 "build",  "booted", "subject" };

char *bisect_show__change(const struct bisect_step *s)
{
	if (isnan(s->change))
		return xstrdup("-");
	if (isnan(s->lo) || isnan(s->hi))
		return xasprintf("%+.2f %s", s->change, s->unit);
	return xasprintf("%+.2f %s [%+.2f,%+.2f]", s->change, s->unit, s->lo, s->hi);
}

/* "-" for 0 and NAN: not done. The caller frees. */
static char *duration(double seconds)
{
	char text[32];

	if (!(seconds > 0))
		return xstrdup("-");
	if (seconds > 60) /* whole seconds */
		seconds = round(seconds);
	return xstrdup(units__fmt_duration(units__whole(seconds * 1e9), text, sizeof(text)));
}

/* The cells of a row; the caller frees each. */
static void fill_cells(const struct bisect_step *s, char *cell[COLS])
{
	cell[COL_COMMIT] = xasprintf("%.12s", s->commit);
	cell[COL_BOOTS] = s->boots ? xasprintf("%u+%u", s->boots_good, s->boots) : xstrdup("-");
	cell[COL_CHANGE] = bisect_show__change(s);
	cell[COL_SIDE] = xstrdup(bisect_side__name(s->side));
	cell[COL_BUILD] = duration(s->build_s);
	cell[COL_BOOTED] = duration(s->boot_s);
	cell[COL_SUBJECT] = *s->why ? xasprintf("%s (%s)", s->subject, s->why) :
				      xstrdup(s->subject);
}

static void print_table(const struct bisect_journal *j, FILE *out)
{
	struct grid g = { .n_cols = COLS,
			  .left = 1u << COL_COMMIT | 1u << COL_CHANGE | 1u << COL_SIDE |
				  1u << COL_SUBJECT };
	size_t row = grid__row(&g);

	for (size_t i = 0; i < COLS; i++)
		grid__put(&g, row, i, "%s", heads[i]);
	for (size_t k = 0; k < j->n; k++) {
		char *cell[COLS];

		fill_cells(&j->steps[k], cell);
		row = grid__row(&g);
		for (size_t i = 0; i < COLS; i++) {
			grid__put(&g, row, i, "%s", cell[i]);
			free(cell[i]);
		}
	}
	grid__print(&g, false, out);
	grid__release(&g);
}

static void print_markdown_table(const struct bisect_journal *j, FILE *out)
{
	for (size_t i = 0; i < COLS; i++)
		fprintf(out, "| %s ", heads[i]);
	fprintf(out, "|\n|---|---:|---|---|---:|---:|---|\n");
	for (size_t k = 0; k < j->n; k++) {
		char *cell[COLS];

		fill_cells(&j->steps[k], cell);
		fprintf(out, "|");
		for (size_t i = 0; i < COLS; i++)
			markdown__cell(cell[i], out);
		fprintf(out, "\n");
	}
}

/* "6 steps, 5 of which decided; building took 12m04s, booting 3m10s." */
static void print_totals(const struct bisect_journal *j, FILE *out)
{
	double build = 0, booted = 0;
	_free_ char *built = NULL, *took = NULL;
	size_t tested = 0;

	for (size_t i = 0; i < j->n; i++) {
		build += j->steps[i].build_s >= 0 ? j->steps[i].build_s : 0;
		booted += j->steps[i].boot_s >= 0 ? j->steps[i].boot_s : 0;
		tested += j->steps[i].side != BISECT_SKIP;
	}
	built = duration(build);
	took = duration(booted);
	fprintf(out, "%zu step%s, %zu of which decided; building took %s, booting %s.\n", j->n,
		plural_s(j->n), tested, built, took);
}

static const char *subject_of(const struct bisect_journal *j, const char *commit)
{
	const struct bisect_step *s = bisect_journal__step(j, commit);

	return s ? s->subject : "";
}

static void print_commit(const struct bisect_journal *j, const char *commit, bool md, FILE *out)
{
	const char *subject = subject_of(j, commit);

	fprintf(out, "%s%s%s", md ? "- " : "", commit, *subject ? " " : "");
	if (md)
		markdown__text(subject, out);
	else
		fputs(subject, out);
	fputc('\n', out);
}

/* Print the result of the bisection. */
static void print_end(const struct bisect_journal *j, bool md, FILE *out)
{
	size_t listed = j->range.n < LISTED ? j->range.n : LISTED;

	switch (j->end) {
	case BISECT_FOUND:
		fprintf(out, "The first bad commit:\n");
		break;
	case BISECT_RANGE:
		fprintf(out, "The first bad commit is one of %zu, since %s:\n", j->range.n, j->why);
		break;
	case BISECT_NOT_WORSE:
		fprintf(out,
			"BAD is not bad: %s.\nNothing was bisected; the range is still %.12s..%.12s, %zu commit%s.\n",
			j->why, j->good, j->bad, j->range.n, plural_s(j->range.n));
		return;
	default:
		fprintf(out, "Not finished. To continue: kduel bisect --resume %s\n", j->id);
		return;
	}
	if (md)
		fputc('\n', out);
	for (size_t i = 0; i < listed; i++)
		print_commit(j, j->range.v[i], md, out);
	if (j->range.n > listed)
		fprintf(out, "%sand %zu more (git rev-list %.12s..%.12s)\n", md ? "\n" : "... ",
			j->range.n - listed, j->good, j->bad);
}

void bisect_show__print(const struct bisect_journal *j, int format, FILE *out)
{
	const bool md = format == 1;

	if (format == 2) {
		json__print(bisect_journal__json(j, false), out);
		return;
	}
	fprintf(out, "%sBisection %s: %s, from %.12s (good) to %.12s (bad)\n\n", md ? "## " : "",
		j->id, j->metric, j->good, j->bad);
	if (md)
		print_markdown_table(j, out);
	else
		print_table(j, out);
	fputc('\n', out);
	print_totals(j, out);
	fputc('\n', out);
	print_end(j, md, out);
}

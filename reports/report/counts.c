// SPDX-License-Identifier: GPL-2.0-only
/*
 * counts.c - counts of which there are none, or few: out of how much, said in a note.
 *
 * A metric that is counted out of another one (metric.per) is either the plain count or a rate,
 * whose unit begins with what it is per: "/1000 insns".
 */
#include "reports/report/steps.h"

#include <math.h>

/* Below it a rate moves by tens of per cent from one layout of memory to the next. */
#define FEW 1000

/* The row of another metric of the same source and workload, or NULL. */
static const struct report_row *find_row(const struct report_block *b,
					 const struct report_row *like, const char *metric)
{
	for (size_t i = 0; i < b->n_rows; i++) {
		const struct report_row *r = &b->rows[i];

		if (streq(r->metric->name, metric) && streq(r->source, like->source) &&
		    streq(r->workload, like->workload))
			return r;
	}
	return NULL;
}

double report_per__events(const char *unit, double value, double out_of)
{
	char *end;
	double per;

	if (*unit != '/')
		return strchr(unit, '/') ? NAN : value;
	per = strtod(unit + 1, &end);
	return per > 0 && (*end == ' ' || !*end) ? value * out_of / per : NAN;
}

static void note_none(struct report_row *row, const char *side, double value, double n,
		      const char *unit)
{
	if (value == 0 && n > 0)
		report_row__note(row, "%s: 0 of %.0f %s", side, n, unit);
}

void report_block__note_counts(const struct report *r, struct report_block *b)
{
	for (size_t i = 0; i < b->n_rows; i++) {
		struct report_row *row = &b->rows[i];
		const char *per = row->j.verdict == VERDICT_NONE ? NULL : row->metric->per;
		const struct report_row *of = per ? find_row(b, row, per) : NULL;
		double most;

		if (!of)
			continue;
		/* What three cells of a 2x2 add up to was not counted. */
		if (!b->factorial)
			note_none(row, r->variants[b->baseline].label, row->j.median_a,
				  of->j.median_a, of->metric->unit);
		note_none(row, r->variants[b->candidate].label, row->j.median_b, of->j.median_b,
			  of->metric->unit);
		/* fmax() leaves out what is not a number. */
		most = fmax(report_per__events(row->metric->unit, row->j.median_a, of->j.median_a),
			    report_per__events(row->metric->unit, row->j.median_b, of->j.median_b));
		if (most > 0 && most < FEW)
			report_row__note(row, "fewer than 1000 events on either side");
	}
}

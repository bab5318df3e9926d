/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * outcome.h - what all rows of a report come to: the exit code, what it rests on, and what to do
 * next.
 */
#ifndef KDUEL_REPORT_OUTCOME_H
#define KDUEL_REPORT_OUTCOME_H

#include "reports/report/report.h"

/* Over all blocks, shown or not. */
struct outcome {
	unsigned int rows;
	unsigned int worse, worse_watched; /* all; those that fail the run */
	unsigned int differ_named; /* differ, are never worse, and fail the run: gate__names() */
	unsigned int failures; /* blocks whose candidate's boots fail */
	unsigned int decided, decided_primary; /* rows whose verdict says whether they got worse */
	unsigned int open_primary; /* primary rows that are inconclusive or insufficient */
	unsigned int judged, judged_watched; /* got a verdict other than insufficient */
	unsigned int open_watched, short_watched; /* inconclusive or insufficient; insufficient */
	unsigned int count[VERDICT_MAX], primary[VERDICT_MAX];
};

struct outcome report__outcome(const struct report *r);
/* The first boot that failed, of the candidate of a comparison in which boots fail: its console is where to
 * look. NULL: there is none, or it is of another campaign than the report's. */
const struct campaign_boot *report__first_failed(const struct report *r);
/* The command that takes what was found further, and what it gives, without a full stop: to the functions
 * or the commit behind a row that moved, to its boots; or where nothing moved, to the bounds. `open`: rows are
 * undecided, and something else says what would decide them. The caller frees; NULL: there is nothing to say. */
char *report__next(const struct report *r, bool open);
/* The row as the gate of the report sees it. */
struct gate_row report_row__gate(const struct report_row *row);

/* Does this row, or do the failed boots of this block, make the exit code 1? */
bool report_row__fails(const struct report *r, const struct report_row *row);
bool report_block__fails(const struct report *r, const struct report_block *b);

/* In order of weight: 3 boots of exact mode did not repeat; 1 an expectation fails, a row that the gate watches is a
 * regression, shown or not, one that it names differs, or a candidate's boots fail (failures.h),
 * unless it fails on nothing; 4 an expectation cannot be said, or no row, or none that the gate watches, got a verdict for lack of
 * data; 6 the gate asks for conclusions and a row that it watches is undecided; else 0. */
int report__exit_code(const struct report *r);

#endif

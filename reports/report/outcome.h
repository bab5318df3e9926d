/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * outcome.h - the sum of a report: exit status, the counts it is based on, and what to do next.
 */
#ifndef KDUEL_REPORT_OUTCOME_H
#define KDUEL_REPORT_OUTCOME_H

#include "reports/report/report.h"

/* Counts of rows over all blocks, whether shown or not. "Watched": the gate makes the exit status
 * depend on it (gate.h). */
struct outcome {
	unsigned int rows;
	unsigned int worse, worse_watched; /* regressions: all, watched */
	/* Rows of descriptive metrics that differ and match a pattern: gate__names(). */
	unsigned int differ_named;
	unsigned int failures; /* blocks in which failed boots are a regression (failures.h) */
	unsigned int decided, decided_primary; /* verdict says whether it got worse */
	unsigned int open_primary; /* primary, and inconclusive or insufficient */
	unsigned int judged, judged_watched; /* any verdict other than insufficient */
	/* Both undecided: inconclusive or insufficient; insufficient only. */
	unsigned int open_watched, short_watched;
	unsigned int count[VERDICT_MAX], primary[VERDICT_MAX];
};

/* Count the rows of a report. */
struct outcome report__outcome(const struct report *r);
/* The first failed boot of a candidate whose failed boots are a regression: its console is the
 * place to look. NULL: none, or it belongs to another campaign than report.campaign. */
const struct campaign_boot *report__first_failed(const struct report *r);
/* What to do next: a command and what it shows, without a full stop. For a changed row, its
 * functions, its commit or its boots; if nothing changed, the bounds. `open`: rows are undecided,
 * and another line says what would decide them. The caller frees; NULL: nothing to suggest. */
char *report__next(const struct report *r, bool open);
/* What the gate matches a row by. */
struct gate_row report_row__gate(const struct report_row *row);

/* Does this row, or do the failed boots of this block, make the exit status 1? */
bool report_row__fails(const struct report *r, const struct report_row *row);
bool report_block__fails(const struct report *r, const struct report_block *b);

/*
 * The exit status; the first that applies:
 *
 * 3: boots in exact mode did not repeat.
 * 1: an expectation failed; a watched row got worse; a row that a pattern of the gate matches
 *    differs; or a candidate's boots fail (failures.h). Only expectations count with
 *    --fail-on none.
 * 4: an expectation could not be checked; or no row, or no watched row, got a verdict for lack
 *    of data (ignored with --fail-on none if there are expectations).
 * 6: the gate asks for conclusions, and a watched row is undecided, or none is decided.
 * 0: otherwise.
 */
int report__exit_code(const struct report *r);

#endif

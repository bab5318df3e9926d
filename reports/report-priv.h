/* SPDX-License-Identifier: GPL-2.0-only */
/* report-priv.h - the steps of building a report; only for reports/report-*.c. */
#ifndef KDUEL_REPORT_PRIV_H
#define KDUEL_REPORT_PRIV_H

#include "reports/report.h"

/* Fill the rows of a block whose candidate and baseline are set, and judge them. */
int report_block__fill(struct store *st, const struct report *r, struct report_block *b,
		       struct err *err);
/* Geometric means and what the whole of a judged block says. */
void report_block__describe(struct report_block *b);
/* Fill noise_cv of all rows from the newest A/A campaign of the machine that the report's
 * campaigns are tagged with; leaves NAN without one, or when two campaigns' machines differ. */
int report__add_noise(struct store *st, struct report *r, struct err *err);
/* The order of rows as report.h states it. */
void report_block__sort(struct report_block *b);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* functions.h - the kernel functions that account for the difference of a row. */
#ifndef KDUEL_PAGES_FUNCTIONS_H
#define KDUEL_PAGES_FUNCTIONS_H

#include "reports/report/report.h"
#include "reports/web/frame.h"

/* A chart and a table of them, if exact mode counts the row's metric by function and both sides are
 * variants of one campaign with profiles; else nothing. 0 or -errno. */
int functions__put(struct store *st, struct html *h, const struct report *r,
		   const struct report_block *b, const struct report_row *row, struct err *err);

#endif

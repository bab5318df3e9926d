/* SPDX-License-Identifier: GPL-2.0-only */
/* conclusion.h - the last line of a report: its overall result. */
#ifndef KDUEL_RENDER_CONCLUSION_H
#define KDUEL_RENDER_CONCLUSION_H

#include "reports/report/report.h"

/* A sentence that says what got worse, or in how many rows nothing did, and which primary rows are
 * undecided. It covers all rows, shown or not. `alone`: the output has no finding, so name the
 * expectations that fail. The caller frees. */
char *conclusion__text(const struct report *r, bool alone);

#endif

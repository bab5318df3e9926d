/* SPDX-License-Identifier: GPL-2.0-only */
/* conclusion.h - the last line of a report: what all of its rows came to. */
#ifndef KDUEL_RENDER_CONCLUSION_H
#define KDUEL_RENDER_CONCLUSION_H

#include "reports/report/report.h"

/* What got worse, or in how many rows nothing did and which primary rows are undecided. It speaks of
 * all rows, shown or not. `alone`: no finding stands beside it, so that it names the expectations that
 * fail. The caller frees. */
char *conclusion__text(const struct report *r, bool alone);

#endif

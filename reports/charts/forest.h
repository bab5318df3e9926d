/* SPDX-License-Identifier: GPL-2.0-only */
/* forest.h - the change of a row against its margin, as wide as a cell of a table. */
#ifndef KDUEL_CHARTS_FOREST_H
#define KDUEL_CHARTS_FOREST_H

#include "reports/render/html.h"
#include "reports/stats/verdict.h"

/* Where the change lies against the margin, on a line that all rows of a table share: right is
 * better. `reach`: how many margins the ends of the line stand for. Writes nothing when the row
 * has no interval. */
void svg__forest(struct html *h, const struct judgement *j, enum metric_better better,
		 double reach);
/* The reach that a row asks for; NAN: none. */
double svg__forest_reach(const struct judgement *j);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* forest.h - the change of a row against its margin, as wide as a cell of a table. */
#ifndef KDUEL_CHARTS_FOREST_H
#define KDUEL_CHARTS_FOREST_H

#include "reports/render/html.h"
#include "reports/stats/verdict.h"

/* The line that all rows of a table share. */
struct forest {
	double reach; /* how many margins its ends stand for */
	unsigned int id; /* of this table on its page */
};

/* The margin and the middle, which every row repeats: drawn once for a table, not seen where it
 * stands, before the first row. */
void svg__forest_scale(struct html *h, const struct forest *f);
/* Where the change lies against the margin: right is better. The colours are those of the row's
 * data-verdict. Writes nothing when the row has no interval. */
void svg__forest(struct html *h, const struct judgement *j, enum metric_better better,
		 const struct forest *f);
/* The reach that a row asks for; NAN: none. */
double svg__forest_reach(const struct judgement *j);

#endif

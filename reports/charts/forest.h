/* SPDX-License-Identifier: GPL-2.0-only */
/* forest.h - the change of a row relative to its margin, as a chart in a table cell. */
#ifndef KDUEL_CHARTS_FOREST_H
#define KDUEL_CHARTS_FOREST_H

#include "reports/render/html.h"
#include "reports/stats/verdict.h"

/* The axis shared by all rows of a table. */
struct forest {
	double reach; /* margins at the ends of the axis */
	unsigned int id; /* id of the table within the page */
};

/* Define the background of all rows: margin and zero line. Invisible by itself; write it once per
 * table, before the first row. */
void svg__forest_scale(struct html *h, const struct forest *f);
/* Draw the change relative to the margin; right is better. Colours follow the data-verdict of the
 * row. Writes nothing if the row has no interval. */
void svg__forest(struct html *h, const struct judgement *j, enum metric_better better,
		 const struct forest *f);
/* The reach that a row needs, for struct forest; NAN: none. */
double svg__forest_reach(const struct judgement *j);

#endif

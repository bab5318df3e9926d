/* SPDX-License-Identifier: GPL-2.0-only */
/* published.h - configs/published.yaml: published results to show beside ours. */
#ifndef KDUEL_CLI_PUBLISHED_H
#define KDUEL_CLI_PUBLISHED_H

#include "reports/report/published.h"

/* Read the table that comes with kduel. Returns 0, or -errno with file, line and column of every
 * mistake in `err`. The caller calls published__release() in either case. */
int published__load(struct published *p, struct err *err);
/* The same for web pages, which also work without: if the table cannot be read, it is left empty, a
 * warning is logged, and p->trouble says why. */
void published__try(struct published *p);
/* Set `elsewhere` of each figure, unless it is set, to the parameters that the campaign's plan has
 * with other values than the published setup, or to a note that this version cannot read the plan. */
void published__place(struct published *p, const struct campaign *c);
/* The text that published__place() would set for one figure; NULL: nothing differs. Caller frees. */
char *published__elsewhere(const struct published_figure *f, const struct campaign *c);
void published__release(struct published *p);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* published.h - configs/published.yaml: figures that others have published. */
#ifndef KDUEL_CLI_PUBLISHED_H
#define KDUEL_CLI_PUBLISHED_H

#include "reports/report/published.h"

/* Read the table that comes with kduel. 0, or -errno with every mistake's file, line and column;
 * *p is released by the caller in either case. */
int published__load(struct published *p, struct err *err);
/* The same for pages, which go without: a table that cannot be read is empty, and p->trouble and
 * a warning say why. */
void published__try(struct published *p);
/* Say in each figure's `elsewhere` which of its parameters the plan of a campaign has with other
 * values, or that this version cannot read the plan. */
void published__place(struct published *p, const struct campaign *c);
/* The same of one figure, which stays as it is; NULL: none of them. Caller frees. */
char *published__elsewhere(const struct published_figure *f, const struct campaign *c);
void published__release(struct published *p);

#endif

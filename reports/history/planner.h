/* SPDX-License-Identifier: GPL-2.0-only */
/* planner.h - noise out of the store: from A/A runs, or from the boots of any campaign. */
#ifndef KDUEL_HISTORY_PLANNER_H
#define KDUEL_HISTORY_PLANNER_H

#include "reports/stats/planner.h"
#include "reports/store/history.h"
#include "reports/store/read.h"

struct planner_row {
	char *workload, *source, *metric, *unit; /* owned, as the one below */
	char *machine; /* key; "" from a campaign */
	enum metric_basis basis;
	unsigned int n_boots; /* that the noise comes from */
	struct planner_noise noise;
};

/* All that A/A runs found on machines whose key begins with `machine` ("": all of them). */
int planner__load_noise(struct store *st, const char *machine, struct planner_row **rows, size_t *n,
			struct err *err);
/* From the boots of a campaign, each variant around its own mean; no costs. Metrics that only
 * one boot has are left out, and times under emulation, which never get a verdict. */
int planner__load_campaign(struct store *st, const struct campaign *c, struct planner_row **rows,
			   size_t *n, struct err *err);
void planner_row__free(struct planner_row *rows, size_t n);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* planner.h - loads noise from the store: of A/A runs, or of the boots of any campaign. */
#ifndef KDUEL_HISTORY_PLANNER_H
#define KDUEL_HISTORY_PLANNER_H

#include "reports/stats/planner.h"
#include "reports/store/history.h"
#include "reports/store/read.h"

struct planner_row {
	char *workload, *source, *metric, *unit; /* owned, like the next one */
	char *machine; /* key of the machine; "" if from a campaign */
	enum metric_basis basis;
	unsigned int n_boots; /* boots behind the noise */
	struct planner_noise noise;
};

/* Load what A/A runs found on machines whose key starts with `machine` ("": all). Free with
 * planner_row__free(). */
int planner__load_noise(struct store *st, const char *machine, struct planner_row **rows, size_t *n,
			struct err *err);
/* Compute the noise from the boots of a campaign, each variant around its own mean; without costs.
 * Leaves out metrics without two boots of a variant, and times under emulation, which get no
 * verdict. Free with planner_row__free(). */
int planner__load_campaign(struct store *st, const struct campaign *c, struct planner_row **rows,
			   size_t *n, struct err *err);
void planner_row__free(struct planner_row *rows, size_t n);

#endif

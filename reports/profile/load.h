/* SPDX-License-Identifier: GPL-2.0-only */
/* load.h - loads the explanation of a row, given its name. */
#ifndef KDUEL_PROFILE_LOAD_H
#define KDUEL_PROFILE_LOAD_H

#include "reports/profile/explain.h"

/* A computed row: the part of kernel.instructions_per_op due to the cost of calls. */
#define EXPLAIN_PER_CALL "kernel.instructions_per_call"

struct explain_request {
	const char *row; /* "WORKLOAD/METRIC", or "METRIC" if only one workload has profiles */
	const char *candidate, *baseline; /* variants; NULL: those of the plan's first comparison */
	const char *against; /* campaign of the baseline; NULL: the same campaign */
	bool fold; /* fold functions that exist on one side only into their callers */
};

/* Can this row be explained by counted or sampled profiles? */
bool explain__is_row(const char *source, const char *metric);
/* Is this the row beside which reports show EXPLAIN_PER_CALL? */
bool explain__has_companion(const char *source, const char *metric);
/* Explain a row of a campaign. -EINVAL: profiles cannot explain this row, and `err` lists those
 * they can; -ENOENT: no such campaign, variant or profiles. Free *out with explain__free(). */
int explain__make(struct store *st, const char *campaign, const struct explain_request *req,
		  struct explain **out, struct err *err);

#endif

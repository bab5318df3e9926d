/* SPDX-License-Identifier: GPL-2.0-only */
/* load.h - from the name of a row to what explains it. */
#ifndef KDUEL_PROFILE_LOAD_H
#define KDUEL_PROFILE_LOAD_H

#include "reports/profile/explain.h"

/* The part of kernel.instructions_per_op by what calls cost, as a row of its own. */
#define EXPLAIN_PER_CALL "kernel.instructions_per_call"

struct explain_request {
	const char *row; /* "WORKLOAD/METRIC", or "METRIC" where one workload has profiles */
	const char *candidate, *baseline; /* variants; NULL: those that the plan compares first */
	const char *against; /* a campaign that has the baseline; NULL: the same one */
	bool fold; /* add functions of one side only to those that call them */
};

/* Is it a row that profiles, counted or sampled, explain? */
bool explain__is_row(const char *source, const char *metric);
/* Is it the row beside which reports have EXPLAIN_PER_CALL? */
bool explain__has_companion(const char *source, const char *metric);
/* Explain a row of a campaign. -EINVAL: it is none that profiles explain, and which are; -ENOENT: no
 * such campaign, variant or profiles. The caller frees. */
int explain__make(struct store *st, const char *campaign, const struct explain_request *req,
		  struct explain **out, struct err *err);

#endif

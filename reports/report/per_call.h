/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * per_call.h - the row kernel.instructions_per_call beside kernel.instructions_per_op.
 *
 * What an operation would have cost, had the boots of both sides called each function equally often
 * (docs/EXACT.md): where things lie in memory and when they happen move the number of calls from boot
 * to boot, and hardly what a call costs. Computed from the profiles of both sides.
 */
#ifndef KDUEL_REPORT_PER_CALL_H
#define KDUEL_REPORT_PER_CALL_H

#include "reports/report/report.h"

/* Add such a row to a pair, which has all others, for each workload of which both sides have profiles.
 * identical[] are boots that do not count, of candidate and baseline (either may be NULL). */
void report_per_call__add(const struct report *r, struct report_block *b,
			  const bool *const *identical);
void report_computed__free(struct report_computed *c); /* NULL is fine */

#endif

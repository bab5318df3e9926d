/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * per_call.h - the row kernel.instructions_per_call beside kernel.instructions_per_op, and the functions
 * that the latter's change is in.
 *
 * The instructions that an operation would have taken if the boots of both sides had called each
 * function equally often (docs/EXACT.md). Memory layout and timing change the number of calls from
 * boot to boot, but hardly the cost of a call. Computed from the profiles of both sides.
 */
#ifndef KDUEL_REPORT_PER_CALL_H
#define KDUEL_REPORT_PER_CALL_H

#include "reports/report/report.h"

/* Add such a row for each workload with profiles on both sides, and note the functions of the row beside it
 * (report_row.functions): up to REPORT_FUNCTIONS that changed in the same direction, each by 5 % of the whole
 * or more, whose 95 % interval excludes 0. `b` is a pair and has all its other
 * rows already. identical[] marks boots that do not count, for candidate and baseline; either may
 * be NULL. */
void report_per_call__add(const struct report *r, struct report_block *b,
			  const bool *const *identical);
/* NULL is fine. */
void report_computed__free(struct report_computed *c);
void report_functions__free(struct report_functions *f);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * per_call.h - the row kernel.instructions_per_call beside kernel.instructions_per_op.
 *
 * The instructions that an operation would have taken if the boots of both sides had called each
 * function equally often (docs/EXACT.md). Memory layout and timing change the number of calls from
 * boot to boot, but hardly the cost of a call. Computed from the profiles of both sides.
 */
#ifndef KDUEL_REPORT_PER_CALL_H
#define KDUEL_REPORT_PER_CALL_H

#include "reports/report/report.h"

/* Add such a row for each workload with profiles on both sides. `b` is a pair and has all its other
 * rows already. identical[] marks boots that do not count, for candidate and baseline; either may
 * be NULL. */
void report_per_call__add(const struct report *r, struct report_block *b,
			  const bool *const *identical);
void report_computed__free(struct report_computed *c); /* NULL is fine */

#endif

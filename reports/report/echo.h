/* SPDX-License-Identifier: GPL-2.0-only */
/* echo.h - rows that repeat what another row of the same table says. */
#ifndef KDUEL_REPORT_ECHO_H
#define KDUEL_REPORT_ECHO_H

#include "reports/report/report.h"

/* The plainer row that this one repeats, with the same verdict: the rate for a count, the middle of
 * three assumed costs, the first of several simulated cores, the same fact found by an earlier
 * workload. NULL if the row stands for itself. */
const struct report_row *report_row__echoes(const struct report_block *b,
					    const struct report_row *row);

#endif

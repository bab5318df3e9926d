/* SPDX-License-Identifier: GPL-2.0-only */
/* echo.h - rows that say what another row of the same table says already. */
#ifndef KDUEL_REPORT_ECHO_H
#define KDUEL_REPORT_ECHO_H

#include "reports/report/report.h"

/* The row that says the same in a plainer way, with the same verdict: the rate of what this one
 * counts, the middle one of several assumed costs, the same for the first of several simulated
 * cores, the same fact after another workload. NULL: it stands for itself. */
const struct report_row *report_row__echoes(const struct report_block *b,
					    const struct report_row *row);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* block.h - fills one table of a report. */
#ifndef KDUEL_REPORT_BLOCK_H
#define KDUEL_REPORT_BLOCK_H

#include "reports/report/report.h"

/* Fill all of a block whose candidate and baseline (or cells) are set: judged rows, counts of
 * verdicts, means, noise, configurations, failed boots. */
void report_block__fill(const struct dataset *d, const struct report *r, struct report_block *b);
/* What one event adds to a value of this unit: 1 to a plain count, to a rate ("/1000 insns",
 * "walks/access") as much as `out_of` says, the number of what it is per. 0: not known. */
double report_per__event(const char *unit, double out_of);

#endif

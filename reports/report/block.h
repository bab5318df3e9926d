/* SPDX-License-Identifier: GPL-2.0-only */
/* block.h - fills one comparison of a report. */
#ifndef KDUEL_REPORT_BLOCK_H
#define KDUEL_REPORT_BLOCK_H

#include "reports/report/report.h"

/* Fill a block whose candidate and baseline (or cells) are set: rows with verdicts, counts of
 * verdicts, means, noise, differences in configuration, failed boots. */
void report_block__fill(const struct dataset *d, const struct report *r, struct report_block *b);
/* How much one event adds to a value in this unit: 1 for a plain count ("walks"), 1000 / out_of for
 * "/1000 insns", 1 / out_of for "walks/access". `out_of` is the number that the rate refers to
 * (instructions, accesses). 0: unknown. */
double report_per__event(const char *unit, double out_of);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* block.h - fills one table of a report. */
#ifndef KDUEL_REPORT_BLOCK_H
#define KDUEL_REPORT_BLOCK_H

#include "reports/report/report.h"

/* Fill all of a block whose candidate and baseline (or cells) are set: judged rows, counts of
 * verdicts, means, noise, configurations, failed boots. */
void report_block__fill(const struct dataset *d, const struct report *r, struct report_block *b);
/* How many events a value stands for: a plain count as it is, a rate such as "/1000 insns" times
 * what it is out of; NAN when the unit does not say. */
double report_per__events(const char *unit, double value, double out_of);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* repeats.h - did boots in exact mode repeat bit for bit? */
#ifndef KDUEL_REPORT_REPEATS_H
#define KDUEL_REPORT_REPEATS_H

#include "reports/report/report.h"

/* Compare repeats with the boots they repeat. Sets r->unfit, appends to r->cautions. */
void report__check_repeats(const struct dataset *d, struct report *r);

#endif

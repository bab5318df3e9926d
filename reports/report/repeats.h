/* SPDX-License-Identifier: GPL-2.0-only */
/* repeats.h - did the boots of exact mode that were to repeat others do so? */
#ifndef KDUEL_REPORT_REPEATS_H
#define KDUEL_REPORT_REPEATS_H

#include "reports/report/report.h"

/* Compare boots with those that they repeat: sets r->unfit, adds to r->cautions. */
void report__check_repeats(const struct dataset *d, struct report *r);

#endif

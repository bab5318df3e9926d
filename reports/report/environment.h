/* SPDX-License-Identifier: GPL-2.0-only */
/* environment.h - does more differ between the sides than what was declared to differ? */
#ifndef KDUEL_REPORT_ENVIRONMENT_H
#define KDUEL_REPORT_ENVIRONMENT_H

#include "reports/report/report.h"

/* Compare the environments of the sides of all blocks: fills r->outside, adds to r->cautions. */
void report__check_env(struct report *r);
/* Mark a report as wanted in spite of what differs outside, before it is shown: says so among the
 * cautions. */
void report__force(struct report *r);

#endif

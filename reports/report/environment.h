/* SPDX-License-Identifier: GPL-2.0-only */
/* environment.h - do the sides differ in more than what was declared? */
#ifndef KDUEL_REPORT_ENVIRONMENT_H
#define KDUEL_REPORT_ENVIRONMENT_H

#include "reports/report/report.h"

/* Compare the environments of both sides of every block (docs/ENVIRONMENT.md). Appends undeclared
 * differences to r->outside and r->cautions. */
void report__check_env(struct report *r);
/* Mark a report as forced (--force) despite the differences in r->outside, and add a caution that
 * says so. Call before it is shown. */
void report__force(struct report *r);

#endif

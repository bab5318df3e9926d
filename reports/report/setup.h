/* SPDX-License-Identifier: GPL-2.0-only */
/* setup.h - with which parameters, and how often, the workloads of a report ran. */
#ifndef KDUEL_REPORT_SETUP_H
#define KDUEL_REPORT_SETUP_H

#include "reports/report/report.h"

/* Set r->workloads from what the boots recorded; before the facts are dropped. */
void report__note_setup(struct report *r);

#endif

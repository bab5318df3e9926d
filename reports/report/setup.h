/* SPDX-License-Identifier: GPL-2.0-only */
/* setup.h - parameters and iterations of the workloads of a report. */
#ifndef KDUEL_REPORT_SETUP_H
#define KDUEL_REPORT_SETUP_H

#include "reports/report/report.h"

/* Set r->workloads from the facts of boots. Call before the facts are dropped. */
void report__note_setup(struct report *r);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* side.h - a variant as one side of a comparison: its boots from all campaigns and sessions. */
#ifndef KDUEL_REPORT_SIDE_H
#define KDUEL_REPORT_SIDE_H

#include "reports/report/report.h"

/* Set v->units and v->data (and v->joined if needed) from v->parts. */
void report_side__join(struct report_variant *v);
/* Free merged data that only report__build() needs; see dataset__drop_samples(). */
void report_side__drop(struct report *r);
/* Free parts, units and merged data. */
void report_side__release(struct report_variant *v);

#endif

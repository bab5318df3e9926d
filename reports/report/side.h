/* SPDX-License-Identifier: GPL-2.0-only */
/* side.h - a variant as one side of a comparison: its boots out of all campaigns and sessions. */
#ifndef KDUEL_REPORT_SIDE_H
#define KDUEL_REPORT_SIDE_H

#include "reports/report/report.h"

/* Set `units` and `data` from the parts. */
void report_side__join(struct report_variant *v);
/* Free what report__build() alone needs of all sides, as dataset__drop_samples() does. */
void report_side__drop(struct report *r);
void report_side__release(struct report_variant *v);

#endif

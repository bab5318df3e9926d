/* SPDX-License-Identifier: GPL-2.0-only */
/* line_formats.h - the formats that are lines; only for reports/foreign/. */
#ifndef KDUEL_FOREIGN_LINE_FORMATS_H
#define KDUEL_FOREIGN_LINE_FORMATS_H

#include "reports/foreign/source.h"

/* Read the text of a source. 0, or -EINVAL with the line in the source's err. */
int benchstat__parse(struct source *s);
int fastpath__parse(struct source *s);
int perf_stat__parse(struct source *s);

#endif

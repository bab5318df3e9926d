/* SPDX-License-Identifier: GPL-2.0-only */
/* line_formats.h - parsers of the line-based formats; only for reports/foreign/. */
#ifndef KDUEL_FOREIGN_LINE_FORMATS_H
#define KDUEL_FOREIGN_LINE_FORMATS_H

#include "reports/foreign/source.h"

/* Parse the text of a source. 0, or -EINVAL with the line in its err. */
int benchstat__parse(struct source *s);
int fastpath__parse(struct source *s);
int perf_stat__parse(struct source *s);

#endif

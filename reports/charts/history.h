/* SPDX-License-Identifier: GPL-2.0-only */
/* history.h - values of a metric over time, as a chart and as a sparkline. */
#ifndef KDUEL_CHARTS_HISTORY_H
#define KDUEL_CHARTS_HISTORY_H

#include "reports/charts/svg.h"
#include "reports/history/history.h"

struct history_view {
	/* URL of a point's page, which the chart frees; NULL: points are no links. */
	char *(*url)(const void *arg, const struct history_point *p);
	const void *arg;
	const struct history_stream *const *streams;
	size_t n; /* at most SVG_SERIES */
	double from_ns, to_ns; /* what is shown; NAN: all there is */
	bool log;
	const char *title;
};

/* Points with limits by date, change points as lines with their state. */
void svg__history(struct html *h, const struct history_view *v);
/* The last values of a stream as a line as high as text, with its open changes. */
void svg__spark(struct html *h, const struct history_stream *s);
/* The same of plain values, without changes. */
void svg__spark_line(struct html *h, const double *v, size_t n);

#endif

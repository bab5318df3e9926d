/* SPDX-License-Identifier: GPL-2.0-only */
/* history.h - metrics over time, as charts and sparklines. */
#ifndef KDUEL_CHARTS_HISTORY_H
#define KDUEL_CHARTS_HISTORY_H

#include "reports/charts/svg.h"
#include "reports/history/history.h"

struct history_view {
	/* Returns the URL of a point's page, which the chart frees. NULL: points are not links. */
	char *(*url)(const void *arg, const struct history_point *p);
	const void *arg;
	const struct history_stream *const *streams;
	size_t n; /* at most SVG_SERIES */
	double from_ns, to_ns; /* range of dates to show; NAN: no limit */
	bool log;
	const char *title;
};

/* Draw points with their limits by date, and changes as lines with their state. */
void svg__history(struct html *h, const struct history_view *v);
/* Draw the last values of a stream as a sparkline, with its open changes. */
void svg__spark(struct html *h, const struct history_stream *s);
/* The same for plain values, without changes. */
void svg__spark_line(struct html *h, const double *v, size_t n);

#endif

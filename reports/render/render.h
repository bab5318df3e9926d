/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * render.h - a report in one of the formats that there are. A renderer decides nothing and computes
 * nothing.
 */
#ifndef KDUEL_RENDER_RENDER_H
#define KDUEL_RENDER_RENDER_H

#include "reports/report/view.h"

/* Formats by name: "csv", "json", "mail", "markdown", "text". 0 or more; -EINVAL with the
 * names there are. */
int render__check_format(const char *format, struct err *err);
/* Is this format read by people? Then rows that say nothing new are folded by default. */
bool render__folds(const char *format);
/* Write what a view shows in a format. 0 or -errno of the stream. */
int render__report(const struct report_view *v, const char *format, FILE *out, struct err *err);
/* The same of what the format shows by default: the whole report, folded if people read it. */
int render__default(const struct report *r, const char *format, FILE *out, struct err *err);

/* For a terminal: 80 columns, 100 where it must be, more only where a name forces it. */
void render__text(const struct report_view *v, FILE *out);
/* For a mailing list: 72 columns, with what it takes to reproduce the figures. */
void render__mail(const struct report_view *v, FILE *out);
/* GitHub's Markdown: one table per comparison. */
void render__markdown(const struct report_view *v, FILE *out);
/* RFC 4180 with a header; one record per row, full double precision, empty: does not apply. */
void render__csv(const struct report_view *v, FILE *out);
/* One JSON object, "schema": 1; numbers that do not apply are null. */
void render__json(const struct report_view *v, FILE *out);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * render.h - writes a report in one of several formats. Renderers only write: they compute and
 * decide nothing.
 */
#ifndef KDUEL_RENDER_RENDER_H
#define KDUEL_RENDER_RENDER_H

#include "reports/report/view.h"

/* Index of a format: "csv", "json", "junit", "mail", "markdown" or "text". -EINVAL with a message
 * that lists them. */
int render__check_format(const char *format, struct err *err);
/* Is this format read by people? Then rows that say nothing new are folded by default. */
bool render__folds(const char *format);
/* Does this format show only changed rows by default, to fit a screen or a cover letter? */
bool render__is_brief(const char *format);
/* Write a view in a format. 0; -EINVAL: unknown format; or -errno of the stream. */
int render__report(const struct report_view *v, const char *format, FILE *out, struct err *err);
/* Write a report in the default view of a format: folded if people read it, brief if
 * render__is_brief(). `width`: columns of the terminal, or 0. */
int render__default(const struct report *r, const char *format, size_t width, FILE *out,
		    struct err *err);

/*
 * The renderers:
 *
 * csv: RFC 4180 with a header; one record per row, doubles in full precision; fields that do not
 *      apply are empty.
 * json: one object, "schema": 1; numbers that do not apply are null.
 * junit: XML for CI systems.
 * mail: 72 columns, with instructions to reproduce the figures.
 * markdown: GitHub's dialect, one table per comparison.
 * text: as wide as the terminal (60 to 200 columns); otherwise 80, or up to 100 if needed.
 */
#define X(name, people) void format_##name(const struct report_view *v, FILE *out);
#include "reports/render/list.h"
#undef X

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * render.h - a report in one of the formats that there are. A renderer decides nothing and computes
 * nothing.
 */
#ifndef KDUEL_RENDER_RENDER_H
#define KDUEL_RENDER_RENDER_H

#include "reports/report/view.h"

/* Formats by name: "csv", "json", "junit", "mail", "markdown", "text". 0 or more; -EINVAL with the
 * names there are. */
int render__check_format(const char *format, struct err *err);
/* Is this format read by people? Then rows that say nothing new are folded by default. */
bool render__folds(const char *format);
/* Is it one screen by default, or fit for a cover letter? Then only rows that moved are shown. */
bool render__is_brief(const char *format);
/* Write what a view shows in a format. 0 or -errno of the stream. */
int render__report(const struct report_view *v, const char *format, FILE *out, struct err *err);
/* The same of what the format shows by default: the whole report, folded if people read it, brief if
 * it is to fit on a screen. `width`: columns of a terminal, or 0. */
int render__default(const struct report *r, const char *format, size_t width, FILE *out,
		    struct err *err);

/*
 * The renderers. csv: RFC 4180 with a header; one record a row, full double precision, empty: does
 * not apply. json: one object, "schema": 1; numbers that do not apply are null. junit: XML as CI systems read it. mail: 72 columns,
 * with what it takes to reproduce the figures. markdown: GitHub's dialect, one table a comparison.
 * text: as wide as the terminal (60 to 200 columns), without one 80, 100 where it must be.
 */
#define X(name, people) void format_##name(const struct report_view *v, FILE *out);
#include "reports/render/list.h"
#undef X

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* render.h - one function per format; a renderer decides nothing and computes nothing. */
#ifndef KDUEL_RENDER_RENDER_H
#define KDUEL_RENDER_RENDER_H

#include "reports/report/report.h"

/* For a terminal: 80 columns, 100 where it must be, more only where a name forces it. */
void render__text(const struct report *r, FILE *out);
/* For a mailing list: 72 columns, with what it takes to reproduce the figures. */
void render__mail(const struct report *r, FILE *out);
/* GitHub's Markdown: one table per comparison. */
void render__markdown(const struct report *r, FILE *out);
/* RFC 4180 with a header; one record per row, full double precision, empty: does not apply. */
void render__csv(const struct report *r, FILE *out);
/* One JSON object, "schema": 1; numbers that do not apply are null. */
void render__json(const struct report *r, FILE *out);

#endif

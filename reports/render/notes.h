/* SPDX-License-Identifier: GPL-2.0-only */
/* notes.h - the lines above and below a table, shared by text, mail and Markdown. */
#ifndef KDUEL_RENDER_NOTES_H
#define KDUEL_RENDER_NOTES_H

#include "reports/render/para.h"
#include "reports/report/words.h"

/* One paragraph, indented throughout. */
void notes__line(FILE *out, size_t width, size_t indent, const char *fmt, ...) __printf(4, 5);

/* Add the number of boots that all rows of the table share, after `before`. */
void notes__boots(struct para *p, const char *before, const struct report *r,
		  const struct view_block *v);
/* What the block says in a sentence or two: "nothing changed beyond ...", or the counts. */
void notes__summary(const struct report *r, const struct report_block *b, size_t width, FILE *out);
/* What goes below the table: what it would take to decide the inconclusive rows; the notes of
 * rows, each once with the metrics it is about; margins; geometric means, labelled as the
 * description that they are. */
void notes__below(const struct view_block *v, size_t width, FILE *out);
/* Symbols of the kernels' configurations that differ: the first few, and how many there are. As a
 * sentence, which the caller frees (NULL: none do), or as a paragraph. */
char *notes__config(const struct report_block *b);
void notes__put_config(const struct report_block *b, size_t width, FILE *out);
/* What ran under emulation, one line a workload: baseline and candidate of each metric. */
void notes__emulated(const struct view_block *v, size_t width, FILE *out);
/* How many rows are not shown, and that `how` would show them. */
void notes__hidden(const struct view_block *v, size_t width, const char *how, FILE *out);
/* The finding in words, which begins every report: a paragraph for each line of it. */
void notes__finding(const struct report *r, size_t width, FILE *out);
/* What all rows came to (conclusion.h), as a paragraph. */
void notes__conclusion(const struct report *r, size_t width, FILE *out);
/* Below a brief view: how many rows it shows, and what shows the others. */
void notes__more(const struct report_view *v, size_t width, FILE *out);
/* What signs and words mean: only those that occur, the ones that matter most first. `noise`: has the
 * table it? */
void notes__words(const struct report_view *v, bool noise, struct strvec *out);
/* The same as a paragraph of at most four lines, once for all blocks. */
void notes__legend(const struct report_view *v, size_t width, bool noise, FILE *out);

#endif

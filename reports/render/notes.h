/* SPDX-License-Identifier: GPL-2.0-only */
/* notes.h - the lines above and below a table, shared by text, mail and Markdown. */
#ifndef KDUEL_RENDER_NOTES_H
#define KDUEL_RENDER_NOTES_H

#include "reports/render/para.h"
#include "reports/report/words.h"

/* Print a paragraph, with every line indented. */
void notes__line(FILE *out, size_t width, size_t indent, const char *fmt, ...) __printf(4, 5);

/* Add the number of boots to a paragraph, after `before`; for a table whose rows all have the
 * same. */
void notes__boots(struct para *p, const char *before, const struct report *r,
		  const struct view_block *v);
/* Print the result of a block in a sentence or two: failed boots, then "nothing changed beyond ..."
 * or counts by verdict. */
void notes__summary(const struct report *r, const struct report_block *b, size_t width, FILE *out);
/* Print what goes below the table: simple effects of a 2x2; what it takes to decide inconclusive
 * rows; rows with low power; notes, each once with the names of its rows; margins; geometric
 * means. */
void notes__below(const struct view_block *v, size_t width, FILE *out);
/* Configuration symbols that differ between the kernels: the number, and the first few. As a
 * sentence that the caller frees (NULL: none differ), or printed as a paragraph. */
char *notes__config(const struct report_block *b);
void notes__put_config(const struct report_block *b, size_t width, FILE *out);
/* Print values measured under emulation, a paragraph per workload: baseline and candidate of each
 * metric. */
void notes__emulated(const struct view_block *v, size_t width, FILE *out);
/* Print how many rows are not shown; `how` says how to see them ("--all shows them"). */
void notes__hidden(const struct view_block *v, size_t width, const char *how, FILE *out);
/* Print the finding (finding.h), one paragraph per line. */
void notes__finding(const struct report *r, size_t width, FILE *out);
/* Print the conclusion (conclusion.h) as a paragraph. */
void notes__conclusion(const struct report *r, size_t width, FILE *out);
/* Print how many rows a brief view shows, and how to see the others. */
void notes__more(const struct report_view *v, size_t width, FILE *out);
/* Append the explanations of marks and words that occur in the view, the most important first.
 * `noise`: the table has that column. */
void notes__words(const struct report_view *v, bool noise, struct strvec *out);
/* Print as many of them as fit into four lines. */
void notes__legend(const struct report_view *v, size_t width, bool noise, FILE *out);

#endif

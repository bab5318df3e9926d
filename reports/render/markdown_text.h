/* SPDX-License-Identifier: GPL-2.0-only */
/* markdown_text.h - text that does not come from kduel, in GitHub's Markdown. */
#ifndef KDUEL_RENDER_MARKDOWN_TEXT_H
#define KDUEL_RENDER_MARKDOWN_TEXT_H

#include "lib/base.h"

/* Escape what would end a cell or a line, begin HTML, or be taken as markup. */
void markdown__text(const char *text, FILE *out);
/* The same for a sentence of kduel's, in which a command to copy is set as one. */
void markdown__prose(const char *text, FILE *out);
/* A cell of a table, up to its right border. Takes over the text. */
void markdown__cell(char *text, FILE *out);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* markdown_text.h - escapes untrusted text for GitHub Flavored Markdown. */
#ifndef KDUEL_RENDER_MARKDOWN_TEXT_H
#define KDUEL_RENDER_MARKDOWN_TEXT_H

#include "lib/base.h"

/* Write text, escaping what would end a table cell or a line, start HTML, or be read as markup. */
void markdown__text(const char *text, FILE *out);
/* The same for a sentence written by kduel; a command in back quotes (words__command()) is kept as
 * code. */
void markdown__prose(const char *text, FILE *out);
/* Write a table cell, escaped, with its right border. Takes ownership of the text. */
void markdown__cell(char *text, FILE *out);

#endif

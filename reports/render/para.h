/* SPDX-License-Identifier: GPL-2.0-only */
/* para.h - paragraphs filled to a width, for formats of fixed columns. */
#ifndef KDUEL_RENDER_PARA_H
#define KDUEL_RENDER_PARA_H

#include "lib/base.h"

#include <stdarg.h>

/* A paragraph filled to a width. */
struct para {
	FILE *out;
	size_t width;
	size_t first, indent; /* blanks before the first line and before the others */
	size_t col; /* where the line stands */
	size_t gap; /* blanks before the next word, if it stays on the line; 0 counts as 1 */
	bool begun;
	char *pending; /* an item whose separator is not known yet; freed by para__end() */
};

/* Add blank-separated words of formatted text; control characters become '?'. */
void para__add(struct para *p, const char *fmt, ...) __printf(2, 3);
void para__vadd(struct para *p, const char *fmt, va_list ap) __printf(2, 0);
/* Add an item of a list: a comma follows when another one comes, and it is not broken across
 * lines when it need not be. */
void para__item(struct para *p, const char *fmt, ...) __printf(2, 3);
/* End the line, if one was begun. */
void para__end(struct para *p);

#endif

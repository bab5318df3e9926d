/* SPDX-License-Identifier: GPL-2.0-only */
/* para.h - fills paragraphs to a width, for formats with fixed columns. */
#ifndef KDUEL_RENDER_PARA_H
#define KDUEL_RENDER_PARA_H

#include "lib/base.h"

#include <stdarg.h>

/* A paragraph filled to a width. */
struct para {
	FILE *out;
	size_t width;
	size_t first, indent; /* blanks before the first line and before the others */
	size_t col; /* current column */
	size_t gap; /* blanks before the next word, if it stays on the line; 0 counts as 1 */
	bool begun;
	char *pending; /* an item not yet printed; freed by para__end() */
};

/* Add the words of formatted text; control characters become '?'. */
void para__add(struct para *p, const char *fmt, ...) __printf(2, 3);
void para__vadd(struct para *p, const char *fmt, va_list ap) __printf(2, 0);
/* Add an item of a list. Items are separated by commas, and short ones are not broken across
 * lines. */
void para__item(struct para *p, const char *fmt, ...) __printf(2, 3);
/* Print a pending item and end the line, if one was begun. The struct can be reused. */
void para__end(struct para *p);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * html.h - writes HTML and SVG in which text from elsewhere stays text.
 *
 * Formats are literals of the program and may hold markup; whatever comes in by %s is escaped,
 * for element content and for quoted attributes alike. There is no other way in for a string.
 */
#ifndef KDUEL_RENDER_HTML_H
#define KDUEL_RENDER_HTML_H

#include "lib/base.h"

/* Zero-initialised it is empty and ready. */
struct html {
	char *buf; /* NUL-terminated once anything was written, else NULL */
	size_t len, cap;
};

/* Markup of the program's own, as it is. */
void html__put(struct html *h, const char *markup);
/* As printf(), but every %s (also %.*s and %.8s) is escaped. Conversions: d i u x c s f e g with
 * flags, width, precision, and the lengths l, ll and z. Numbers that are not finite become "-". */
void html__fmt(struct html *h, const char *fmt, ...) __printf(2, 3);
/* Text from elsewhere, escaped. Bytes that are no UTF-8, control characters but line ends and
 * tabs, and characters that turn the direction of writing become U+FFFD. */
void html__text(struct html *h, const char *s);
void html__text_n(struct html *h, const char *s, size_t n);
/* Take over another page's finished markup; `from` is empty afterwards. */
void html__append(struct html *h, struct html *from);
/* The text so far, never NULL; the caller frees it, and `h` is empty afterwards. */
char *html__take(struct html *h, size_t *len);
void html__release(struct html *h);

#endif

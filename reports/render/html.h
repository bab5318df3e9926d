/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * html.h - writes HTML and SVG with untrusted text escaped.
 *
 * Formats are string literals and may contain markup. Every string passed for %s is escaped for
 * element content and for quoted attributes. No function inserts a untrusted string unescaped.
 */
#ifndef KDUEL_RENDER_HTML_H
#define KDUEL_RENDER_HTML_H

#include "lib/base.h"

/* A growing buffer of markup. All zero is empty. */
struct html {
	char *buf; /* NUL-terminated once anything was written, else NULL */
	size_t len, cap;
};

/* Append markup (trusted, not escaped). */
void html__put(struct html *h, const char *markup);
/* Like printf(), but text from %s (also %.*s, %.8s) and %c is escaped. Conversions: d i u x c s f e
 * g with flags, width, precision, and the lengths l, ll and z. Numbers that are not finite print as
 * "-". */
void html__fmt(struct html *h, const char *fmt, ...) __printf(2, 3);
/* Append untrusted text, escaped. Invalid UTF-8, control characters other than newline and tab, and
 * characters that change the writing direction become U+FFFD. */
void html__text(struct html *h, const char *s);
void html__text_n(struct html *h, const char *s, size_t n);
/* Append the markup in `from`, which is empty afterwards. */
void html__append(struct html *h, struct html *from);
/* Detach the markup, never NULL, for the caller to free; `h` is empty afterwards. `len` may be
 * NULL. */
char *html__take(struct html *h, size_t *len);
void html__release(struct html *h);

#endif

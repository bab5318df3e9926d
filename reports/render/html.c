// SPDX-License-Identifier: GPL-2.0-only
/* html.c - builds markup in a buffer; html__fmt() escapes all untrusted text. */
#include "reports/render/html.h"
#include "lib/utf8.h"

#include <math.h>
#include <stdarg.h>

#define FIRST_CAP 4096

/* Append n bytes and a NUL. The buffer grows by doubling. */
static void add(struct html *h, const char *s, size_t n)
{
	if (h->len + n + 1 > h->cap) {
		h->cap = h->cap ? h->cap : FIRST_CAP;
		while (h->len + n + 1 > h->cap)
			h->cap *= 2;
		h->buf = xrealloc(h->buf, h->cap, 1);
	}
	memcpy(h->buf + h->len, s, n);
	h->len += n;
	h->buf[h->len] = '\0';
}

void html__put(struct html *h, const char *markup)
{
	add(h, markup, strlen(markup));
}

/* Can this character do more than display? Control characters (C0 and C1), the marks, embeddings
 * and isolates that reorder text (Unicode Standard Annex #9: U+200E and 200F, 202A to 202E, 2066 to
 * 2069), and noncharacters. */
static bool is_active(uint32_t cp)
{
	return (cp < ' ' && cp != '\n' && cp != '\t') || (cp >= 0x7f && cp < 0xa0) ||
	       (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0x200e ||
	       cp == 0x200f || (cp & 0xfffe) == 0xfffe;
}

/* The entity for a character that is special in text or in a quoted attribute; NULL: none
 * needed. */
static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* Replace invalid UTF-8 and active characters with U+FFFD. */
void html__text_n(struct html *h, const char *s, size_t n)
{
	const char *p = s, *end = s + n;
	const char *plain = p; /* start of text not yet written */

	while (p < end) {
		uint32_t cp = 0;
		size_t len = utf8__decode(p, (size_t)(end - p), &cp);
		const char *instead = !len || is_active(cp) ? UTF8_REPLACEMENT : entity(*p);

		if (instead) {
			add(h, plain, (size_t)(p - plain));
			html__put(h, instead);
		}
		p += len ? len : 1;
		if (instead)
			plain = p;
	}
	add(h, plain, (size_t)(p - plain));
}

void html__text(struct html *h, const char *s)
{
	html__text_n(h, s, strlen(s));
}

/* A conversion specification of a format, such as "%+.2f". */
struct spec {
	char text[32]; /* "%+.2f", for snprintf() */
	size_t len;
	int precision; /* -1: none */
	char length; /* 'l', 'L' (for "ll"), 'z' or '\0' */
};

/* Append to the specification. Truncates if it is too long, which no format in kduel is. */
static void keep(struct spec *sp, char c)
{
	if (sp->len + 1 < sizeof(sp->text))
		sp->text[sp->len++] = c;
	sp->text[sp->len] = '\0';
}

/* Append the value of a width or precision given as '*'. */
static void keep_number(struct spec *sp, int v)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%d", v);
	for (const char *d = digits; *d; d++)
		keep(sp, *d);
}

/* Parse a specification; returns a pointer to its conversion letter. */
static const char *read_spec(const char *f, struct spec *sp, va_list *ap)
{
	*sp = (struct spec){ .precision = -1 };
	keep(sp, '%');
	for (f++; *f && strchr("-+ #0123456789.*lz", *f); f++) {
		if (*f == '*') {
			int v = va_arg(*ap, int);

			keep_number(sp, v);
			if (sp->precision == 0)
				sp->precision = v;
			continue;
		}
		if (*f == '.')
			sp->precision = (int)strtol(f + 1, NULL, 10);
		if (*f == 'l' || *f == 'z')
			sp->length = sp->length == 'l' ? 'L' : *f;
		keep(sp, *f);
	}
	if (*f)
		keep(sp, *f);
	return f;
}

/* The compiler checks the formats at the callers of html__fmt(). */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void add_integer(struct html *h, const struct spec *sp, va_list *ap)
{
	char out[64];
	int n;

	switch (sp->length) {
	/* NOLINTNEXTLINE(bugprone-branch-clone): the cases differ in the type passed to va_arg() */
	case 'l':
		n = snprintf(out, sizeof(out), sp->text, va_arg(*ap, long));
		break;
	case 'L':
		n = snprintf(out, sizeof(out), sp->text, va_arg(*ap, long long));
		break;
	case 'z':
		n = snprintf(out, sizeof(out), sp->text, va_arg(*ap, size_t));
		break;
	default:
		n = snprintf(out, sizeof(out), sp->text, va_arg(*ap, int));
	}
	add(h, out, n < 0 ? 0 : (size_t)n < sizeof(out) ? (size_t)n : sizeof(out) - 1);
}

/* Reports use NAN for numbers that do not apply; print it as "-". */
static void add_double(struct html *h, const struct spec *sp, double v)
{
	char out[384]; /* the largest double has 309 digits before the point */
	int n = isfinite(v) ? snprintf(out, sizeof(out), sp->text, v) : -1;

	if (n < 0)
		html__put(h, "-");
	else
		add(h, out, (size_t)n < sizeof(out) ? (size_t)n : sizeof(out) - 1);
}
#pragma GCC diagnostic pop

/* Apply the precision before escaping. */
static void add_string(struct html *h, const struct spec *sp, const char *s)
{
	html__text_n(h, s, sp->precision < 0 ? strlen(s) : strnlen(s, (size_t)sp->precision));
}

static void convert(struct html *h, const struct spec *sp, char letter, va_list *ap)
{
	char c;

	switch (letter) {
	case 's':
		add_string(h, sp, va_arg(*ap, const char *));
		break;
	case 'c':
		c = (char)va_arg(*ap, int);
		html__text_n(h, &c, 1);
		break;
	case 'f':
	case 'e':
	case 'g':
		add_double(h, sp, va_arg(*ap, double));
		break;
	case 'd':
	case 'i':
	case 'u':
	case 'x':
		add_integer(h, sp, ap);
		break;
	default:
		abort(); /* bug: a conversion that is not supported */
	}
}

/* A subset of printf() that escapes string arguments. The format itself is markup and is not
 * escaped. */
void html__fmt(struct html *h, const char *fmt, ...)
{
	struct spec sp;
	va_list ap;

	va_start(ap, fmt);
	for (const char *f = fmt; *f;) {
		size_t plain = strcspn(f, "%");

		add(h, f, plain);
		f += plain;
		if (!*f)
			break;
		if (f[1] == '%') {
			add(h, f, 1);
			f += 2;
			continue;
		}
		f = read_spec(f, &sp, &ap);
		convert(h, &sp, *f, &ap);
		f += *f != '\0';
	}
	va_end(ap);
}

void html__append(struct html *h, struct html *from)
{
	add(h, from->buf ? from->buf : "", from->len);
	html__release(from);
}

char *html__take(struct html *h, size_t *len)
{
	char *out = h->buf ? h->buf : xstrdup("");

	if (len)
		*len = h->len;
	*h = (struct html){ 0 };
	return out;
}

void html__release(struct html *h)
{
	free(h->buf);
	*h = (struct html){ 0 };
}

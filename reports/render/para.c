// SPDX-License-Identifier: GPL-2.0-only
/* para.c - paragraphs filled to a width. */
#include "reports/render/para.h"

#include "reports/report/words.h"

/* Break long words only up to this width, as for mail; wide terminals wrap by themselves. */
#define MAIL_WIDTH 72

/* Where to break a word that is longer than a line: after the last of these characters that fits,
 * or else between UTF-8 characters. 0: do not break (it fits, or is a URL). */
static size_t break_of(const struct para *p, const char *word, size_t len)
{
	size_t room = p->width - p->indent, at;

	if (p->width > MAIL_WIDTH || len <= room || memmem(word, len, "://", 3))
		return 0;
	for (at = room; at > room / 2 && !strchr("/,-_=:;.", word[at - 1]); at--)
		;
	if (at <= room / 2)
		for (at = room; at > 1 && ((unsigned char)word[at] & 0xc0) == 0x80; at--)
			;
	return at;
}

/* Print a word, on a new line if it does not fit. */
static void add_word(struct para *p, const char *word, size_t len)
{
	size_t part = break_of(p, word, len);
	size_t blanks = p->gap ? p->gap : 1;

	if (part) {
		add_word(p, word, part);
		add_word(p, word + part, len - part);
		return;
	}
	if (!p->begun) {
		blanks = p->first;
		p->col = 0;
		p->begun = true;
	} else if (p->col + blanks + len > p->width) {
		fputc('\n', p->out);
		blanks = p->indent;
		p->col = 0;
	}
	fprintf(p->out, "%*s%.*s", (int)blanks, "", (int)len, word);
	p->col += blanks + len;
	p->gap = 0;
}

/* Wraps at blanks, but not before "%". */
void para__vadd(struct para *p, const char *fmt, va_list ap)
{
	_free_ char *text = NULL, *clean = NULL;

	text = xvasprintf(fmt, ap);
	clean = words__clean(text);
	for (const char *s = clean; *s;) {
		size_t len = strcspn(s, " ");

		while (s[len] == ' ' && s[len + 1] == '%') /* "10 %" stays together */
			len += 1 + strcspn(s + len + 1, " ");
		if (len)
			add_word(p, s, len);
		s += len;
		s += strspn(s, " ");
	}
}

void para__add(struct para *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	para__vadd(p, fmt, ap);
	va_end(ap);
}

/* Print the pending item, followed by `sep`. Items up to half a line wide are not broken. */
static void flush_item(struct para *p, const char *sep)
{
	_free_ char *item = p->pending, *text = NULL;

	p->pending = NULL;
	if (!item)
		return;
	text = xasprintf("%s%s", item, sep);
	if (strlen(text) <= p->width / 2)
		add_word(p, text, strlen(text));
	else
		para__add(p, "%s", text);
}

/* An item is printed once it is known whether another one, and hence a comma, follows. */
void para__item(struct para *p, const char *fmt, ...)
{
	_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	flush_item(p, ",");
	p->pending = words__clean(text);
}

void para__end(struct para *p)
{
	flush_item(p, "");
	if (p->begun)
		fputc('\n', p->out);
	p->begun = false;
}

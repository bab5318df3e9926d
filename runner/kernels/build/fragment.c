// SPDX-License-Identifier: GPL-2.0-only
/* fragment.c - parses kconfig fragments, and checks that kconfig applied them. */
#include "runner/kernels/build/fragment.h"

#include "lib/units.h"

#include <ctype.h>
#include <stdarg.h>

#define REPORTED_MAX 10 /* mistakes listed in one error */

static void line_release(struct fragment_line *l)
{
	free(l->file);
	free(l->symbol);
	free(l->value);
}

/* Append a line. An earlier one for the same symbol is removed. */
static void fragments__put(struct fragments *f, const struct fragment_line *l)
{
	for (size_t i = 0; i < f->n; i++) {
		if (!streq(f->v[i].symbol, l->symbol))
			continue;
		line_release(&f->v[i]);
		memmove(&f->v[i], &f->v[i + 1], (--f->n - i) * sizeof(*f->v));
		break;
	}
	GROW(f->v, f->n);
	f->v[f->n++] = *l;
}

/* Length of the "CONFIG_X" at the start of `s`; 0 if there is none. */
static size_t symbol_len(const char *s)
{
	size_t n = strlen("CONFIG_");

	if (!str_starts(s, "CONFIG_"))
		return 0;
	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return n > strlen("CONFIG_") ? n : 0;
}

/* Parse "CONFIG_X=VALUE". The value must be as kconfig writes it: y, m, n, a number, or "text". */
static bool parse_set(const char *text, struct fragment_line *l)
{
	static const char plain[] = "0123456789abcdefxABCDEFX-ymn";
	size_t n = symbol_len(text), len;
	const char *value = text + n + 1;

	if (!n || text[n] != '=')
		return false;
	len = strlen(value);
	if (*value == '"' ? len < 2 || value[len - 1] != '"' : !len || strspn(value, plain) != len)
		return false;
	l->symbol = xstrndup(text, n);
	l->value = xstrdup(value);
	return true;
}

/* Parse "# CONFIG_X is not set". */
static bool parse_unset(const char *text, struct fragment_line *l)
{
	size_t n = str_starts(text, "# ") ? symbol_len(text + 2) : 0;

	if (!n || !streq(text + 2 + n, " is not set"))
		return false;
	l->symbol = xstrndup(text + 2, n);
	l->value = xstrdup("n");
	return true;
}

/* Format: docs/KERNELS.md. A leading '?' makes a line optional, for symbols that only some releases
 * have. */
int fragments__parse(struct fragments *f, const char *file, const char *text, struct err *err)
{
	unsigned int number = 1;

	for (; *text; number++) {
		size_t len = strcspn(text, "\n");
		_free_ char *line = xstrndup(text, len);
		struct fragment_line l = { .line = number };
		const char *body = line;

		text += len + (text[len] == '\n');
		while (len && isspace((unsigned char)line[len - 1]))
			line[--len] = '\0';
		l.optional = *body == '?';
		body += l.optional;
		if (!*line || (*body == '#' && !parse_unset(body, &l)))
			continue;
		if (!l.symbol && !parse_set(body, &l))
			return err__set(err, -EINVAL,
					"%s:%u: expected CONFIG_NAME=VALUE (y, m, n, a "
					"number or \"text\"), '# CONFIG_NAME is not set', or a comment; "
					"found '%.60s'",
					file, number, line);
		l.file = xstrdup(file);
		fragments__put(f, &l);
	}
	return 0;
}

/* For bsearch() in an array of strings. */
static int by_text(const void *key, const void *item)
{
	return strcmp(key, *(char *const *)item);
}

static void append_line(struct err *list, size_t n, const char *fmt, ...) __printf(3, 4);
/* Append mistake number `n` (from 0) to a list, which ends after REPORTED_MAX of them. */
static void append_line(struct err *list, size_t n, const char *fmt, ...)
{
	struct err line, so_far = *list;
	va_list ap;

	if (n > REPORTED_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(line.msg, sizeof(line.msg), fmt, ap);
	va_end(ap);
	err__set(list, 0, "%s%s%s", n ? so_far.msg : "", n ? "\n  " : "",
		 n == REPORTED_MAX ? "... and more" : line.msg);
}

/* Lines that cannot have an effect are dropped: optional ones, and those that turn off a symbol
 * that does not exist. */
int fragments__check_known(struct fragments *f, const struct strvec *symbols, struct err *off,
			   struct err *err)
{
	struct err wrong = { "" };
	size_t kept = 0, bad = 0, odd = 0;

	off->msg[0] = '\0';
	for (size_t i = 0; i < f->n; i++) {
		struct fragment_line *l = &f->v[i];
		bool known = symbols->n && bsearch(l->symbol + strlen("CONFIG_"), symbols->v,
						   symbols->n, sizeof(*symbols->v), by_text);
		bool is_off = streq(l->value, "n");

		if (!known && !l->optional) {
			const char *near = units__nearest(l->symbol + strlen("CONFIG_"),
							  (const char *const *)symbols->v,
							  symbols->n);

			append_line(is_off ? off : &wrong, is_off ? odd++ : bad++,
				    "%s:%u: %s: this kernel has no such symbol%s%s%s", l->file,
				    l->line, l->symbol, near ? " (did you mean CONFIG_" : "",
				    near ? near : "", near ? "?)" : "");
		}
		/* A symbol that does not exist is off. */
		if (!known && (l->optional || is_off))
			line_release(l);
		else
			f->v[kept++] = *l;
	}
	f->n = kept;
	return bad ? err__set(err, -EINVAL, "%s", wrong.msg) : 0;
}

/* The value of a symbol in a .config, "n" when it is not set. The caller frees. */
static char *value_in(const char *config, const char *symbol)
{
	size_t n = strlen(symbol);

	for (const char *l = config; *l; l += strcspn(l, "\n"), l += *l == '\n')
		if (!strncmp(l, symbol, n) && l[n] == '=')
			return xstrndup(l + n + 1, strcspn(l + n + 1, "\n"));
	return xstrdup("n");
}

/* Optional lines need not have an effect. */
int fragments__check_config(const struct fragments *f, const char *config, struct err *err)
{
	struct err wrong = { "" };
	size_t bad = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct fragment_line *l = &f->v[i];
		_free_ char *got = value_in(config, l->symbol);

		if (!l->optional && !streq(got, l->value))
			append_line(&wrong, bad++,
				    "%s:%u: %s=%s had no effect: the kernel has %s (something "
				    "it depends on is missing, or something else selects it)",
				    l->file, l->line, l->symbol, l->value, got);
	}
	return bad ? err__set(err, -EINVAL, "%s", wrong.msg) : 0;
}

/* In .config format: a symbol that is off is a comment. */
char *fragments__format(const struct fragments *f)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = xmemstream(&text, &len);

	for (size_t i = 0; i < f->n; i++)
		if (streq(f->v[i].value, "n"))
			fprintf(out, "# %s is not set\n", f->v[i].symbol);
		else
			fprintf(out, "%s=%s\n", f->v[i].symbol, f->v[i].value);
	fclose(out);
	return text;
}

void fragments__release(struct fragments *f)
{
	for (size_t i = 0; i < f->n; i++)
		line_release(&f->v[i]);
	free(f->v);
	*f = (struct fragments){ 0 };
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * csv.c - reads and writes CSV. Each row is measured first (finding its end by counting quotes),
 * then cut into fields in place: unquoting only ever shortens a field, so no copy is needed.
 */
#include "lib/csv.h"

#include "lib/text.h"
#include "lib/units.h"

#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <unistd.h>

/* Initial buffer size; it grows for a row that does not fit. */
#define CHUNK (256u << 10)

struct csv {
	char *name;
	int fd; /* -1: the whole text is in the buffer */
	bool eof;
	bool unended; /* the last row does not end in LF */
	char *buf; /* [pos, end): read, but not yet returned */
	size_t pos, end, cap;
	size_t line; /* line number of buf[pos], from 1 */
	const struct csv_column *columns;
	size_t n_columns, n_cells; /* columns asked for; cells per row in the file */
	size_t at[CSV_MAX_COLUMNS]; /* cell i of the file is columns[at[i]] */
};

static struct csv *make(const char *name, int fd, size_t cap)
{
	struct csv *c = xcalloc(1, sizeof(*c));

	c->name = xstrdup(name);
	c->fd = fd;
	c->line = 1;
	c->cap = cap;
	c->buf = xcalloc(1, cap + 1); /* + 1: a last row without LF needs room for a NUL */
	return c;
}

int csv__open(const char *path, struct csv **out, struct err *err)
{
	bool standard = streq(path, "-");
	int fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);

	*out = NULL;
	if (fd < 0)
		return err__errno(err, -errno, path);
	*out = make(standard ? "standard input" : path, fd, CHUNK);
	return 0;
}

void csv__of_text(const char *name, const char *text, size_t len, struct csv **out)
{
	*out = make(name, -1, len);
	memcpy((*out)->buf, text, len);
	(*out)->end = len;
	(*out)->eof = true;
}

void csv__close(struct csv *c)
{
	if (!c)
		return;
	if (c->fd >= 0)
		close(c->fd);
	free(c->buf);
	free(c->name);
	free(c);
}

bool csv__is_unended(const struct csv *c, const char **name)
{
	*name = c->name;
	return c->unended;
}

int csv__fail(const struct csv *c, const struct csv_field *f, struct err *err, const char *fmt, ...)
{
	_free_ char *what = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&what, fmt, ap) < 0)
		what = NULL;
	va_end(ap);
	return err__set(err, -EINVAL, "%s:%zu:%zu: %.1500s", c->name, f->line, f->col,
			what ? what : "broken");
}

/* Read more text after buf[end]. Rows already returned are dropped first; the buffer doubles when a
 * single row fills it. */
static int fill(struct csv *c, struct err *err)
{
	ssize_t n;

	if (c->pos) {
		memmove(c->buf, c->buf + c->pos, c->end - c->pos);
		c->end -= c->pos;
		c->pos = 0;
	}
	if (c->end == c->cap) {
		if (c->cap > CSV_MAX_ROW)
			return err__set(err, -EINVAL,
					"%s:%zu:1: a row of more than %u bytes begins here; is a "
					"quote left open?",
					c->name, c->line, CSV_MAX_ROW);
		c->cap *= 2;
		c->buf = xrealloc(c->buf, c->cap + 1, 1);
	}
	do {
		n = read(c->fd, c->buf + c->end, c->cap - c->end);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return err__errno(err, -errno, c->name);
	c->eof = n == 0;
	c->end += (size_t)n;
	return 0;
}

/* Quotes come in pairs, including the doubled ones inside a field, so after an odd number the text
 * is still inside a quoted field. */
static bool odd_quotes(const char *s, const char *end)
{
	bool odd = false;

	while ((s = memchr(s, '"', (size_t)(end - s))) != NULL) {
		odd = !odd;
		s++;
	}
	return odd;
}

/* Measure the row at buf[pos]: *len is its length up to the first LF outside quotes, *inner the
 * number of LFs inside quotes. A file that ends inside a quoted field is left to split() to
 * report. */
static int measure(struct csv *c, size_t *len, size_t *inner, struct err *err)
{
	size_t seen = 0; /* bytes examined, up to the last LF inside quotes */
	bool quoted = false;

	for (*inner = 0;;) {
		char *from = c->buf + c->pos + seen;
		char *lf = memchr(from, '\n', c->end - c->pos - seen);

		if (lf) {
			quoted ^= odd_quotes(from, lf);
			*len = (size_t)(lf - (c->buf + c->pos));
			if (!quoted)
				return 0;
			seen = *len + 1;
			++*inner;
		} else if (c->eof) {
			*len = c->end - c->pos;
			c->unended |= *len > 0;
			return 0;
		} else {
			int ret = fill(c, err);

			if (ret)
				return ret;
		}
	}
}

/* Where split() is in a row. */
struct cutter {
	const struct csv *c;
	char *s, *end,
		*bol; /* next field; end of the row; beginning of the text line, for columns */
	size_t line;
	struct err *err;
};

/* Unquote a field in place. Returns the position after its closing quote, or NULL with `err`
 * set. */
static char *cut_quoted(struct cutter *k, struct csv_field *f)
{
	char *s = k->s + 1, *to = f->text;

	for (; s < k->end; s++) {
		if (*s == '"' && (s + 1 == k->end || s[1] != '"'))
			break;
		s += *s == '"';
		if (*s == '\n') {
			k->line++;
			k->bol = s + 1;
		}
		*to++ = *s;
	}
	f->len = (size_t)(to - f->text);
	if (s >= k->end) {
		csv__fail(k->c, f, k->err, "this quote is never closed");
		return NULL;
	}
	if (s + 1 < k->end && s[1] != ',') {
		csv__fail(k->c, f, k->err,
			  "expected a comma or the end of the line behind the closing quote of "
			  "this field");
		return NULL;
	}
	return s + 1;
}

/* Likewise for a field without quotes. */
static char *cut_plain(struct cutter *k, struct csv_field *f)
{
	char *sep = memchr(k->s, ',', (size_t)(k->end - k->s));

	sep = sep ? sep : k->end;
	f->len = (size_t)(sep - k->s);
	if (!memchr(k->s, '"', f->len))
		return sep;
	csv__fail(k->c, f, k->err,
		  "a quote inside a field that does not begin with one: quote "
		  "the whole field and double the quote");
	return NULL;
}

/* Cut a row into fields and store at most `max` of them. Returns how many the row has, or
 * -EINVAL. */
static int split(struct cutter *k, struct csv_field *fields, int max)
{
	struct csv_field extra = { 0 };
	char *sep;

	for (int n = 0;; k->s = sep + 1) {
		struct csv_field *f = n < max ? &fields[n] : &extra;

		n++;
		*f = (struct csv_field){ k->s, 0, k->line, (size_t)(k->s - k->bol) + 1 };
		sep = k->s < k->end && *k->s == '"' ? cut_quoted(k, f) : cut_plain(k, f);
		if (!sep)
			return -EINVAL;
		if (memchr(f->text, '\0', f->len))
			return csv__fail(k->c, f, k->err, "a NUL byte: this is no text");
		/* There is room after the last field, too: its line end, or make()'s spare byte. */
		f->text[f->len] = '\0';
		if (sep == k->end)
			return n;
	}
}

/* Cut the next row that is not blank. Returns its number of fields, 0 at the end of the file, or
 * -errno. */
static int next(struct csv *c, struct csv_field *fields, int max, struct err *err)
{
	size_t len, inner;
	int ret;

	do {
		ret = measure(c, &len, &inner, err);
		if (ret || c->pos == c->end)
			return ret;
		struct cutter k = { .c = c, .s = c->buf + c->pos, .line = c->line, .err = err };

		k.bol = k.s;
		k.end = k.s + len - (len && k.s[len - 1] == '\r');
		c->pos += len + (c->pos + len < c->end);
		c->line += inner + 1;
		if (k.s < k.end)
			ret = split(&k, fields, max);
	} while (!ret);
	return ret;
}

/* Index of the column that a cell of the header names; -EINVAL if unknown or named before. */
static int find_column(const struct csv *c, const struct csv_field *f, const bool *seen,
		       struct err *err)
{
	char list[512] = "";
	size_t len = 0;

	for (size_t i = 0; i < c->n_columns; i++) {
		if (!streq(f->text, c->columns[i].name))
			continue;
		if (seen[i])
			return csv__fail(c, f, err, "column '%s' is there twice", f->text);
		return (int)i;
	}
	for (size_t i = 0; i < c->n_columns && len < sizeof(list); i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", i ? ", " : "",
					c->columns[i].name);
	return csv__fail(c, f, err,
			 "unknown column '%.60s'; the first row names the columns, which are: %s",
			 f->text, list);
}

int csv__header(struct csv *c, const struct csv_column *columns, size_t n, struct err *err)
{
	struct csv_field cell[CSV_MAX_COLUMNS] = { { 0 } };
	bool seen[CSV_MAX_COLUMNS] = { false };
	int cells, ret;

	while (!c->eof && c->end < 4) { /* enough to recognize files that are no text */
		ret = fill(c, err);
		if (ret)
			return ret;
	}
	if (c->end >= 3 && !memcmp(c->buf, "\xef\xbb\xbf", 3))
		c->pos = 3;
	if (text__misnomer(c->buf, c->end))
		return err__set(err, -EINVAL, "%s: this is %s", c->name,
				text__misnomer(c->buf, c->end));
	if (c->pos < c->end &&
	    (c->buf[c->pos] == '{' || c->buf[c->pos] == '[' || c->buf[c->pos] == '<'))
		return err__set(err, -EINVAL,
				"%s:1:1: expected CSV, a row of column names; this begins like %s",
				c->name, c->buf[c->pos] == '<' ? "HTML or XML" : "JSON");
	c->columns = columns;
	c->n_columns = n;
	cells = next(c, cell, CSV_MAX_COLUMNS, err);
	if (cells < 0)
		return cells;
	if (!cells)
		return err__set(err, -EINVAL, "%s: empty; expected a row of column names", c->name);
	for (size_t i = 0; i < CSV_MAX_COLUMNS && cell[i].text; i++) {
		ret = find_column(c, &cell[i], seen, err);
		if (ret < 0)
			return ret;
		c->at[i] = (size_t)ret;
		seen[ret] = true;
	}
	c->n_cells = (size_t)cells;
	for (size_t i = 0; i < n; i++)
		if (!seen[i] && !columns[i].optional)
			return csv__fail(c, &cell[0], err,
					 "column '%s' is missing in the row of column names",
					 columns[i].name);
	return 0;
}

/* Keep one field more than the header has, so that a message can point at the excess one. */
int csv__row(struct csv *c, struct csv_field *fields, struct err *err)
{
	struct csv_field cell[CSV_MAX_COLUMNS + 1];
	int n = next(c, cell, (int)c->n_cells + 1, err);

	if (n <= 0)
		return n;
	if ((size_t)n != c->n_cells)
		return csv__fail(c, &cell[(size_t)n < c->n_cells ? n - 1 : (int)c->n_cells], err,
				 "the row has %d fields, the row of column names %zu", n,
				 c->n_cells);
	for (size_t i = 0; i < c->n_columns; i++)
		fields[i] = (struct csv_field){ NULL, 0, cell[0].line, 1 };
	for (size_t i = 0; i < c->n_cells; i++)
		fields[c->at[i]] = cell[i];
	return 1;
}

/* Exports of other programs contain "nan" and "inf"; the message names those words. */
int csv__double(const struct csv *c, const struct csv_field *f, const char *what, double *out,
		struct err *err)
{
	const char *s = f->text + (*f->text == '-' || *f->text == '+');
	int ret = units__double(s, out);

	if (!ret) {
		*out = *f->text == '-' ? -*out : *out;
		return 0;
	}
	if (ret == -ERANGE || !strcasecmp(s, "nan") || !strcasecmp(s, "inf") ||
	    !strcasecmp(s, "infinity"))
		return csv__fail(c, f, err, "%s: expected a finite number, found '%.60s'", what,
				 f->text);
	return csv__fail(c, f, err, "%s: expected a number such as 12.5 or 1e-3, found '%.60s'",
			 what, f->text);
}

int csv__u64(const struct csv *c, const struct csv_field *f, const char *what, uint64_t *out,
	     struct err *err)
{
	if (!units__u64(f->text, out))
		return 0;
	return csv__fail(c, f, err, "%s: expected a whole number, found '%.60s'", what, f->text);
}

/* RFC 4180: quoted if it has a comma, a quote or a line end; quotes are doubled. */
void csv__put_text(const char *s, FILE *out)
{
	bool quote = strpbrk(s, ",\"\r\n") != NULL;

	if (quote)
		putc('"', out);
	for (; *s; s++) {
		if (*s == '"')
			putc('"', out);
		putc(*s, out);
	}
	if (quote)
		putc('"', out);
}

/* 17 significant digits round-trip a double. */
void csv__put_number(double v, FILE *out)
{
	fprintf(out, isnan(v) ? "nan" : "%.17g", v);
}

/* A comma before every field but the first of a record. */
static void begin_field(struct csv_record *r)
{
	if (r->begun)
		putc(',', r->out);
	r->begun = true;
}

void csv_record__text(struct csv_record *r, const char *s)
{
	begin_field(r);
	csv__put_text(s, r->out);
}

/* A number that is not finite leaves the field empty: most CSV readers do not understand "nan" or
 * "inf". */
void csv_record__number(struct csv_record *r, double v)
{
	begin_field(r);
	if (isfinite(v))
		csv__put_number(v, r->out);
}

void csv_record__u64(struct csv_record *r, uint64_t v)
{
	begin_field(r);
	fprintf(r->out, "%llu", (unsigned long long)v);
}

void csv_record__end(struct csv_record *r)
{
	putc('\n', r->out);
	r->begun = false;
}

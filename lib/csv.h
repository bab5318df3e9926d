/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * csv.h - a strict and fast reader of CSV (RFC 4180), and a writer.
 *
 * The first row names the columns. The reader returns one row at a time, its fields in the order
 * the caller asked for, whatever their order in the file. Nothing is guessed: a row with another
 * number of fields, an unknown column or a stray quote is an error that names file, line and
 * column (in bytes, both from 1). Blank lines and a byte order mark are skipped; lines end in LF
 * or CR LF. A quoted field may contain line ends.
 */
#ifndef KDUEL_CSV_H
#define KDUEL_CSV_H

#include "lib/err.h"

#define CSV_MAX_COLUMNS 32
#define CSV_MAX_ROW (1u << 20) /* bytes of one row: a longer one has an unclosed quote */

struct csv;

struct csv_column {
	const char *name;
	bool optional;
};

struct csv_field {
	char *text; /* NUL-terminated; NULL: the file lacks this optional column */
	size_t len;
	size_t line, col; /* where the field begins; of the row when there is no text */
};

/* Read from a file ("-": standard input), or from a copy of a text; `name` is for messages.
 * 0 or -errno with `err`; the caller closes. */
int csv__open(const char *path, struct csv **out, struct err *err);
void csv__of_text(const char *name, const char *text, size_t len, struct csv **out);
void csv__close(struct csv *c); /* NULL is fine */
CLEANUP_POINTER(struct csv, csv__close)

/* Read the first row and find the `n` columns in it; `columns` must outlive the reader,
 * fewer than CSV_MAX_COLUMNS. -EINVAL when one is missing, named
 * twice or unknown, or when the file is empty. */
int csv__header(struct csv *c, const struct csv_column *columns, size_t n, struct err *err);
/* The next row: field i is that of columns[i], valid until the next call. 1: a row, 0: the end,
 * or -errno (-EINVAL: malformed text, or a row longer than CSV_MAX_ROW) with `err`. */
int csv__row(struct csv *c, struct csv_field *fields, struct err *err);

/* Was the last row of the file one without a line end? It may be cut within its last number. *name:
 * the file for messages, until it is closed. */
bool csv__is_unended(const struct csv *c, const char **name);

/* "NAME:LINE:COLUMN: message" about a field; returns -EINVAL. */
int csv__fail(const struct csv *c, const struct csv_field *f, struct err *err, const char *fmt, ...)
	__printf(4, 5);
/* A field as a finite number (sign, decimals and exponent; C locale; no hexadecimal, no blanks)
 * or as a whole number >= 0. `what` names the value in messages. -EINVAL with `err`. */
int csv__double(const struct csv *c, const struct csv_field *f, const char *what, double *out,
		struct err *err);
int csv__u64(const struct csv *c, const struct csv_field *f, const char *what, uint64_t *out,
	     struct err *err);

/* Write a field, quoted where RFC 4180 asks for it. */
void csv__put_text(const char *s, FILE *out);
/* Write a number so that reading it back gives the same double; "nan" for NAN. */
void csv__put_number(double v, FILE *out);

/* A record being written, field by field. */
struct csv_record {
	FILE *out;
	bool begun; /* it has a field */
};

void csv_record__text(struct csv_record *r, const char *s);
/* NAN and infinities, which mean "does not apply", leave the field empty. */
void csv_record__number(struct csv_record *r, double v);
void csv_record__u64(struct csv_record *r, uint64_t v);
void csv_record__end(struct csv_record *r);

#endif

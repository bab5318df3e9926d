/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * csv.h - a strict and fast CSV reader (RFC 4180), and a writer.
 *
 * The first row names the columns. The reader returns one row at a time, with the fields in the
 * order the caller asked for, whatever their order in the file. Nothing is guessed: a row with the
 * wrong number of fields, an unknown column or a stray quote is an error that names file, line and
 * column (in bytes; both count from 1). Blank lines and a byte order mark are skipped; lines end in
 * LF or CR LF. A quoted field may contain line ends.
 */
#ifndef KDUEL_CSV_H
#define KDUEL_CSV_H

#include "lib/err.h"

#define CSV_MAX_COLUMNS 32
#define CSV_MAX_ROW (1u << 20) /* bytes; a longer row must have an unclosed quote */

struct csv;

struct csv_column {
	const char *name;
	bool optional;
};

struct csv_field {
	char *text; /* NUL-terminated; NULL: the file lacks this optional column */
	size_t len;
	size_t line, col; /* where the field begins; that of the row if text is NULL */
};

/* Open a file ("-": standard input). 0, or -errno with `err`. The caller closes *out. */
int csv__open(const char *path, struct csv **out, struct err *err);
/* Read from a copy of `text` instead; `name` is used in messages. */
void csv__of_text(const char *name, const char *text, size_t len, struct csv **out);
void csv__close(struct csv *c); /* NULL is fine */
CLEANUP_POINTER(struct csv, csv__close)

/* Read the first row and find the `n` < CSV_MAX_COLUMNS columns in it; `columns` must outlive the
 * reader. -EINVAL when a required column is missing, when one is unknown or named twice, or when
 * the file is empty. */
int csv__header(struct csv *c, const struct csv_column *columns, size_t n, struct err *err);
/* The next row: fields[i] belongs to columns[i] and is valid until the next call. 1 for a row, 0 at
 * the end, or -errno with `err` (-EINVAL: malformed text, or a row longer than CSV_MAX_ROW). */
int csv__row(struct csv *c, struct csv_field *fields, struct err *err);

/* Did the last row lack a line end? The file may then have been cut off in the middle of its last
 * number. *name is the file name for messages, valid until csv__close(). */
bool csv__is_unended(const struct csv *c, const char **name);

/* Put "NAME:LINE:COLUMN: message" about a field into `err`; returns -EINVAL. */
int csv__fail(const struct csv *c, const struct csv_field *f, struct err *err, const char *fmt, ...)
	__printf(4, 5);
/* Parse a field as a finite number (sign, decimals and exponent; C locale; no hexadecimal, no
 * blanks) or as an unsigned integer. `what` names the value in messages. -EINVAL with `err`. */
int csv__double(const struct csv *c, const struct csv_field *f, const char *what, double *out,
		struct err *err);
int csv__u64(const struct csv *c, const struct csv_field *f, const char *what, uint64_t *out,
	     struct err *err);

/* Write a field, quoted where RFC 4180 requires it. */
void csv__put_text(const char *s, FILE *out);
/* Write a number with enough digits to read back the same double; "nan" for NAN. */
void csv__put_number(double v, FILE *out);

/* A record being written, field by field. */
struct csv_record {
	FILE *out;
	bool begun; /* a field has been written */
};

/* Write the next field, after a comma if there is one before it. */
void csv_record__text(struct csv_record *r, const char *s);
/* NAN and infinities mean "does not apply" and leave the field empty. */
void csv_record__number(struct csv_record *r, double v);
void csv_record__u64(struct csv_record *r, uint64_t v);
/* End the line; the next field begins a new record. */
void csv_record__end(struct csv_record *r);

#endif

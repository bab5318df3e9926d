/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * columns.h - one table of columns per record, from which both its CSV and its JSON are written, so
 * that names and order cannot differ between header, rows and objects.
 *
 * A record is an array of pointers to structs, for instance a boot and the variant it booted. A
 * column takes one field of one of them:
 *
 *     enum { VARIANT, BOOT };
 *     static const struct column columns[] = {
 *             COLUMN("variant", VARIANT, struct campaign_variant, name),
 *             COLUMN_TEXT_BY("status", BOOT, struct campaign_boot, status, column__boot_status),
 *             { 0 },
 *     };
 *     const void *const record[] = { [VARIANT] = variant, [BOOT] = boot };
 */
#ifndef KDUEL_RENDER_COLUMNS_H
#define KDUEL_RENDER_COLUMNS_H

#include "lib/base.h"
#include "lib/each.h"

#include <jansson.h>

enum column_kind {
	COLUMN_TEXT, /* char *, never NULL */
	COLUMN_ARRAY, /* char [] */
	COLUMN_BOOL, /* CSV: 0 or 1 */
	COLUMN_INDEX, /* int; negative: does not apply */
	COLUMN_UINT, /* unsigned int */
	COLUMN_ULONG, /* size_t, uint64_t */
	COLUMN_DOUBLE, /* not finite: does not apply */
	COLUMN_WHOLE, /* double that holds a whole number */
	COLUMN_TEXT_OF, /* what text() returns for the field */
	COLUMN_DOUBLE_OF, /* what number() returns for it */
};

enum column_format {
	COLUMN_CSV = 1,
	COLUMN_JSON = 2,
};

struct column {
	const char *name; /* of the CSV column and the JSON key; NULL ends a table */
	enum column_kind kind;
	unsigned int part; /* which struct of the record */
	size_t offset; /* of the field in it */
	enum column_format only; /* 0: both */
	unsigned int plus; /* added to an unsigned int: counts from 1 what is stored from 0 */
	bool quoted; /* JSON: an integer as text, since 64 bits are more than a number carries there */
	const char *(*text)(const void *field);
	double (*number)(const void *field);
};

// clang-format off
#define COLUMN_KIND_OF(field) \
	_Generic((field),                  \
		char *: COLUMN_TEXT,       \
		const char *: COLUMN_TEXT, \
		bool: COLUMN_BOOL,         \
		int: COLUMN_INDEX,         \
		unsigned int: COLUMN_UINT, \
		size_t: COLUMN_ULONG,      \
		double: COLUMN_DOUBLE)
// clang-format on

/* A field whose type gives the kind. What follows is optional: designated initialisers. */
#define COLUMN(name_, part_, type, field, ...)                                            \
	ROW(.name = (name_), .part = (part_), .kind = COLUMN_KIND_OF(((type *)1)->field), \
	    .offset = offsetof(type, field), ##__VA_ARGS__)
/* Fields whose columns have their names, in a row. */
#define COLUMNS(part, type, ...) FOR_EACH(COLUMN_OF, (part, type), __VA_ARGS__)
#define COLUMN_OF(part_and_type, field) COLUMN_OF_(UNPAREN part_and_type, field)
#define COLUMN_OF_(...) COLUMN_OF__(__VA_ARGS__)
#define COLUMN_OF__(part, type, field) COLUMN(#field, part, type, field)
/* A field of a kind that its type does not give: ARRAY (else read as a pointer), WHOLE. */
#define COLUMN_AS(kind_, name_, part_, type, field, ...)              \
	ROW(.name = (name_), .part = (part_), .kind = COLUMN_##kind_, \
	    .offset = offsetof(type, field), ##__VA_ARGS__)

/* What a function makes of a field, or of a whole struct: a text, or a number. */
#define COLUMN_TEXT_BY(name_, part_, type, field, function, ...)      \
	ROW(.name = (name_), .part = (part_), .kind = COLUMN_TEXT_OF, \
	    .offset = offsetof(type, field), .text = (function), ##__VA_ARGS__)
#define COLUMN_NUMBER_BY(name_, part_, function, ...)                                         \
	ROW(.name = (name_), .part = (part_), .kind = COLUMN_DOUBLE_OF, .number = (function), \
	    ##__VA_ARGS__)

/* Functions for enumerations that many records have. */
const char *column__basis(const void *basis); /* enum metric_basis */
const char *column__better(const void *better); /* enum metric_better */
const char *column__boot_status(const void *status); /* enum boot_status */

/* The header line, and one line for a record; what does not apply is empty. */
void columns__csv_header(const struct column *columns, FILE *out);
void columns__csv(const struct column *columns, const void *const *record, FILE *out);
/* A record as an object, in which null is what does not apply; the caller owns the reference. */
json_t *columns__json(const struct column *columns, const void *const *record);

#endif

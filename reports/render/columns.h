/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * columns.h - one table describes the columns of a record, and both CSV and JSON are written from
 * it, so that names and order agree between header, rows and objects.
 *
 * A record is an array of pointers to structs, for instance a variant and a boot of it. A column
 * takes one field of one of them:
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
	COLUMN_INDEX, /* int; negative: not applicable */
	COLUMN_UINT, /* unsigned int */
	COLUMN_ULONG, /* size_t, uint64_t */
	COLUMN_DOUBLE, /* not finite: not applicable */
	COLUMN_WHOLE, /* double that holds an integer */
	COLUMN_TEXT_OF, /* text returned by text() for the field */
	COLUMN_DOUBLE_OF, /* number returned by number() for the field */
};

enum column_format {
	COLUMN_CSV = 1,
	COLUMN_JSON = 2,
};

struct column {
	const char *name; /* CSV column and JSON key; NULL ends a table */
	enum column_kind kind;
	unsigned int part; /* index of the struct in the record */
	size_t offset; /* of the field in it */
	enum column_format only; /* 0: both */
	unsigned int plus; /* COLUMN_UINT: added to the value, 1 for counting from 1 */
	bool quoted; /* JSON: write an integer as a string, if it may need more than 53 bits */
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

/* A column for a field; the kind follows from its type. Optional arguments are designated
 * initialisers of struct column. */
#define COLUMN(name_, part_, type, field, ...)                                            \
	ROW(.name = (name_), .part = (part_), .kind = COLUMN_KIND_OF(((type *)1)->field), \
	    .offset = offsetof(type, field), ##__VA_ARGS__)
/* Columns for several fields, each named like its field. */
#define COLUMNS(part, type, ...) FOR_EACH(COLUMN_OF, (part, type), __VA_ARGS__)
#define COLUMN_OF(part_and_type, field) COLUMN_OF_(UNPAREN part_and_type, field)
#define COLUMN_OF_(...) COLUMN_OF__(__VA_ARGS__)
#define COLUMN_OF__(part, type, field) COLUMN(#field, part, type, field)
/* A field whose kind does not follow from its type: ARRAY (would be read as a pointer), WHOLE. */
#define COLUMN_AS(kind_, name_, part_, type, field, ...)              \
	ROW(.name = (name_), .part = (part_), .kind = COLUMN_##kind_, \
	    .offset = offsetof(type, field), ##__VA_ARGS__)

/* A text or number that a function computes from a field, or from a whole struct. */
#define COLUMN_TEXT_BY(name_, part_, type, field, function, ...)      \
	ROW(.name = (name_), .part = (part_), .kind = COLUMN_TEXT_OF, \
	    .offset = offsetof(type, field), .text = (function), ##__VA_ARGS__)
#define COLUMN_NUMBER_BY(name_, part_, function, ...)                                         \
	ROW(.name = (name_), .part = (part_), .kind = COLUMN_DOUBLE_OF, .number = (function), \
	    ##__VA_ARGS__)

/* Functions for COLUMN_TEXT_BY() with common enumerations. */
const char *column__basis(const void *basis); /* enum metric_basis */
const char *column__better(const void *better); /* enum metric_better */
const char *column__boot_status(const void *status); /* enum boot_status */

/* Write the header line, or the line of a record; values that do not apply are empty. */
void columns__csv_header(const struct column *columns, FILE *out);
void columns__csv(const struct column *columns, const void *const *record, FILE *out);
/* A record as a JSON object; values that do not apply are null. The caller owns the reference. */
json_t *columns__json(const struct column *columns, const void *const *record);

#endif

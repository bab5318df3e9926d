/* SPDX-License-Identifier: GPL-2.0-only */
/* fields.h - which members each type of message has, for runner/wire/decode.c and runner/wire/encode.c. */
#ifndef KDUEL_WIRE_FIELDS_H
#define KDUEL_WIRE_FIELDS_H

#include "runner/wire/wire.h"

enum wire_field_kind {
	F_INT, /* int */
	F_UINT, /* unsigned int */
	F_U64, /* uint64_t below 2^63: what JSON libraries agree on */
	F_HEX, /* uint64_t as a string of hex digits: all 64 bits */
	F_REAL,
	F_BOOL,
	F_NAME, /* [A-Za-z0-9_./-]+ */
	F_METRIC, /* a name, or one with blank, colon or comma */
	F_TEXT,
	F_STATUS,
	F_KIND,
	F_PARAMS,
	F_NAMES,
};

struct wire_field {
	const char *key;
	enum wire_field_kind kind;
	size_t off; /* of the member in struct wire_msg */
	int64_t min, max; /* of integers; max of text: bytes */
	bool optional; /* an integer that is left out when it is 0 */
};

/* The members of a type besides "t", in order, terminated by .key == NULL. */
extern const struct wire_field *const wire_fields[WIRE_TYPE_MAX];
extern const char *const wire_type_names[WIRE_TYPE_MAX];
extern const char *const wire_status_names[WIRE_STATUS_MAX];
extern const char *const wire_kind_names[2];

#endif

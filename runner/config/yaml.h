/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * yaml.h - YAML with positions: all mistakes in a file are reported in one go,
 * each as "FILE:LINE:COL: what is wrong, what to do".
 *
 * A thin layer over libyaml's document API. A mapping is read through a table of
 * fields; unknown, duplicate and missing keys and values of a wrong type are
 * noted, and reading goes on.
 */
#ifndef KDUEL_CONFIG_YAML_H
#define KDUEL_CONFIG_YAML_H

#include "lib/each.h"
#include "lib/param.h"
#include "lib/strvec.h"

#include <yaml.h>

#define YAML_FILE_MAX (1u << 20) /* bytes */
#define YAML_DEPTH_MAX 32
#define YAML_ANCHORS_MAX 1000
#define YAML_LIST_MAX 1000 /* entries of one list or mapping */
#define YAML_NOTES_MAX 100 /* mistakes that are reported; the rest are dropped */

struct yaml_note {
	int line, col;
	size_t order; /* in which notes were made, to sort those at the same position */
	char *text;
};

struct yaml {
	const char *path; /* for messages; not owned */
	yaml_document_t doc;
	bool loaded;
	struct yaml_note *notes;
	size_t n_notes;
};

enum field_kind {
	FIELD_UINT, /* unsigned int */
	FIELD_U64, /* uint64_t */
	FIELD_SIZE, /* uint64_t, bytes */
	FIELD_DURATION, /* uint64_t, nanoseconds */
	FIELD_NUMBER, /* double */
	FIELD_BOOL, /* bool */
	FIELD_ENUM, /* unsigned int: index in `choices` */
	FIELD_TEXT, /* char *, owned by the struct; one line */
	FIELD_NAME, /* like FIELD_TEXT, but 1 to 64 of [A-Za-z0-9._+-]; for file names and tables */
	FIELD_LIST, /* struct strvec of one-line texts; may be empty */
	FIELD_NODE, /* yaml_node_t *, for the caller to read */
};

/* One key of a mapping and where to store its value; tables end with .name == NULL. */
struct yaml_field {
	const char *name;
	enum field_kind kind;
	size_t offset; /* in the struct that yaml__read() fills */
	double min, max; /* inclusive, for UINT, U64, SIZE, DURATION, NUMBER; both 0: no bounds */
	const char *choices; /* for FIELD_ENUM: "a|b|c" */
	bool required;
};

/* One entry of a table: FIELD("boots", UINT, struct plan, boots, .min = 1, .max = 1000). */
#define FIELD(key, kind_, type, member, ...) \
	ROW(.name = key, .kind = FIELD_##kind_, .offset = offsetof(type, member), ##__VA_ARGS__)

/* Entries for optional keys of the same kind that have the same names as the struct's members. */
#define FIELDS(kind, type, ...) FOR_EACH(FIELD_OF, (kind, type), __VA_ARGS__)
#define FIELD_OF(kind_and_type, member) FIELD_OF_(UNPAREN kind_and_type, member)
#define FIELD_OF_(...) FIELD_OF__(__VA_ARGS__)
#define FIELD_OF__(kind, type, member) FIELD(#member, kind, type, member)

/* Load `text`, which must be a single document. Syntax errors become notes. The caller releases `y`
 * in any case. Returns the root node, or NULL with a note. */
yaml_node_t *yaml__load(struct yaml *y, const char *path, const char *text, size_t len);
/* Move the notes, sorted by position, to `msgs`. Returns how many there are. */
size_t yaml__report(struct yaml *y, struct strvec *msgs);
/* Free the document and any notes that were not reported. */
void yaml__release(struct yaml *y);

/* Note a mistake at the position of a node (NULL: the beginning of the file). */
void yaml__note(struct yaml *y, const yaml_node_t *at, const char *fmt, ...) __printf(3, 4);
/* Note "unknown WHAT 'WORD'WHERE" and suggest the closest candidate, or list all if none is close.
 * WHERE is "" or begins with a blank. */
void yaml__unknown(struct yaml *y, const yaml_node_t *at, const char *what, const char *word,
		   const char *where, const struct strvec *candidates);
/* Is the text valid for a FIELD_NAME? */
bool yaml__is_name(const char *s);
/* The position of a node, counted from 1. */
int yaml__line(const yaml_node_t *n);
int yaml__col(const yaml_node_t *n);

/* Strings and nodes returned by these functions belong to the document. */

/* The text of a scalar: one line. NULL with a note ("'NAME' must be WHAT, found a list"). */
const char *yaml__scalar(struct yaml *y, const yaml_node_t *n, const char *name, const char *what);
/* Like yaml__scalar(), for a value that may have newlines and tabs. */
const char *yaml__lines(struct yaml *y, const yaml_node_t *n, const char *name, const char *what);
/* Append the texts of a list of scalars. */
void yaml__list(struct yaml *y, const yaml_node_t *n, const char *name, struct strvec *out);
/* The number of entries of a list; 0 with a note if it is not a list, or too long. */
size_t yaml__count(struct yaml *y, const yaml_node_t *n, const char *name);
/* False for anything but a list. */
bool yaml__is_empty_list(const yaml_node_t *n);
/* Entry `i` of a list, less than yaml__count(). */
yaml_node_t *yaml__item(struct yaml *y, const yaml_node_t *n, size_t i);
/* The number of pairs of a mapping; 0 with a note if it is not a mapping, or too long. Duplicate keys
 * are noted. */
size_t yaml__pairs(struct yaml *y, const yaml_node_t *n, const char *name);
/* Pair `i` of a mapping: sets *key and *value, and returns the text of the key (NULL if it is not a
 * scalar, which yaml__pairs() notes). */
const char *yaml__pair(struct yaml *y, const yaml_node_t *n, size_t i, yaml_node_t **key,
		       yaml_node_t **value);
/* Does a mapping have this key, with any value? */
bool yaml__has_key(struct yaml *y, const yaml_node_t *n, const char *name);
/* The field of that name in a table; NULL if there is none. */
const struct yaml_field *yaml_field__find(const struct yaml_field *fields, const char *name);
/* Read a mapping into the struct at `base`, which has the defaults, by a table of fields. `what` names
 * the mapping in messages ("a variant"). Mistakes become notes. */
void yaml__read(struct yaml *y, const yaml_node_t *n, const char *what,
		const struct yaml_field *fields, void *base);
/* Read a node as the value of `field` into the struct at `base`. 0, or -EINVAL with a note. */
int yaml__read_value(struct yaml *y, yaml_node_t *n, const struct yaml_field *field, void *base);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * yaml.h - YAML with positions: every mistake in a file is reported in one go,
 * each as "FILE:LINE:COL: what, what to do".
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
#define YAML_NOTES_MAX 100 /* mistakes that are reported; a file with more is no plan or table */

struct yaml_note {
	int line, col;
	size_t order; /* in which they were found, for those of one place */
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
	FIELD_NAME, /* the same, fit for file names and tables: [A-Za-z0-9._+-], 1 to 64 */
	FIELD_LIST, /* struct strvec of one-line texts; an empty list is fine */
	FIELD_NODE, /* yaml_node_t *, for the caller to read */
};

/* One key of a mapping and where its value goes; tables end with .name == NULL. */
struct yaml_field {
	const char *name;
	enum field_kind kind;
	size_t offset; /* in the struct that yaml__read() fills */
	double min, max; /* inclusive, of UINT, U64, SIZE, DURATION, NUMBER; both 0: unbounded */
	const char *choices; /* of FIELD_ENUM: "a|b|c" */
	bool required;
};

/* One line of a table: FIELD("boots", UINT, struct plan, boots, .min = 1, .max = 1000). */
#define FIELD(key, kind_, type, member, ...) \
	ROW(.name = key, .kind = FIELD_##kind_, .offset = offsetof(type, member), ##__VA_ARGS__)

/* Lines of optional keys that are members of their names, of one kind. */
#define FIELDS(kind, type, ...) FOR_EACH(FIELD_OF, (kind, type), __VA_ARGS__)
#define FIELD_OF(kind_and_type, member) FIELD_OF_(UNPAREN kind_and_type, member)
#define FIELD_OF_(...) FIELD_OF__(__VA_ARGS__)
#define FIELD_OF__(kind, type, member) FIELD(#member, kind, type, member)

/* Load the only document of `text`. Syntax errors become notes. `y` is to be released in
 * any case. Returns the root node, or NULL (with a note) when there is none. */
yaml_node_t *yaml__load(struct yaml *y, const char *path, const char *text, size_t len);
/* Move the notes, in the order of the file, to `msgs`; returns how many. */
size_t yaml__report(struct yaml *y, struct strvec *msgs);
void yaml__release(struct yaml *y);

/* Note a mistake at a node's place (NULL: the beginning of the file). */
void yaml__note(struct yaml *y, const yaml_node_t *at, const char *fmt, ...) __printf(3, 4);
/* "unknown WHAT 'WORD'WHERE" with the nearest candidate, or with all when none is near.
 * WHERE is "" or begins with a blank. */
void yaml__unknown(struct yaml *y, const yaml_node_t *at, const char *what, const char *word,
		   const char *where, const struct strvec *candidates);
/* Is this text a FIELD_NAME? */
bool yaml__is_name(const char *s);
/* 1-based place of a node. */
int yaml__line(const yaml_node_t *n);
int yaml__col(const yaml_node_t *n);

/* Text of a scalar; NULL with a note ("'NAME' must be WHAT, found a list") when it is none. */
const char *yaml__scalar(struct yaml *y, const yaml_node_t *n, const char *name, const char *what);
/* The same for a value that may have several lines, and tabs. */
const char *yaml__lines(struct yaml *y, const yaml_node_t *n, const char *name, const char *what);
/* Append the texts of a list of scalars. */
void yaml__list(struct yaml *y, const yaml_node_t *n, const char *name, struct strvec *out);
/* Entries of a list, 0 with a note when it is none or too long. */
size_t yaml__count(struct yaml *y, const yaml_node_t *n, const char *name);
bool yaml__is_empty_list(const yaml_node_t *n);
yaml_node_t *yaml__item(struct yaml *y, const yaml_node_t *n, size_t i);
/* Pairs of a mapping, 0 with a note when it is none or too long. Duplicate keys are noted. */
size_t yaml__pairs(struct yaml *y, const yaml_node_t *n, const char *name);
/* Key (NULL when it is no scalar; noted by yaml__pairs()) and value of pair `i`. */
const char *yaml__pair(struct yaml *y, const yaml_node_t *n, size_t i, yaml_node_t **key,
		       yaml_node_t **value);
/* Does a mapping have this key, with whatever value? */
bool yaml__has_key(struct yaml *y, const yaml_node_t *n, const char *name);
/* The field of that name in a table; NULL if there is none. */
const struct yaml_field *yaml_field__find(const struct yaml_field *fields, const char *name);
/* Read a mapping through a table into the struct at `base`, which holds the defaults.
 * `what` names it in messages ("a variant"). */
void yaml__read(struct yaml *y, const yaml_node_t *n, const char *what,
		const struct yaml_field *fields, void *base);
/* Read one scalar as if it were the value of `field`. 0 or -EINVAL with a note. */
int yaml__read_value(struct yaml *y, yaml_node_t *n, const struct yaml_field *field, void *base);

#endif

// SPDX-License-Identifier: GPL-2.0-only
/* yaml.c - load a document, note mistakes in it, and read scalars, lists and mappings by table. */
#include "runner/config/yaml.h"

#include "lib/units.h"

#include <limits.h>
#include <stdarg.h>

#define TEXT_MAX 4096
#define NAME_MAX_LEN 64

/* Add a note, unless the same one exists already; at most YAML_NOTES_MAX, and one that says so. */
static void note_at(struct yaml *y, int line, int col, const char *text)
{
	size_t n = y->n_notes;

	for (size_t i = 0; i < n; i++) {
		const struct yaml_note *o = &y->notes[i];

		/* A mistake in an anchored node is found again at each alias. */
		if (o->line == line && o->col == col && streq(o->text, text))
			return;
	}
	if (n > YAML_NOTES_MAX)
		return;
	if (n == YAML_NOTES_MAX)
		text = "too many mistakes, the rest is not shown";
	*APPEND(y->notes, y->n_notes) = (struct yaml_note){ line, col, n, xstrdup(text) };
}

void yaml__note(struct yaml *y, const yaml_node_t *at, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	note_at(y, at ? yaml__line(at) : 1, at ? yaml__col(at) : 1, text);
}

/* Format as many words as fit, followed by how many more there are. */
static void list_words(const struct strvec *words, char *out, size_t size)
{
	const size_t tail = sizeof(" and 18446744073709551615 more");
	size_t used = 0;

	for (size_t i = 0; i < words->n; i++) {
		if (used + strlen(words->v[i]) + tail + 2 > size) {
			snprintf(out + used, size - used, " and %zu more", words->n - i);
			return;
		}
		used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "",
					 words->v[i]);
	}
}

/* A near miss is usually a typo: then suggest that one word rather than list all of them. */
void yaml__unknown(struct yaml *y, const yaml_node_t *at, const char *what, const char *word,
		   const char *where, const struct strvec *candidates)
{
	const char *near = units__nearest(word, (const char *const *)candidates->v, candidates->n);
	char known[512] = "none";

	if (near) {
		yaml__note(y, at, "unknown %s '%.64s'%s, did you mean '%s'?", what, word, where,
			   near);
		return;
	}
	list_words(candidates, known, sizeof(known));
	yaml__note(y, at, "unknown %s '%.64s'%s; known: %s", what, word, where, known);
}

/* libyaml counts lines and columns from 0, editors from 1. */
int yaml__line(const yaml_node_t *n)
{
	return (int)n->start_mark.line + 1;
}

int yaml__col(const yaml_node_t *n)
{
	return (int)n->start_mark.column + 1;
}

/* libyaml can only fail here when out of memory, so abort() like xcalloc(). */
static void start_parser(yaml_parser_t *p, const char *text, size_t len)
{
	if (!yaml_parser_initialize(p))
		abort();
	yaml_parser_set_encoding(p, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(p, (const unsigned char *)text, len);
}

/* For invalid bytes libyaml gives an offset, but no line and column: compute them. */
static void note_bad_bytes(struct yaml *y, const yaml_parser_t *p, const char *text, size_t len)
{
	size_t at = p->problem_offset < len ? p->problem_offset : len, from = 0;
	int line = 1;

	for (size_t i = 0; i < at; i++) {
		if (text[i] != '\n')
			continue;
		line++;
		from = i + 1;
	}
	note_at(y, line, (int)(at - from) + 1, "not a text file: invalid UTF-8 or a control byte");
}

/* Note an error of libyaml, in its own words. */
static void note_problem(struct yaml *y, const yaml_parser_t *p, const char *text, size_t len)
{
	char msg[512];

	if (p->error == YAML_READER_ERROR) {
		note_bad_bytes(y, p, text, len);
		return;
	}
	snprintf(msg, sizeof(msg), "%s%s%s", p->problem ? p->problem : "cannot be parsed",
		 p->context ? " " : "", p->context ? p->context : "");
	note_at(y, (int)p->problem_mark.line + 1, (int)p->problem_mark.column + 1, msg);
}

/* Counts over the parser events so far. */
struct shape {
	int depth, docs, anchors;
};

/* Count an event. Returns what is wrong with the text, or NULL. */
static const char *shape_add(struct shape *s, const yaml_event_t *ev)
{
	const unsigned char *anchor = NULL;

	switch (ev->type) {
	case YAML_DOCUMENT_START_EVENT:
		s->docs++;
		break;
	case YAML_SEQUENCE_START_EVENT:
		s->depth++;
		anchor = ev->data.sequence_start.anchor;
		break;
	case YAML_MAPPING_START_EVENT:
		s->depth++;
		anchor = ev->data.mapping_start.anchor;
		break;
	case YAML_SCALAR_EVENT:
		anchor = ev->data.scalar.anchor;
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		s->depth--;
		break;
	default:
		break;
	}
	s->anchors += anchor != NULL;
	return s->depth > YAML_DEPTH_MAX     ? "nested too deeply" :
	       s->docs > 1		     ? "a second document: one file holds one" :
	       s->anchors > YAML_ANCHORS_MAX ? "too many anchors" :
					       NULL;
}

/* Check the syntax and the limits before building a document: the time that libyaml needs for that is
 * quadratic in the number of anchors. */
static int scan(struct yaml *y, const char *text, size_t len)
{
	struct shape shape = { 0 };
	bool end = false;
	yaml_parser_t p;
	int ret = 0;

	start_parser(&p, text, len);
	while (!ret && !end) {
		const char *bad;
		yaml_event_t ev;

		if (!yaml_parser_parse(&p, &ev)) {
			note_problem(y, &p, text, len);
			ret = -EINVAL;
			break;
		}
		end = ev.type == YAML_STREAM_END_EVENT;
		bad = shape_add(&shape, &ev);
		if (bad) {
			note_at(y, (int)ev.start_mark.line + 1, (int)ev.start_mark.column + 1, bad);
			ret = -EINVAL;
		}
		yaml_event_delete(&ev);
	}
	yaml_parser_delete(&p);
	return ret;
}

/* scan() comes first, as it bounds the cost of building the document. */
yaml_node_t *yaml__load(struct yaml *y, const char *path, const char *text, size_t len)
{
	yaml_node_t *root = NULL;
	yaml_parser_t p;

	*y = (struct yaml){ .path = path };
	if (len > YAML_FILE_MAX) {
		yaml__note(y, NULL, "larger than %u bytes", YAML_FILE_MAX);
		return NULL;
	}
	if (scan(y, text, len))
		return NULL;
	start_parser(&p, text, len);
	if (yaml_parser_load(&p, &y->doc)) {
		y->loaded = true;
		root = yaml_document_get_root_node(&y->doc);
		if (!root)
			yaml__note(y, NULL, "the file is empty");
	} else {
		note_problem(y, &p, text, len);
	}
	yaml_parser_delete(&p);
	return root;
}

/* For qsort(): by line and column, then in the order in which the notes were made. */
static int by_place(const void *a, const void *b)
{
	const struct yaml_note *x = a, *z = b;

	if (x->line != z->line)
		return x->line < z->line ? -1 : 1;
	if (x->col != z->col)
		return x->col < z->col ? -1 : 1;
	return x->order < z->order ? -1 : 1;
}

size_t yaml__report(struct yaml *y, struct strvec *msgs)
{
	size_t n = y->n_notes;

	if (n)
		qsort(y->notes, n, sizeof(*y->notes), by_place);
	for (size_t i = 0; i < n; i++) {
		const struct yaml_note *o = &y->notes[i];

		strvec__pushf(msgs, "%s:%d:%d: %s", y->path, o->line, o->col, o->text);
		free(o->text);
	}
	y->n_notes = 0;
	return n;
}

void yaml__release(struct yaml *y)
{
	for (size_t i = 0; i < y->n_notes; i++)
		free(y->notes[i].text);
	free(y->notes);
	if (y->loaded)
		yaml_document_delete(&y->doc);
	*y = (struct yaml){ 0 };
}

/* The kind of a node, for messages. */
static const char *kind_of(const yaml_node_t *n)
{
	switch (n->type) {
	case YAML_SEQUENCE_NODE:
		return "a list";
	case YAML_MAPPING_NODE:
		return "a mapping";
	case YAML_SCALAR_NODE:
		return n->data.scalar.length ? "a single value" : "nothing";
	default:
		return "nothing";
	}
}

/* An empty plain scalar is null in YAML; a quoted "" is an empty string. */
static bool is_null(const yaml_node_t *n)
{
	return n->type == YAML_SCALAR_NODE && !n->data.scalar.length &&
	       n->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

/* Does the string have control characters other than those in `allowed`? */
static bool has_control(const char *s, size_t len, const char *allowed)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)s[i] < ' ' || s[i] == 0x7f) &&
		    (!s[i] || !strchr(allowed, s[i])))
			return true;
	return false;
}

/* The text of a scalar: at most TEXT_MAX bytes, without control characters (with `lines`, newlines and
 * tabs are allowed). NULL with a note. */
static const char *scalar_text(struct yaml *y, const yaml_node_t *n, const char *name,
			       const char *what, bool lines)
{
	const char *s;

	if (n->type != YAML_SCALAR_NODE || is_null(n)) {
		yaml__note(y, n, "'%.64s' must be %s, found %s", name, what, kind_of(n));
		return NULL;
	}
	s = (const char *)n->data.scalar.value;
	if (n->data.scalar.length > TEXT_MAX ||
	    has_control(s, n->data.scalar.length, lines ? "\n\t" : "")) {
		yaml__note(y, n,
			   "'%.64s' must be %s of at most %d bytes, without control characters",
			   name, lines ? "text" : "one line", TEXT_MAX);
		return NULL;
	}
	return s;
}

const char *yaml__scalar(struct yaml *y, const yaml_node_t *n, const char *name, const char *what)
{
	return scalar_text(y, n, name, what, false);
}

const char *yaml__lines(struct yaml *y, const yaml_node_t *n, const char *name, const char *what)
{
	return scalar_text(y, n, name, what, true);
}

size_t yaml__count(struct yaml *y, const yaml_node_t *n, const char *name)
{
	size_t count;

	if (n->type != YAML_SEQUENCE_NODE) {
		yaml__note(y, n, "'%s' must be a list, found %s", name, kind_of(n));
		return 0;
	}
	count = (size_t)(n->data.sequence.items.top - n->data.sequence.items.start);
	if (count <= YAML_LIST_MAX)
		return count;
	yaml__note(y, n, "'%s' has %zu entries, more than %d", name, count, YAML_LIST_MAX);
	return 0;
}

bool yaml__is_empty_list(const yaml_node_t *n)
{
	return n->type == YAML_SEQUENCE_NODE &&
	       n->data.sequence.items.top == n->data.sequence.items.start;
}

yaml_node_t *yaml__item(struct yaml *y, const yaml_node_t *n, size_t i)
{
	return yaml_document_get_node(&y->doc, n->data.sequence.items.start[i]);
}

void yaml__list(struct yaml *y, const yaml_node_t *n, const char *name, struct strvec *out)
{
	size_t count = yaml__count(y, n, name);

	for (size_t i = 0; i < count; i++) {
		const char *s = yaml__scalar(y, yaml__item(y, n, i), name, "a list of texts");

		if (s)
			strvec__push(out, s);
	}
}

const char *yaml__pair(struct yaml *y, const yaml_node_t *n, size_t i, yaml_node_t **key,
		       yaml_node_t **value)
{
	const yaml_node_pair_t *p = &n->data.mapping.pairs.start[i];

	*key = yaml_document_get_node(&y->doc, p->key);
	*value = yaml_document_get_node(&y->doc, p->value);
	return (*key)->type == YAML_SCALAR_NODE ? (const char *)(*key)->data.scalar.value : NULL;
}

/* YAML forbids duplicate keys, but libyaml accepts them, and the last one would silently win. */
static void note_duplicates(struct yaml *y, const yaml_node_t *n, size_t count)
{
	yaml_node_t *key, *other, *value;

	for (size_t i = 0; i < count; i++) {
		const char *name = yaml__pair(y, n, i, &key, &value);

		if (!name) {
			yaml__note(y, key, "a key must be a single word");
			continue;
		}
		for (size_t j = 0; j < i; j++) {
			const char *before = yaml__pair(y, n, j, &other, &value);

			if (!before || !streq(before, name))
				continue;
			yaml__note(y, key, "'%.64s' is given twice, first on line %d", name,
				   yaml__line(other));
			break;
		}
	}
}

size_t yaml__pairs(struct yaml *y, const yaml_node_t *n, const char *name)
{
	size_t count;

	if (n->type != YAML_MAPPING_NODE) {
		yaml__note(y, n, "%s must be a mapping (key: value), found %s", name, kind_of(n));
		return 0;
	}
	count = (size_t)(n->data.mapping.pairs.top - n->data.mapping.pairs.start);
	if (count > YAML_LIST_MAX) {
		yaml__note(y, n, "%s has %zu keys, more than %d", name, count, YAML_LIST_MAX);
		return 0;
	}
	note_duplicates(y, n, count);
	return count;
}

/* Names are used as file names and in tables: no blanks, no slash, no leading dot or dash. */
bool yaml__is_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-");

	return n && !s[n] && n <= NAME_MAX_LEN && s[0] != '.' && s[0] != '-';
}

static const struct {
	enum param_type type;
	const char *what;
} scalar_kind[] = {
	[FIELD_UINT] = { PARAM_INT, "an unsigned integer" },
	[FIELD_U64] = { PARAM_INT, "an unsigned integer" },
	[FIELD_SIZE] = { PARAM_SIZE, "a size such as 64M" },
	[FIELD_DURATION] = { PARAM_DURATION, "a duration such as 500ms or 10s" },
	[FIELD_NUMBER] = { PARAM_NUMBER, "a number" },
	[FIELD_BOOL] = { PARAM_BOOL, "true or false" },
	[FIELD_ENUM] = { PARAM_ENUM, "one word" },
	[FIELD_TEXT] = { PARAM_TEXT, "text" },
	[FIELD_NAME] = { PARAM_TEXT, "a name" },
};

/* Store a checked value in the struct's member, whose type depends on the kind. */
static void store_value(const struct yaml_field *f, void *at, const char *text, uint64_t u,
			double d)
{
	switch (f->kind) {
	case FIELD_UINT:
	case FIELD_ENUM:
		*(unsigned int *)at = (unsigned int)u;
		break;
	case FIELD_U64:
	case FIELD_SIZE:
	case FIELD_DURATION:
		*(uint64_t *)at = u;
		break;
	case FIELD_NUMBER:
		*(double *)at = d;
		break;
	case FIELD_BOOL:
		*(bool *)at = u != 0;
		break;
	case FIELD_TEXT:
	case FIELD_NAME:
		free(*(char **)at);
		*(char **)at = xstrdup(text);
		break;
	case FIELD_LIST:
	case FIELD_NODE:
		break;
	}
}

/* Check a scalar with the same code as parameters of workloads, and store it. */
static int read_scalar(struct yaml *y, const yaml_node_t *n, const struct yaml_field *f, void *at)
{
	struct param p = { .name = f->name,
			   .type = scalar_kind[f->kind].type,
			   .min = f->min,
			   .max = f->max,
			   .choices = f->choices };
	const char *text = yaml__scalar(y, n, f->name, scalar_kind[f->kind].what);
	struct err err;
	uint64_t u;
	double d;

	if (!text)
		return -EINVAL;
	if (f->kind == FIELD_UINT && !p.max)
		p.max = UINT_MAX;
	if (f->kind == FIELD_NAME && !yaml__is_name(text)) {
		yaml__note(y, n,
			   "'%s' must be a name of at most %d letters, digits and ._+- "
			   "that starts with a letter or digit, not '%.80s'",
			   f->name, NAME_MAX_LEN, text);
		return -EINVAL;
	}
	if (param__check(&p, text, &u, &d, &err)) {
		yaml__note(y, n, "%s", err.msg);
		return -EINVAL;
	}
	store_value(f, at, text, u, d);
	return 0;
}

int yaml__read_value(struct yaml *y, yaml_node_t *n, const struct yaml_field *f, void *base)
{
	void *at = (char *)base + f->offset;

	if (f->kind == FIELD_NODE) {
		*(yaml_node_t **)at = n;
		return 0;
	}
	if (f->kind == FIELD_LIST) {
		strvec__release(at); /* drop the default */
		yaml__list(y, n, f->name, at);
		return 0;
	}
	return read_scalar(y, n, f, at);
}

const struct yaml_field *yaml_field__find(const struct yaml_field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (streq(fields->name, name))
			return fields;
	return NULL;
}

/* Note unknown keys: otherwise a typo in a key would silently leave the default in force. */
static void note_unknown(struct yaml *y, const yaml_node_t *key, const char *name, const char *what,
			 const struct yaml_field *fields)
{
	_free_ char *where = xasprintf(" in %s", what);
	_cleanup_(strvec__release) struct strvec known = { 0 };

	for (; fields->name; fields++)
		strvec__push(&known, fields->name);
	yaml__unknown(y, key, "key", name, where, &known);
}

/* A key with an empty value counts, too: the mistake is noted when the value is read. */
bool yaml__has_key(struct yaml *y, const yaml_node_t *n, const char *name)
{
	yaml_node_t *key, *value;
	size_t count = 0;

	if (n->type == YAML_MAPPING_NODE)
		count = (size_t)(n->data.mapping.pairs.top - n->data.mapping.pairs.start);
	for (size_t i = 0; i < count && i < YAML_LIST_MAX; i++) {
		const char *k = yaml__pair(y, n, i, &key, &value);

		if (k && streq(k, name))
			return true;
	}
	return false;
}

/* Missing keys are noted at the position of the mapping. */
void yaml__read(struct yaml *y, const yaml_node_t *n, const char *what,
		const struct yaml_field *fields, void *base)
{
	size_t count = yaml__pairs(y, n, what);
	yaml_node_t *key, *value;

	if (n->type != YAML_MAPPING_NODE)
		return;
	for (size_t i = 0; i < count; i++) {
		const char *name = yaml__pair(y, n, i, &key, &value);
		const struct yaml_field *f = name ? yaml_field__find(fields, name) : NULL;

		if (f)
			yaml__read_value(y, value, f, base);
		else if (name)
			note_unknown(y, key, name, what, fields);
	}
	for (; fields->name; fields++)
		if (fields->required && !yaml__has_key(y, n, fields->name))
			yaml__note(y, n, "%s lacks '%s'", what, fields->name);
}

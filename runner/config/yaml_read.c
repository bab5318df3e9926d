// SPDX-License-Identifier: GPL-2.0-only
/* Values out of a loaded document: scalars, lists, and mappings by table. */
#include "runner/config/yaml.h"

#include "lib/units.h"

#include <limits.h>

#define TEXT_MAX 4096
#define NAME_MAX_LEN 64

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

/* An empty plain scalar is YAML's null; "" in quotes is an empty text. */
static bool is_null(const yaml_node_t *n)
{
	return n->type == YAML_SCALAR_NODE && !n->data.scalar.length &&
	       n->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

/* `but`: control characters that may be there. */
static bool has_control(const char *s, size_t len, const char *but)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)s[i] < ' ' || s[i] == 0x7f) && (!s[i] || !strchr(but, s[i])))
			return true;
	return false;
}

static const char *scalar(struct yaml *y, const yaml_node_t *n, const char *name, const char *what,
			  bool lines)
{
	const char *s;

	if (n->type != YAML_SCALAR_NODE || is_null(n)) {
		yaml__note(y, n, "'%.64s' must be %s, found %s", name, what, kind_of(n));
		return NULL;
	}
	s = (const char *)n->data.scalar.value;
	if (n->data.scalar.length > TEXT_MAX ||
	    has_control(s, n->data.scalar.length, lines ? "\n\t" : "")) {
		yaml__note(y, n, "'%.64s' must be %s of at most %d bytes", name,
			   lines ? "text" : "one line", TEXT_MAX);
		return NULL;
	}
	return s;
}

const char *yaml__scalar(struct yaml *y, const yaml_node_t *n, const char *name, const char *what)
{
	return scalar(y, n, name, what, false);
}

const char *yaml__lines(struct yaml *y, const yaml_node_t *n, const char *name, const char *what)
{
	return scalar(y, n, name, what, true);
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
			yaml__note(y, key, "'%.64s' is there already, in line %d", name,
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

static bool is_name(const char *s)
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

static void store(const struct yaml_field *f, void *at, const char *text, uint64_t u, double d)
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
	if (f->kind == FIELD_NAME && !is_name(text)) {
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
	store(f, at, text, u, d);
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
		strvec__release(at); /* the file replaces the default */
		yaml__list(y, n, f->name, at);
		return 0;
	}
	return read_scalar(y, n, f, at);
}

static const struct yaml_field *find(const struct yaml_field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (streq(fields->name, name))
			return fields;
	return NULL;
}

static void note_unknown(struct yaml *y, const yaml_node_t *key, const char *name, const char *what,
			 const struct yaml_field *fields)
{
	_free_ char *where = xasprintf(" in %s", what);
	struct strvec known = { 0 };

	for (; fields->name; fields++)
		strvec__push(&known, fields->name);
	yaml__unknown(y, key, "key", name, where, &known);
	strvec__release(&known);
}

static bool has_key(struct yaml *y, const yaml_node_t *n, size_t count, const char *name)
{
	yaml_node_t *key, *value;

	for (size_t i = 0; i < count; i++) {
		const char *k = yaml__pair(y, n, i, &key, &value);

		if (k && streq(k, name))
			return true;
	}
	return false;
}

void yaml__read(struct yaml *y, const yaml_node_t *n, const char *what,
		const struct yaml_field *fields, void *base)
{
	size_t count = yaml__pairs(y, n, what);
	yaml_node_t *key, *value;

	if (n->type != YAML_MAPPING_NODE)
		return;
	for (size_t i = 0; i < count; i++) {
		const char *name = yaml__pair(y, n, i, &key, &value);
		const struct yaml_field *f = name ? find(fields, name) : NULL;

		if (f)
			yaml__read_value(y, value, f, base);
		else if (name)
			note_unknown(y, key, name, what, fields);
	}
	for (; fields->name; fields++)
		if (fields->required && !has_key(y, n, count, fields->name))
			yaml__note(y, n, "%s lacks '%s'", what, fields->name);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Loading a document, and notes about it. runner/config/yaml_read.c reads values. */
#include "runner/config/yaml.h"

#include "lib/units.h"

#include <stdarg.h>

static void note_at(struct yaml *y, int line, int col, const char *text)
{
	for (size_t i = 0; i < y->n_notes; i++) {
		const struct yaml_note *o = &y->notes[i];

		/* An alias shows one mistake as often as it is used. */
		if (o->line == line && o->col == col && streq(o->text, text))
			return;
	}
	if (y->n_notes > YAML_NOTES_MAX)
		return;
	if (y->n_notes == YAML_NOTES_MAX)
		text = "too many mistakes, the rest is not shown";
	y->notes = xrealloc(y->notes, y->n_notes + 1, sizeof(*y->notes));
	y->notes[y->n_notes] = (struct yaml_note){ line, col, y->n_notes, xstrdup(text) };
	y->n_notes++;
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

/* As many whole words as there is room for, and how many more there are. */
static void list(const struct strvec *words, char *out, size_t size)
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
	list(candidates, known, sizeof(known));
	yaml__note(y, at, "unknown %s '%.64s'%s; known: %s", what, word, where, known);
}

int yaml__line(const yaml_node_t *n)
{
	return (int)n->start_mark.line + 1;
}

int yaml__col(const yaml_node_t *n)
{
	return (int)n->start_mark.column + 1;
}

static void start(yaml_parser_t *p, const char *text, size_t len)
{
	if (!yaml_parser_initialize(p))
		abort();
	yaml_parser_set_encoding(p, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(p, (const unsigned char *)text, len);
}

/* libyaml gives a byte offset, and no mark, for bytes that are no text. */
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

struct shape {
	int depth, docs, anchors;
};

/* Add an event to the shape of the text. What is wrong with it by now, or NULL. */
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

/* Syntax and shape, before anything is built from the text: libyaml's time to build grows
 * with the square of the number of anchors. */
static int scan(struct yaml *y, const char *text, size_t len)
{
	struct shape shape = { 0 };
	bool end = false;
	yaml_parser_t p;
	int ret = 0;

	start(&p, text, len);
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
	start(&p, text, len);
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

// SPDX-License-Identifier: GPL-2.0-only
/*
 * aa.c - done on the YAML document, not on the loaded plan: what is stored is then a plan
 * that a person could have written, and every key there is, or will be, is kept.
 */
#include "runner/plan/aa.h"

#include "lib/fs.h"
#include "runner/config/yaml.h"

#define LABEL_MAX 62 /* of a name's 64 characters, less "-a" */

struct copier {
	yaml_document_t *from, *to;
	bool failed;
};

static int add_text(struct copier *c, const char *text, size_t len, yaml_scalar_style_t style)
{
	int id = yaml_document_add_scalar(c->to, NULL, (const yaml_char_t *)text, (int)len, style);

	c->failed |= !id;
	return id;
}

static int add_name(struct copier *c, const char *text)
{
	return add_text(c, text, strlen(text), YAML_PLAIN_SCALAR_STYLE);
}

static void add_pair(struct copier *c, int mapping, int key, int value)
{
	if (!c->failed && !yaml_document_append_mapping_pair(c->to, mapping, key, value))
		c->failed = true;
}

static bool is_key(const struct copier *c, const yaml_node_pair_t *pair, const char *name)
{
	const yaml_node_t *key = yaml_document_get_node(c->from, pair->key);

	return key->type == YAML_SCALAR_NODE && streq((const char *)key->data.scalar.value, name);
}

/* A deep copy, for that of an alias is written out; the depth is that of a plan that was read,
 * which is bounded. `name`, if not NULL, replaces the value of the key "name". */
static int copy(struct copier *c, int id, const char *name)
{
	const yaml_node_t *n = yaml_document_get_node(c->from, id);
	int out;

	if (n->type == YAML_SCALAR_NODE)
		return add_text(c, (const char *)n->data.scalar.value, n->data.scalar.length,
				n->data.scalar.style);
	if (n->type == YAML_SEQUENCE_NODE) {
		out = yaml_document_add_sequence(c->to, NULL, n->data.sequence.style);
		for (yaml_node_item_t *i = n->data.sequence.items.start;
		     out && i < n->data.sequence.items.top; i++)
			if (!yaml_document_append_sequence_item(c->to, out, copy(c, *i, NULL)))
				c->failed = true;
	} else {
		out = yaml_document_add_mapping(c->to, NULL, n->data.mapping.style);
		for (yaml_node_pair_t *p = n->data.mapping.pairs.start;
		     out && p < n->data.mapping.pairs.top; p++)
			add_pair(c, out, copy(c, p->key, NULL),
				 name && is_key(c, p, "name") ? add_name(c, name) :
								copy(c, p->value, NULL));
	}
	c->failed |= !out;
	return out;
}

/* What is about variants that are no longer there, or set anew. */
static bool is_dropped(const struct copier *c, const yaml_node_pair_t *pair)
{
	static const char *const keys[] = { "name",    "variants",  "baseline",
					    "compare", "factorial", "boots" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (is_key(c, pair, keys[i]))
			return true;
	return false;
}

static void add_variants(struct copier *c, int root, int variant, const char *name)
{
	int list = yaml_document_add_sequence(c->to, NULL, YAML_BLOCK_SEQUENCE_STYLE);
	_free_ char *a = xasprintf("%.*s-a", LABEL_MAX, name);
	_free_ char *b = xasprintf("%.*s-b", LABEL_MAX, name);

	if (!list || !yaml_document_append_sequence_item(c->to, list, copy(c, variant, a)) ||
	    !yaml_document_append_sequence_item(c->to, list, copy(c, variant, b)))
		c->failed = true;
	add_pair(c, root, add_name(c, "variants"), list);
	add_pair(c, root, add_name(c, "baseline"), add_name(c, a));
}

/* The new document. `plan` is the old one, loaded. */
static void build(struct copier *c, const struct plan *plan, unsigned int boots)
{
	yaml_node_t *old = yaml_document_get_root_node(c->from);
	int root = yaml_document_add_mapping(c->to, NULL, YAML_BLOCK_MAPPING_STYLE);
	_free_ char *count = xasprintf("%u", boots);
	_free_ char *name = xasprintf("%.*s-aa", LABEL_MAX - 1, plan->name);

	c->failed |= !root;
	add_pair(c, root, add_name(c, "name"), add_name(c, name));
	for (yaml_node_pair_t *p = old->data.mapping.pairs.start; p < old->data.mapping.pairs.top;
	     p++) {
		if (is_key(c, p, "variants")) {
			yaml_node_t *list = yaml_document_get_node(c->from, p->value);

			add_variants(c, root, list->data.sequence.items.start[plan->baseline],
				     plan->variants[plan->baseline].name);
		} else if (!is_dropped(c, p)) {
			add_pair(c, root, copy(c, p->key, NULL), copy(c, p->value, NULL));
		}
	}
	add_pair(c, root, add_name(c, "boots"), add_name(c, count));
}

static int write_memory(void *arg, unsigned char *data, size_t size)
{
	return fwrite(data, 1, size, arg) == size;
}

/* The text of a document, which is used up. The caller frees; NULL on failure. */
static char *format(yaml_document_t *doc)
{
	yaml_emitter_t e;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	bool good;

	if (!out || !yaml_emitter_initialize(&e))
		abort(); /* out of memory */
	yaml_emitter_set_output(&e, write_memory, out);
	yaml_emitter_set_unicode(&e, 1);
	good = yaml_emitter_open(&e) && yaml_emitter_dump(&e, doc) && yaml_emitter_close(&e);
	yaml_emitter_delete(&e);
	fclose(out);
	if (good)
		return text;
	free(text);
	return NULL;
}

/* The text of the new plan; NULL on failure. */
static char *transform(const struct plan *plan, unsigned int boots)
{
	struct yaml y;
	yaml_document_t doc;
	struct copier c = { .from = &y.doc, .to = &doc };
	char *text = NULL;

	if (yaml__load(&y, plan->path, plan->text, strlen(plan->text)) &&
	    yaml_document_initialize(&doc, NULL, NULL, NULL, 1, 1)) {
		build(&c, plan, boots);
		if (c.failed)
			yaml_document_delete(&doc);
		else
			text = format(&doc);
	}
	yaml__release(&y);
	return text;
}

static int of_plan(struct plan *old, unsigned int boots, struct plan **plan, struct plan_diag *diag)
{
	_free_ char *body = transform(old, boots);
	_free_ char *text = NULL;
	int ret;

	*plan = NULL;
	if (!body) {
		strvec__pushf(&diag->msgs, "%s: cannot be turned into an A/A plan", old->path);
		ret = -EINVAL;
	} else {
		text = xasprintf("# The baseline of a plan against itself, made by `kduel aa`.\n%s",
				 body);
		ret = plan__parse(old->path, text, strlen(text), plan, diag);
	}
	plan__free(old);
	return ret;
}

int plan_aa__parse(const char *path, const char *text, size_t len, unsigned int boots,
		   struct plan **plan, struct plan_diag *diag)
{
	struct plan *old;
	int ret = plan__parse(path, text, len, &old, diag);

	*plan = NULL;
	return ret ? ret : of_plan(old, boots, plan, diag);
}

int plan_aa__load(const char *path, unsigned int boots, struct plan **plan, struct plan_diag *diag)
{
	struct plan *old;
	int ret = plan__load(path, &old, diag);

	*plan = NULL;
	return ret ? ret : of_plan(old, boots, plan, diag);
}

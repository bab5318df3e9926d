// SPDX-License-Identifier: GPL-2.0-only
/*
 * aa.c - derive a plan from another: an A/A plan, or one step of a bisection.
 *
 * This edits the YAML document, not the loaded plan: the result is a plan that a person could have
 * written, and keys unknown to this file are kept.
 */
#include "runner/plan/aa.h"

#include "runner/config/yaml.h"
#include "runner/plan/read.h"

#define LABEL_MAX 62 /* a name has at most 64 characters; leave room for "-a" */

/* Copies nodes from one document into another. libyaml fails only when out of memory; `failed`
 * records that, so that callers need not check each node. */
struct copier {
	yaml_document_t *from, *to;
	bool failed;
};

/* Returns the id of the new node, 0 on failure (libyaml's ids start at 1). */
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

/* Deep-copy a node; aliases are expanded. The recursion is bounded because the parser bounds the
 * depth of a plan. `name`, if not NULL, replaces the value of the key "name". */
static int copy_node(struct copier *c, int id, const char *name)
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
			if (!yaml_document_append_sequence_item(c->to, out, copy_node(c, *i, NULL)))
				c->failed = true;
	} else {
		out = yaml_document_add_mapping(c->to, NULL, n->data.mapping.style);
		for (yaml_node_pair_t *p = n->data.mapping.pairs.start;
		     out && p < n->data.mapping.pairs.top; p++)
			add_pair(c, out, copy_node(c, p->key, NULL),
				 name && is_key(c, p, "name") ? add_name(c, name) :
								copy_node(c, p->value, NULL));
	}
	c->failed |= !out;
	return out;
}

/* Is this a key that the A/A plan sets itself, or one that names variants it does not have? */
static bool is_replaced(const struct copier *c, const yaml_node_pair_t *pair)
{
	static const char *const keys[] = { "name",    "variants",  "baseline",
					    "compare", "factorial", "boots" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (is_key(c, pair, keys[i]))
			return true;
	return false;
}

/* Add `variants`, with the node `variant` twice under new names, and `baseline`. On a target that
 * boots nothing, list it once: all sessions run on the same boot, so two labels would mean
 * nothing. */
static void add_variants(struct copier *c, int root, int variant, const char *name, bool booted)
{
	int list = yaml_document_add_sequence(c->to, NULL, YAML_BLOCK_SEQUENCE_STYLE);
	_free_ char *a = xasprintf("%.*s-a", LABEL_MAX, name);
	_free_ char *b = xasprintf("%.*s-b", LABEL_MAX, name);

	if (!list ||
	    !yaml_document_append_sequence_item(c->to, list,
						copy_node(c, variant, booted ? a : name)) ||
	    (booted && !yaml_document_append_sequence_item(c->to, list, copy_node(c, variant, b))))
		c->failed = true;
	add_pair(c, root, add_name(c, "variants"), list);
	add_pair(c, root, add_name(c, "baseline"), add_name(c, booted ? a : name));
}

/* How to make the new document; `plan` is the old one, as loaded. */
struct change {
	const struct plan *plan;
	unsigned int boots;
	const struct plan_step *step; /* NULL: A/A */
};

static void build_aa(struct copier *c, const struct plan *plan, unsigned int boots)
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

			add_variants(c, root,
				     list->data.sequence.items
					     .start[plan->baseline /
						    plan_target__sweep(&plan->target)],
				     plan->variants[plan->baseline].in_plan,
				     plan_target__runs(&plan->target) != RUNS_AS_IT_IS);
		} else if (!is_replaced(c, p)) {
			add_pair(c, root, copy_node(c, p->key, NULL), copy_node(c, p->value, NULL));
		}
	}
	add_pair(c, root, add_name(c, "boots"), add_name(c, count));
}

/* Copy a list, but only one of its items. */
static int copy_one(struct copier *c, const yaml_node_t *list, size_t item)
{
	int out = yaml_document_add_sequence(c->to, NULL, list->data.sequence.style);

	if (!out ||
	    !yaml_document_append_sequence_item(c->to, out,
						copy_node(c, list->data.sequence.items.start[item],
							  NULL)))
		c->failed = true;
	return out;
}

/* Keys that relate variants to each other are dropped if only one variant remains. */
static void build_step(struct copier *c, const struct plan *plan, const struct plan_step *step,
		       unsigned int boots)
{
	static const char *const pair_keys[] = { "baseline", "compare", "factorial", "design" };
	yaml_node_t *old = yaml_document_get_root_node(c->from);
	int root = yaml_document_add_mapping(c->to, NULL, YAML_BLOCK_MAPPING_STYLE);
	_free_ char *count = xasprintf("%u", boots);
	_free_ char *seed = xasprintf("%llu", (unsigned long long)step->seed);
	const bool one = step->variant != PLAN_STEP_BOTH;

	c->failed |= !root;
	for (yaml_node_pair_t *p = old->data.mapping.pairs.start; p < old->data.mapping.pairs.top;
	     p++) {
		bool drop = is_key(c, p, "boots") || is_key(c, p, "seed");

		for (size_t i = 0; one && i < ARRAY_SIZE(pair_keys); i++)
			drop = drop || is_key(c, p, pair_keys[i]);
		if (drop)
			continue;
		add_pair(c, root, copy_node(c, p->key, NULL),
			 one && is_key(c, p, "variants") ?
				 copy_one(c, yaml_document_get_node(c->from, p->value),
					  step->variant / plan_target__sweep(&plan->target)) :
				 copy_node(c, p->value, NULL));
	}
	add_pair(c, root, add_name(c, "boots"), add_name(c, count));
	add_pair(c, root, add_name(c, "seed"), add_name(c, seed));
}

static void build(struct copier *c, const struct change *change)
{
	if (change->step)
		build_step(c, change->plan, change->step, change->boots);
	else
		build_aa(c, change->plan, change->boots);
}

/* libyaml's output handler: non-zero is success. */
static int write_memory(void *arg, unsigned char *data, size_t size)
{
	return fwrite(data, 1, size, arg) == size;
}

/* Format a document, which is consumed. The caller frees; NULL on failure. */
static char *format(yaml_document_t *doc)
{
	yaml_emitter_t e;
	char *text = NULL;
	size_t len;
	FILE *out = xmemstream(&text, &len);
	bool good;

	if (!yaml_emitter_initialize(&e))
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

/* The text of the new plan; the caller frees. NULL on failure. */
static char *transform(const struct change *change)
{
	const struct plan *plan = change->plan;
	_cleanup_(yaml__release) struct yaml y = { 0 };
	yaml_document_t doc;
	/* Comments of the plan are lost: libyaml does not keep them. */
	struct copier c = { .from = &y.doc, .to = &doc };
	char *text = NULL;

	if (yaml__load(&y, plan->path, plan->text, strlen(plan->text)) &&
	    yaml_document_initialize(&doc, NULL, NULL, NULL, 1, 1)) {
		build(&c, change);
		if (c.failed)
			yaml_document_delete(&doc);
		else
			text = format(&doc);
	}
	return text;
}

/* Parse the new text, so that the plan passes the same checks as any other. */
static int make(struct plan *old, const struct change *change, const char *what, struct plan **plan,
		struct plan_diag *diag)
{
	_free_ char *body = transform(change);
	_free_ char *text = NULL;
	int ret;

	*plan = NULL;
	if (!body) {
		strvec__pushf(&diag->msgs, "%s: cannot be turned into %s", old->path, what);
		ret = -EINVAL;
	} else {
		text = xasprintf("# %s\n%s",
				 change->step ? "A step of a bisection, made by `kduel bisect`." :
						"The baseline of a plan against itself, made by "
						"`kduel aa`.",
				 body);
		ret = plan__parse(old->path, text, strlen(text), plan, diag);
	}
	plan__free(old);
	return ret;
}

int plan_aa__make(struct plan *old, unsigned int boots, struct plan **plan, struct plan_diag *diag)
{
	return make(old, &(struct change){ .plan = old, .boots = boots }, "an A/A plan", plan,
		    diag);
}

int plan_step__make(struct plan *old, const struct plan_step *step, struct plan **plan,
		    struct plan_diag *diag)
{
	return make(old, &(struct change){ .plan = old, .boots = step->boots, .step = step },
		    "a step of a bisection", plan, diag);
}

// SPDX-License-Identifier: GPL-2.0-only
/* annotate_load.c - loads the execution counts of a function on both sides of a row. */
#include "reports/profile/annotate_load.h"

#include "reports/store/read.h"

static bool is_same(const struct blocks_function *a, const struct blocks_function *b)
{
	return streq(a->name, b->name) && streq(a->module, b->module) && a->at == b->at &&
	       a->n == b->n;
}

/* The first boot determines the function: the one with the most executed instructions. */
static void take_first(struct annotate_side *s, struct blocks_function *list, size_t n)
{
	size_t best = 0;

	for (size_t i = 1; i < n; i++)
		if (list[i].total > list[best].total)
			best = i;
	for (size_t i = 0; i < n; i++)
		if (i != best)
			strvec__push(&s->others, list[i].name);
	s->f = list[best];
	list[best] = (struct blocks_function){ 0 };
}

/* Add the counts of a boot to those of its side. */
static int add_boot(struct store *st, int64_t boot, const char *name, const char *module,
		    struct annotate_side *s, bool *per_op, struct err *err)
{
	struct blocks_function *list = NULL;
	_free_ char *text = NULL;
	size_t n, len;
	int ret = store__text(st, boot, BLOCKS_TEXT, &text, &len, err);

	if (ret)
		return ret;
	ret = blocks__find(text, name, module, &list, &n, per_op, err);
	if (ret)
		return ret;
	s->boots++;
	if (n && !s->f.name) {
		take_first(s, list, n);
	} else {
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; is_same(&list[i], &s->f) && k < s->f.n; k++)
				s->f.runs[k] += list[i].runs[k];
	}
	blocks__free(list, n);
	return 0;
}

/* Load the same boots as explain__make(). */
static int load_side(struct store *st, const struct explain *e, const char *variant,
		     const char *name, const char *module, struct annotate_side *s, bool *per_op,
		     struct err *err)
{
	int v = campaign__variant(e->c, variant, err), ret = v < 0 ? v : 0;

	for (size_t i = 0; !ret && i < e->c->n_boots; i++) {
		const struct campaign_boot *b = &e->c->boots[i];

		if (b->variant != (size_t)v || b->status != BOOT_OK || b->repeat ||
		    !streq(b->workload, e->workload))
			continue;
		ret = add_boot(st, b->id, name, module, s, per_op, err);
		if (ret == -ENOENT)
			err__set(err, ret,
				 "boot %u of %s has no counts of instructions: an older kduel made "
				 "it (run the plan again), or its kernel is for x86_64, where "
				 "functions are counted, but not their instructions",
				 b->slot + 1, variant);
	}
	if (ret)
		return ret;
	s->variant = &e->c->variants[v];
	for (size_t k = 0; k < s->f.n; k++)
		s->f.runs[k] /= (double)s->boots;
	return 0;
}

int annotate__load(struct store *st, const struct explain *e, const char *function,
		   struct annotate *a, struct err *err)
{
	const char *bracket = strstr(function, " [");
	_free_ char *name = bracket ? xstrndup(function, (size_t)(bracket - function)) :
				      xstrdup(function);
	_free_ char *module = bracket ? xstrndup(bracket + 2, strcspn(bracket + 2, "]")) : NULL;
	const char *const variants[EXPLAIN_SIDES] = { e->baseline, e->candidate };
	int ret = 0;

	*a = (struct annotate){ .e = e };
	for (size_t i = 0; !ret && i < EXPLAIN_SIDES; i++)
		ret = load_side(st, e, variants[i], name, module, &a->side[i], &a->per_op, err);
	if (!ret && !a->side[EXPLAIN_BEFORE].f.name && !a->side[EXPLAIN_AFTER].f.name)
		ret = err__set(err, -ENOENT,
			       "no function %.100s ran on either side: kduel explain lists those "
			       "that did",
			       function);
	return ret;
}

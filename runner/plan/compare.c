// SPDX-License-Identifier: GPL-2.0-only
/* The parts `baseline` and `compare` of a plan: which variant is set against which. */
#include "runner/plan/parse.h"

#define MAX_TITLE 120

struct compare {
	char *title;
	yaml_node_t *candidate, *baseline;
};

static const struct yaml_field compare_fields[] = {
	FIELD("title", TEXT, struct compare, title),
	FIELD("candidate", NODE, struct compare, candidate, .required = true),
	FIELD("baseline", NODE, struct compare, baseline),
	{ 0 },
};

static void names(const struct plan *p, struct strvec *out)
{
	for (size_t i = 0; i < p->n_variants; i++)
		if (p->variants[i].name)
			strvec__push(out, p->variants[i].name);
}

int plan_variant__of(struct plan_ctx *ctx, yaml_node_t *n, const char *key, size_t *index)
{
	const char *text = yaml__scalar(&ctx->y, n, key, "the name of a variant");
	const struct plan *p = ctx->plan;
	struct strvec known = { 0 };

	if (!text)
		return -ENOENT;
	for (size_t i = 0; i < p->n_variants; i++) {
		if (p->variants[i].name && streq(p->variants[i].name, text)) {
			*index = i;
			return 0;
		}
	}
	names(p, &known);
	yaml__unknown(&ctx->y, n, "variant", text, "", &known);
	strvec__release(&known);
	return -ENOENT;
}

bool plan_title__check(struct plan_ctx *ctx, yaml_node_t *n, const char *title)
{
	if (!title || (*title && strlen(title) <= MAX_TITLE))
		return true;
	yaml__note(&ctx->y, n, "'title' must have 1 to %d bytes", MAX_TITLE);
	return false;
}

static void read_baseline(struct plan_ctx *ctx)
{
	struct strvec known = { 0 };

	if (ctx->at.baseline) {
		plan_variant__of(ctx, ctx->at.baseline, "baseline", &ctx->plan->baseline);
		return;
	}
	if (ctx->plan->n_variants < 2)
		return;
	names(ctx->plan, &known);
	yaml__note(&ctx->y, ctx->at.variants,
		   "no baseline: add 'baseline: NAME' to the plan, where "
		   "NAME is the variant to measure against ('%s'?)",
		   known.n ? known.v[known.n - 1] : "");
	strvec__release(&known);
}

static bool pair_exists(const struct plan *p, size_t candidate, size_t baseline)
{
	for (size_t i = 0; i < p->n_compares; i++)
		if (p->compares[i].candidate == candidate && p->compares[i].baseline == baseline)
			return true;
	return false;
}

static void add(struct plan *p, const char *title, size_t candidate, size_t baseline)
{
	const char *a = p->variants[candidate].name, *b = p->variants[baseline].name;

	p->compares = xrealloc(p->compares, p->n_compares + 1, sizeof(*p->compares));
	p->compares[p->n_compares++] = (struct plan_compare){
		.title = title ? xstrdup(title) : xasprintf("%s against %s", a, b),
		.candidate = candidate,
		.baseline = baseline,
	};
}

static void read_compare(struct plan_ctx *ctx, yaml_node_t *n)
{
	size_t candidate = 0, baseline = ctx->plan->baseline;
	struct compare c = { 0 };
	struct yaml *y = &ctx->y;

	yaml__read(y, n, "a comparison", compare_fields, &c);
	if (!plan_title__check(ctx, n, c.title) || !c.candidate ||
	    plan_variant__of(ctx, c.candidate, "candidate", &candidate) ||
	    (c.baseline && plan_variant__of(ctx, c.baseline, "baseline", &baseline)))
		; /* noted */
	else if (candidate == baseline)
		yaml__note(y, c.candidate, "variant '%s' is compared with itself",
			   ctx->plan->variants[candidate].name);
	else if (pair_exists(ctx->plan, candidate, baseline))
		yaml__note(y, n, "'%s' against '%s' is there already",
			   ctx->plan->variants[candidate].name, ctx->plan->variants[baseline].name);
	else
		add(ctx->plan, c.title, candidate, baseline);
	free(c.title);
}

void plan_compare__read(struct plan_ctx *ctx)
{
	struct plan *p = ctx->plan;
	size_t n;

	read_baseline(ctx);
	if (!ctx->at.compare) {
		for (size_t i = 0; i < p->n_variants; i++)
			if (i != p->baseline && p->variants[i].name)
				add(p, NULL, i, p->baseline);
		return;
	}
	n = yaml__count(&ctx->y, ctx->at.compare, "compare");
	if (yaml__is_empty_list(ctx->at.compare))
		yaml__note(&ctx->y, ctx->at.compare,
			   "'compare' is empty: leave it out to compare "
			   "every variant with the baseline");
	for (size_t i = 0; i < n && p->n_variants; i++)
		read_compare(ctx, yaml__item(&ctx->y, ctx->at.compare, i));
}

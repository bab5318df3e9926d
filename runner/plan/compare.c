// SPDX-License-Identifier: GPL-2.0-only
/*
 * compare.c - the parts `baseline`, `compare`, `factorial` and `margins` of a plan: which variants
 * are compared, and how large a difference must be to matter.
 */
#include "runner/plan/compare.h"

#include "lib/units.h"
#include "reports/stats/factorial.h"
#include "runner/plan/parse.h"

#define MAX_MARGIN_REL 10.0 /* 1000 % */

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

/* With several variants the plan must name the baseline: defaulting to the first would silently
 * decide the direction of every comparison. */
static void read_baseline(struct plan_ctx *ctx)
{
	const struct plan *p = ctx->plan;
	const char *last = "";

	if (ctx->at.baseline) {
		plan_variant__find(ctx, ctx->at.baseline, "baseline", &ctx->plan->baseline);
		return;
	}
	for (size_t i = 0; i < p->n_variants; i++)
		if (p->variants[i].name)
			last = p->variants[i].in_plan;
	if (p->n_variants > plan_target__sweep(&p->target))
		yaml__note(&ctx->y, ctx->at.variants,
			   "no baseline: add 'baseline: NAME' to the plan, where "
			   "NAME is the variant to measure against ('%s'?)",
			   last);
}

/* A duplicate comparison would count twice in the multiple-comparison correction of p-values. */
static bool pair_exists(const struct plan *p, size_t candidate, size_t baseline)
{
	for (size_t i = 0; i < p->n_compares; i++)
		if (p->compares[i].candidate == candidate && p->compares[i].baseline == baseline)
			return true;
	return false;
}

/* Add a comparison; in a memory sweep, one for each size. */
static void add_compare(struct plan *p, const char *title, size_t candidate, size_t baseline)
{
	for (size_t s = 0; s < plan_target__sweep(&p->target); s++) {
		const struct plan_variant *a = &p->variants[candidate + s];
		const struct plan_variant *b = &p->variants[baseline + s];
		struct campaign_compare *c = APPEND(p->compares, p->n_compares);

		*c = (struct campaign_compare){ .candidate = candidate + s,
						.baseline = baseline + s };
		c->title = !title ? xasprintf("%s against %s", a->name, b->name) :
			   p->target.n_sizes ?
				    xasprintf("%s, %s", title, a->name + strlen(a->in_plan) + 1) :
				    xstrdup(title);
	}
}

/* Read an item of `compare`; one with a mistake is noted and skipped. */
static void read_compare(struct plan_ctx *ctx, yaml_node_t *n)
{
	size_t candidate = 0, baseline = ctx->plan->baseline;
	struct compare c = { 0 };
	struct yaml *y = &ctx->y;

	yaml__read(y, n, "a comparison", compare_fields, &c);
	if (!plan_title__check(ctx, n, c.title) || !c.candidate ||
	    plan_variant__find(ctx, c.candidate, "candidate", &candidate) ||
	    (c.baseline && plan_variant__find(ctx, c.baseline, "baseline", &baseline)))
		; /* noted */
	else if (candidate == baseline)
		yaml__note(y, c.candidate, "variant '%s' is compared with itself",
			   ctx->plan->variants[candidate].name);
	else if (pair_exists(ctx->plan, candidate, baseline))
		yaml__note(y, n, "'%s' is already compared with '%s'",
			   ctx->plan->variants[candidate].name, ctx->plan->variants[baseline].name);
	else
		add_compare(ctx->plan, c.title, candidate, baseline);
	free(c.title);
}

/* Without `compare` every variant is compared with the baseline. */
void plan_compare__read(struct plan_ctx *ctx)
{
	struct plan *p = ctx->plan;
	size_t n;

	read_baseline(ctx);
	if (!ctx->at.compare) {
		for (size_t i = 0; i < p->n_variants; i += plan_target__sweep(&p->target))
			if (i != p->baseline && p->variants[i].name)
				add_compare(p, NULL, i, p->baseline);
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

struct factorial {
	char *title;
	yaml_node_t *both, *second, *first, *neither;
};

static const struct yaml_field factorial_fields[] = {
	FIELD("title", TEXT, struct factorial, title),
	FIELD("both", NODE, struct factorial, both, .required = true),
	FIELD("first", NODE, struct factorial, first, .required = true),
	FIELD("second", NODE, struct factorial, second, .required = true),
	FIELD("neither", NODE, struct factorial, neither, .required = true),
	{ 0 },
};

/* The default title says what a 2x2 measures: the effect of both changes net of each one alone. */
static void add_factorial(struct plan *p, const char *title, const struct campaign_factorial *cells)
{
	struct campaign_factorial *f = APPEND(p->factorials, p->n_factorials);

	*f = *cells;
	f->title = title ? xstrdup(title) :
			   xasprintf("%s net of %s and %s", p->variants[f->cell[CELL_BOTH]].name,
				     p->variants[f->cell[CELL_FIRST]].name,
				     p->variants[f->cell[CELL_SECOND]].name);
}

/* Find the four variants; false with a note when one is unknown or named twice. */
static bool read_cells(struct plan_ctx *ctx, const struct factorial *f,
		       struct campaign_factorial *out)
{
	const struct {
		const char *key;
		yaml_node_t *node;
		size_t *index;
	} cells[] = { { "both", f->both, &out->cell[CELL_BOTH] },
		      { "first", f->first, &out->cell[CELL_FIRST] },
		      { "second", f->second, &out->cell[CELL_SECOND] },
		      { "neither", f->neither, &out->cell[CELL_NEITHER] } };

	for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
		if (!cells[i].node ||
		    plan_variant__find(ctx, cells[i].node, cells[i].key, cells[i].index))
			return false;
		for (size_t k = 0; k < i; k++) {
			if (*cells[k].index != *cells[i].index)
				continue;
			yaml__note(&ctx->y, cells[i].node,
				   "variant '%s' cannot be both '%s' and "
				   "'%s': a 2x2 has four variants",
				   ctx->plan->variants[*cells[i].index].name, cells[k].key,
				   cells[i].key);
			return false;
		}
	}
	return true;
}

/* reports/stats/factorial.h explains what is computed from the four cells. */
void plan_factorial__read(struct plan_ctx *ctx)
{
	yaml_node_t *list = ctx->at.factorial;
	size_t n = list ? yaml__count(&ctx->y, list, "factorial") : 0;

	if (list && yaml__is_empty_list(list))
		yaml__note(&ctx->y, list, "'factorial' is empty: leave it out, or add a 2x2");
	if (list && ctx->plan->target.n_sizes)
		yaml__note(&ctx->y, list,
			   "'factorial' cannot be combined with a list of memory sizes");
	for (size_t i = 0; i < n && ctx->plan->n_variants; i++) {
		yaml_node_t *item = yaml__item(&ctx->y, list, i);
		struct campaign_factorial cells = { 0 };
		struct factorial f = { 0 };

		yaml__read(&ctx->y, item, "a 2x2", factorial_fields, &f);
		if (plan_title__check(ctx, item, f.title) && read_cells(ctx, &f, &cells))
			add_factorial(ctx->plan, f.title, &cells);
		free(f.title);
	}
}

/* Find metric "SOURCE/NAME" among those of the plan's workloads and collectors, and set the
 * source and metric of *out. NULL with a note when there is none. */
static const struct metric *find_metric(struct plan_ctx *ctx, yaml_node_t *at, const char *key,
					struct campaign_margin *out)
{
	const struct plan *p = ctx->plan;
	const struct metric *found = NULL;
	_cleanup_(strvec__release) struct strvec known = { 0 };
	const char *slash = strchr(key, '/');
	size_t len = slash ? (size_t)(slash - key) : 0;

	for (size_t i = 0; !found && i < p->n_workloads + p->n_collectors; i++) {
		bool wl = i < p->n_workloads;
		const struct collector *col = wl ? NULL : p->collectors[i - p->n_workloads].col;
		const char *name = wl ? p->workloads[i].wl->name : col->name;
		const struct metric *table = wl ? p->workloads[i].metrics : col->metrics;

		for (const struct metric *m = table; m && m->name; m++)
			strvec__pushf(&known, "%s/%s", name, m->name);
		if (slash && strlen(name) == len && !strncmp(name, key, len) && table)
			found = metric__find(table, slash + 1);
		if (found) {
			out->source = name;
			out->metric = found->name;
		}
	}
	if (!found)
		yaml__unknown(&ctx->y, at, "metric", key, " (SOURCE/METRIC)", &known);
	return found;
}

/* Read "5%", "0.5 %" or "64 kB": a number, then per cent or the metric's unit, `units`. For a
 * metric that is a share, "5%" means 5 percentage points, in whatever unit the share is stored. */
static bool read_margin(struct plan_ctx *ctx, yaml_node_t *n, const char *units,
			struct campaign_margin *m)
{
	const char *text = yaml__scalar(&ctx->y, n, "margins", "a margin such as 5% or 64 kB");
	_free_ char *number = NULL;
	size_t len = text ? strspn(text, "0123456789.") : 0;
	const char *unit;
	double v, share = metric__points(units), most = share > 0 ? 100 : 100 * MAX_MARGIN_REL;
	bool relative;

	if (!text)
		return false;
	number = xstrndup(text, len);
	unit = text + len + strspn(text + len, " ");
	relative = streq(unit, "%") || (share > 0 && streq(unit, "points"));
	if (!units__double(number, &v) && v > 0 && (!relative || v <= most)) {
		if (relative && !share)
			m->rel = v / 100;
		else if (relative)
			m->abs = v / share;
		else if (streq(unit, units))
			m->abs = v;
		if (m->rel > 0 || m->abs > 0)
			return true;
	}
	yaml__note(&ctx->y, n,
		   "the margin of %s/%s must be above 0 and in %s (at most "
		   "%.0f%%) or %s, such as 5%% or 64 %s, not '%.80s'",
		   m->source, m->metric, share > 0 ? "points" : "per cent", most, units, units,
		   text);
	return false;
}

/* After workloads and collectors, whose parameters may decide which metrics there are. */
void plan_margins__read(struct plan_ctx *ctx)
{
	yaml_node_t *map = ctx->at.margins;
	size_t n = map ? yaml__pairs(&ctx->y, map, "margins") : 0;
	struct plan *p = ctx->plan;

	for (size_t i = 0; i < n; i++) {
		struct campaign_margin m = { 0 };
		yaml_node_t *key, *value;
		const char *name = yaml__pair(&ctx->y, map, i, &key, &value);

		const struct metric *metric = name ? find_metric(ctx, key, name, &m) : NULL;

		if (!metric || !read_margin(ctx, value, metric->unit, &m))
			continue;
		*APPEND(p->margins, p->n_margins) = m;
	}
}

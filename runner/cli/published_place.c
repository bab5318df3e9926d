// SPDX-License-Identifier: GPL-2.0-only
/* published_place.c - are the sizes that were published ours? */
#include "runner/plan/read.h"
#include "runner/cli/published.h"

/* Equal as values: "100G" and "102400M" are. */
static bool same_value(const struct param_value *a, const struct param_value *b)
{
	switch (a->param->type) {
	case PARAM_INT:
	case PARAM_SIZE:
	case PARAM_DURATION:
	case PARAM_BOOL:
	case PARAM_ENUM:
		return a->u == b->u;
	case PARAM_NUMBER:
		return !(a->d < b->d) && !(a->d > b->d);
	default:
		return streq(a->text, b->text);
	}
}

static void add(char **list, const char *name, const char *ours, const char *theirs)
{
	char *old = *list;

	*list = xasprintf("%s%s%s %s, published %s", old ? old : "", old ? "; " : "", name, ours,
			  theirs);
	free(old);
}

/* `at` was checked when it was read: each is a parameter of this workload. */
static char *place(const struct published_figure *f, const struct plan_workload *w)
{
	struct param_set theirs;
	char *out = NULL;

	param_set__init(&theirs, w->wl->params);
	for (size_t i = 0; i < f->at.n; i++) {
		const char *value = strchr(f->at.v[i], '=') + 1;
		_free_ char *name = xstrndup(f->at.v[i], (size_t)(value - f->at.v[i]) - 1);
		const struct param_value *ours = param_set__get(&w->params, name);

		if (!param_set__put(&theirs, name, value, NULL) &&
		    !same_value(ours, param_set__get(&theirs, name)))
			add(&out, name, ours->text, value);
	}
	param_set__release(&theirs);
	return out;
}

static char *elsewhere(const struct published_figure *f, const struct plan *plan)
{
	char *out = NULL;

	for (size_t i = 0; !out && i < plan->n_workloads; i++)
		if (streq(plan->workloads[i].wl->name, f->workload))
			out = place(f, &plan->workloads[i]);
	return out;
}

/* NULL: it is a plan that this version cannot read. */
static struct plan *plan_of(const struct campaign *c)
{
	struct plan_diag diag = { 0 };
	struct plan *plan = NULL;

	if (plan__parse(c->plan_path, c->plan_text, strlen(c->plan_text), &plan, &diag))
		plan = NULL;
	plan_diag__release(&diag);
	return plan;
}

void published__place(struct published *p, const struct campaign *c)
{
	struct plan *plan = plan_of(c);

	for (size_t i = 0; plan && i < p->n; i++)
		if (!p->v[i].elsewhere)
			p->v[i].elsewhere = elsewhere(&p->v[i], plan);
	if (plan)
		plan__free(plan);
}

char *published__elsewhere(const struct published_figure *f, const struct campaign *c)
{
	struct plan *plan = plan_of(c);
	char *out = plan ? elsewhere(f, plan) : NULL;

	if (plan)
		plan__free(plan);
	return out;
}

// SPDX-License-Identifier: GPL-2.0-only
/* gate.c - the keys of a plan that say which rows of the report make a run fail. */
#include "runner/plan/gate.h"

struct gate_nodes {
	yaml_node_t *fail_on;
	bool conclusive;
};

static const struct yaml_field gate_fields[] = {
	FIELD("fail_on", NODE, struct gate_nodes, fail_on),
	FIELD("require_conclusive", BOOL, struct gate_nodes, conclusive),
	{ 0 },
};

/* A search for the metrics that a pattern matches. */
struct search {
	const char *pattern;
	struct strvec *known; /* out: names of all metrics; may be NULL */
	struct strvec *units; /* out: units of those that match; may be NULL */
	bool found;
};

/* Search the metrics that `source` records around `workload`. */
static void search_table(const struct metric *table, const char *workload, const char *source,
			 struct search *s)
{
	for (const struct metric *m = table; m && m->name; m++) {
		const struct gate_row row = { workload, source, m->name, m->primary };

		if (s->known) {
			strvec__push(s->known, m->name);
			strvec__pushf(s->known, "%s/%s", source, m->name);
		}
		if (!gate__means(s->pattern, &row))
			continue;
		s->found = true;
		if (s->units && !strvec__has(s->units, m->unit))
			strvec__push(s->units, m->unit);
	}
}

bool plan_gate__measures(const struct plan *p, const char *pattern, int workload,
			 struct strvec *known, struct strvec *units)
{
	struct search s = { pattern, known, units, false };

	for (size_t i = 0; i < p->n_workloads; i++)
		if (workload < 0 || (size_t)workload == i)
			search_table(p->workloads[i].metrics, p->workloads[i].wl->name,
				     p->workloads[i].wl->name, &s);
	for (size_t i = 0; i < p->n_collectors; i++) {
		const struct collector *col = p->collectors[i].col;

		/* Collectors may run after boot and around each workload. */
		search_table(col->metrics, "boot", col->name, &s);
		for (size_t k = 0; k < p->n_workloads; k++)
			if (workload < 0 || (size_t)workload == k)
				search_table(col->metrics, p->workloads[k].wl->name, col->name, &s);
	}
	return s.found;
}

/* Does the pattern match any metric of the plan? Appends the names of all metrics to `known`. */
static bool is_measured(const struct plan *p, const char *pattern, struct strvec *known)
{
	return plan_gate__measures(p, pattern, -1, known, NULL);
}

/* Read `fail_on`: one word or a list of words. */
static void read_words(struct yaml *y, yaml_node_t *n, struct strvec *out)
{
	const char *word;

	if (n->type == YAML_SEQUENCE_NODE) {
		yaml__list(y, n, "fail_on", out);
		return;
	}
	word = yaml__scalar(y, n, "fail_on", "primary, any, none, or metrics");
	if (word)
		strvec__push(out, word);
}

static void note_unknown(struct yaml *y, const yaml_node_t *n, const char *what,
			 const struct strvec *known)
{
	_free_ char *hint = gate__hint(what, known);

	yaml__note(y, n, "unknown metric '%.64s' in 'fail_on'%s", what, hint);
}

void plan_gate__read(struct plan_ctx *ctx)
{
	yaml_node_t *n = ctx->at.fail_on;
	struct gate *g = &ctx->plan->gate;
	struct err err;

	if (!n)
		return;
	read_words(&ctx->y, n, &g->fail_on);
	if (yaml__is_empty_list(n))
		yaml__note(&ctx->y, n, "'fail_on' is empty: say 'none' to fail on nothing");
	if (gate__check(g, &err))
		yaml__note(&ctx->y, n, "'fail_on': %s", err.msg);
	for (size_t i = 0; i < g->fail_on.n; i++) {
		bool list = n->type == YAML_SEQUENCE_NODE;
		struct strvec known = { 0 };

		strvec__push_all(&known, "primary", "any", "none", NULL);
		if (!gate__is_word(g->fail_on.v[i]) &&
		    !is_measured(ctx->plan, g->fail_on.v[i], &known))
			note_unknown(&ctx->y, list ? yaml__item(&ctx->y, n, i) : n, g->fail_on.v[i],
				     &known);
		strvec__release(&known);
	}
}

/* `known` may hold words that are valid besides metrics; all are candidates for the hint. */
static int check_measured(const struct plan *plan, const char *option, const char *what,
			  struct strvec *known, struct err *err)
{
	if (is_measured(plan, what, known))
		return 0;
	_free_ char *hint = gate__hint(what, known);

	return err__set(err, -EINVAL, "--%s: the plan measures no metric '%.64s'%s", option, what,
			hint);
}

int plan_gate__check(const struct plan *plan, const struct gate *g, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < g->fail_on.n; i++) {
		struct strvec known = { 0 };

		strvec__push_all(&known, "primary", "any", "none", NULL);
		if (!gate__is_word(g->fail_on.v[i]))
			ret = check_measured(plan, "fail-on", g->fail_on.v[i], &known, err);
		strvec__release(&known);
	}
	return ret;
}

/* Append the rows WORKLOAD/METRIC of a table that `pattern` matches; *metric is the last of them. */
static void collect(const struct metric *table, const char *workload, const char *source,
		    const char *pattern, struct strvec *names, const struct metric **metric)
{
	for (const struct metric *m = table; m && m->name; m++) {
		const struct gate_row row = { workload, source, m->name, m->primary };

		if (!gate__means(pattern, &row))
			continue;
		_free_ char *name = xasprintf("%s/%s", workload, m->name);

		if (!strvec__has(names, name))
			strvec__push(names, name);
		*metric = m;
	}
}

/* Collectors that run around iterations have a row for each workload. Some of them also run after
 * boot; those rows are collected only with `boot`. */
static void collect_collectors(const struct plan *p, const char *pattern, bool boot,
			       struct strvec *names, const struct metric **metric)
{
	const unsigned int iterates = COLLECT_BEFORE_ITERATION | COLLECT_AFTER_ITERATION;

	for (size_t k = 0; k < p->n_collectors; k++) {
		const struct collector *col = p->collectors[k].col;

		for (size_t i = 0; !boot && col->phases & iterates && i < p->n_workloads; i++)
			collect(col->metrics, p->workloads[i].wl->name, col->name, pattern, names,
				metric);
		if (boot || !(col->phases & iterates))
			collect(col->metrics, "boot", col->name, pattern, names, metric);
	}
}

int plan_gate__one(const struct plan *p, const char *option, const char *pattern, char **name,
		   const struct metric **metric, struct err *err)
{
	_cleanup_(strvec__release) struct strvec known = { 0 }, names = { 0 };
	_free_ char *list = NULL;
	int ret = check_measured(p, option, pattern, &known, err);

	*name = NULL;
	if (ret)
		return ret;
	for (size_t i = 0; i < p->n_workloads; i++)
		collect(p->workloads[i].metrics, p->workloads[i].wl->name, p->workloads[i].wl->name,
			pattern, &names, metric);
	collect_collectors(p, pattern, false, &names, metric);
	if (!names.n)
		collect_collectors(p, pattern, true, &names, metric);
	if (names.n == 1) {
		*name = xstrdup(names.v[0]);
		return 0;
	}
	list = strvec__join(&names, ", ");
	if (!names.n)
		return err__set(err, -EINVAL, "--%s: '%.64s' matches no row of this plan", option,
				pattern);
	return err__set(err, -EINVAL, "--%s: '%.64s' matches %.300s: name one of them", option,
			pattern, list);
}

void plan_gate__stored(const char *path, const char *text, struct gate *g)
{
	struct gate_nodes at = { 0 };
	struct strvec msgs = { 0 };
	yaml_node_t *root;
	struct yaml y;

	*g = (struct gate){ 0 };
	root = yaml__load(&y, path, text, strlen(text));
	if (root && root->type == YAML_MAPPING_NODE)
		yaml__read(&y, root, "a plan", gate_fields, &at);
	if (at.fail_on)
		read_words(&y, at.fail_on, &g->fail_on);
	g->conclusive = at.conclusive;
	/* yaml__read() notes every other key of the plan as unknown: discard these notes. */
	yaml__report(&y, &msgs);
	strvec__release(&msgs);
	yaml__release(&y);
}

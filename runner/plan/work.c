// SPDX-License-Identifier: GPL-2.0-only
/* work.c - the parts `workloads` and `collectors` of a plan, and their parameters. */
#include "runner/plan/work.h"

#include "lib/clock.h"
#include "lib/text.h"
#include "runner/plan/parse.h"
#include "runner/wire/msg.h"

#define SCRIPT_MAX WIRE_VALUE_MAX /* bytes: the agent gets the script as a parameter */

/* `size: full` multiplies the timeouts by this: the most that a real machine needs. */
#define FULL_FACTOR 20

static const char *const default_collectors[] = { "meminfo", "boottime", "dmesg",
						  "env",     "identity", "ptdump" };

/* An entry of either list: a name, or a mapping from a name to parameters. */
struct entry {
	const char *name;
	yaml_node_t *at; /* the node of the name */
	yaml_node_t *params; /* NULL: none given */
};

/* Keys that all workloads have, besides parameters of their own. */
struct work_keys {
	struct plan_workload w;
	yaml_node_t *iterations, *warmup, *script;
};

/* clang-format off */
#define WORK_FIELDS \
	FIELD("iterations", NODE, struct work_keys, iterations), \
	FIELD("warmup", NODE, struct work_keys, warmup), \
	FIELD("timeout", DURATION, struct work_keys, w.max_ns, .min = 1e6, .max = PLAN_MAX_TIMEOUT), \
	FIELD("setup_timeout", DURATION, struct work_keys, w.setup_ns, .min = 1e6, \
	      .max = PLAN_MAX_TIMEOUT)
/* clang-format on */

static const struct yaml_field work_fields[] = { WORK_FIELDS, { 0 } };

/* exec may have its command in a file. */
static const struct yaml_field exec_fields[] = { FIELD("script", NODE, struct work_keys, script),
						 WORK_FIELDS,
						 { 0 } };

static const struct yaml_field count_fields[] = {
	FIELD("iterations", UINT, struct plan_workload, iterations, .min = 1,
	      .max = PLAN_MAX_ITERATIONS),
	FIELD("warmup", UINT, struct plan_workload, warmup, .min = 0,
	      .max = PLAN_MAX_ITERATIONS - 1),
};

static const struct yaml_field no_fields[] = { { 0 } };

/* Read an entry of either list; `what` is "workload" or "collector". 0, or -EINVAL with a note. */
static int read_entry(struct yaml *y, yaml_node_t *n, const char *what, struct entry *e)
{
	size_t count = 1;

	*e = (struct entry){ .at = n };
	if (n->type == YAML_MAPPING_NODE) {
		count = (size_t)(n->data.mapping.pairs.top - n->data.mapping.pairs.start);
		if (count)
			e->name = yaml__pair(y, n, 0, &e->at, &e->params);
		/* "- hackbench:" with nothing behind the colon */
		if (e->params && e->params->type == YAML_SCALAR_NODE &&
		    !e->params->data.scalar.length)
			e->params = NULL;
	} else if (n->type == YAML_SCALAR_NODE) {
		e->name = yaml__scalar(y, n, what, "a name");
		if (!e->name)
			return -EINVAL;
	}
	if (e->name && count == 1)
		return 0;
	if (e->name && count > 1)
		yaml__note(y, n,
			   "a %s has one key, its name: indent its parameters one level further",
			   what);
	else
		yaml__note(y, n, "a %s must be a name, or a name with parameters", what);
	return -EINVAL;
}

/* Candidates for the hint are the entry's own parameters and the keys in `fields`. */
static void note_unknown_param(struct yaml *y, const struct entry *e, yaml_node_t *key,
			       const char *name, const struct yaml_field *fields,
			       const struct param_set *set)
{
	_free_ char *where = xasprintf(" of %s", e->name);
	_cleanup_(strvec__release) struct strvec known = { 0 };

	for (size_t i = 0; i < set->n; i++)
		strvec__push(&known, set->v[i].param->name);
	for (; fields->name; fields++)
		strvec__push(&known, fields->name);
	yaml__unknown(y, key, "parameter", name, where, &known);
}

/* Read a parameter's value as text. A PARAM_TEXT may have several lines, and a parameter that takes
 * several words may be a YAML list. The caller frees; NULL with a note. */
static char *read_text(struct yaml *y, const struct param_set *set, const char *name,
		       const yaml_node_t *value)
{
	_cleanup_(strvec__release) struct strvec words = { 0 };
	const struct param *p = NULL;
	const char *text;

	for (size_t i = 0; i < set->n; i++)
		if (streq(set->v[i].param->name, name))
			p = set->v[i].param;
	if (p && p->words && value->type == YAML_SEQUENCE_NODE) {
		yaml__list(y, value, name, &words);
		return strvec__join(&words, " ");
	}
	text = p && p->type == PARAM_TEXT ? yaml__lines(y, value, name, "a text") :
					    yaml__scalar(y, value, name, "a single value");
	return text ? xstrdup(text) : NULL;
}

/* Read an entry's keys: those in `fields` into `base`, all others as parameters into `set`. */
static void read_params(struct yaml *y, const struct entry *e, const struct yaml_field *fields,
			void *base, struct param_set *set)
{
	size_t n = e->params ? yaml__pairs(y, e->params, e->name) : 0;

	for (size_t i = 0; i < n; i++) {
		yaml_node_t *key, *value;
		const char *name = yaml__pair(y, e->params, i, &key, &value);
		_free_ char *text = NULL;
		const struct yaml_field *f = name ? yaml_field__find(fields, name) : NULL;
		struct err err;
		int ret;

		if (f)
			yaml__read_value(y, value, f, base);
		if (f || !name)
			continue;
		text = read_text(y, set, name, value);
		ret = text ? param_set__put(set, name, text, &err) : 0;
		if (ret == -ENOENT)
			note_unknown_param(y, e, key, name, fields, set);
		else if (ret)
			yaml__note(y, value, "%s", err.msg);
	}
}

/* The workload's own iterations and warm-up override the plan's. Check the two together, as the
 * iterations include the warm-up. */
static void read_counts(struct plan_ctx *ctx, const struct entry *e, struct work_keys *k)
{
	const yaml_node_t *given = k->iterations ? k->iterations : k->warmup;
	const yaml_node_t *at = given		   ? given :
				ctx->at.iterations ? ctx->at.iterations :
						     ctx->at.warmup;
	int bad = 0;

	if (k->w.wl->no_iterations) {
		k->w.iterations = 1;
		k->w.warmup = 0;
		if (given)
			yaml__note(&ctx->y, given,
				   "%s happens once per boot: it has no iterations and no warm-up",
				   e->name);
		return;
	}
	k->w.iterations = ctx->iterations;
	k->w.warmup = ctx->warmup;
	if (k->iterations)
		bad |= yaml__read_value(&ctx->y, k->iterations, &count_fields[0], &k->w);
	if (k->warmup)
		bad |= yaml__read_value(&ctx->y, k->warmup, &count_fields[1], &k->w);
	if (!bad && k->w.iterations <= k->w.warmup)
		yaml__note(&ctx->y, at ? at : e->at,
			   "iterations (%u) include the warm-up (%u): "
			   "%s would have none left to measure",
			   k->w.iterations, k->w.warmup, e->name);
}

/* Make the script's text the parameter `command`. It is then stored and shown like any parameter,
 * and a changed script counts as a changed parameter. */
static void read_script(struct plan_ctx *ctx, yaml_node_t *n, struct param_set *set)
{
	_free_ char *path = plan_path__file(ctx, n, "script"), *text = NULL;
	const bool given = param_set__get(set, "command")->given;
	struct err err;
	size_t len;
	int ret = path ? text__read(path, SCRIPT_MAX, &text, &len, &err) : 0;

	if (!given && (!path || ret)) /* avoid a second note, about a missing command */
		(void)param_set__put(set, "command", ":", NULL);
	if (!path)
		return;
	if (ret == -EFBIG)
		yaml__note(&ctx->y, n,
			   "'script': %s has more than %d bytes: put the file into the guest ('files') and "
			   "call it in 'command'",
			   path, SCRIPT_MAX);
	else if (ret)
		yaml__note(&ctx->y, n, "'script': %s", err.msg);
	else if (given)
		yaml__note(&ctx->y, n,
			   "'script' and 'command' are the same thing: give one of them");
	else
		(void)param_set__put(set, "command", text, NULL);
}

/* A variant's command overrides the workload's, which is not needed if every variant has one. */
static void check_commands(struct plan_ctx *ctx, const struct entry *e, struct param_set *set)
{
	const struct plan *p = ctx->plan;
	size_t with = 0;

	for (size_t i = 0; i < p->n_variants; i++)
		with += p->variants[i].command != NULL;
	if (with && !*param_set__get(set, "command")->text) {
		if (with == p->n_variants)
			(void)param_set__put(set, "command", p->variants[0].command, NULL);
		else
			yaml__note(&ctx->y, e->at,
				   "exec has no 'command', and not every variant has one");
	}
}

/* A variant's `command` needs workload exec, which runs it. */
static void check_has_exec(struct plan_ctx *ctx)
{
	const struct plan *p = ctx->plan;

	for (size_t i = 0; i < p->n_workloads; i++)
		if (streq(p->workloads[i].wl->name, "exec"))
			return;
	for (size_t i = 0; i < p->n_variants; i++)
		if (ctx->variant_at[i].command) {
			yaml__note(&ctx->y, ctx->variant_at[i].command,
				   "'command' is for workload exec, which the plan does not have");
			return;
		}
}

/* The metrics come last: they may depend on the parameters. */
static void read_workload(struct plan_ctx *ctx, yaml_node_t *n)
{
	struct plan *p = ctx->plan;
	struct work_keys k = { 0 };
	struct strvec known = { 0 };
	struct entry e;
	struct err err;
	bool exec;

	if (read_entry(&ctx->y, n, "workload", &e))
		return;
	k.w.wl = workload__find(e.name);
	if (!k.w.wl) {
		for (size_t i = 0; i < workload__count; i++)
			strvec__push(&known, workload__all[i]->name);
		yaml__unknown(&ctx->y, e.at, "workload", e.name, "", &known);
		strvec__release(&known);
		return;
	}
	for (size_t i = 0; i < p->n_workloads; i++)
		if (p->workloads[i].wl == k.w.wl)
			yaml__note(&ctx->y, e.at, "workload '%s' is listed twice", e.name);
	k.w.max_ns = k.w.wl->iteration_max_s * NSEC_PER_SEC * (p->full ? FULL_FACTOR : 1);
	k.w.setup_ns = k.w.wl->setup_max_s * NSEC_PER_SEC * (p->full ? FULL_FACTOR : 1);
	(p->full ? param_set__init_full : param_set__init)(&k.w.params, k.w.wl->params);
	exec = streq(e.name, "exec");
	read_params(&ctx->y, &e, exec ? exec_fields : work_fields, &k, &k.w.params);
	if (k.script)
		read_script(ctx, k.script, &k.w.params);
	if (exec)
		check_commands(ctx, &e, &k.w.params);
	read_counts(ctx, &e, &k);
	if (workload__metrics(k.w.wl, &k.w.params, &k.w.declared, &k.w.metrics, &err))
		yaml__note(&ctx->y, e.at, "%s: %s", e.name, err.msg);
	*APPEND(p->workloads, p->n_workloads) = k.w;
}

/* Workloads run in the order of the list, in every boot. */
void plan_workloads__read(struct plan_ctx *ctx)
{
	yaml_node_t *list = ctx->at.workloads;
	size_t n = list ? yaml__count(&ctx->y, list, "workloads") : 0;

	if (list && yaml__is_empty_list(list))
		yaml__note(&ctx->y, list, "'workloads' is empty: name at least 'boot'");
	for (size_t i = 0; i < n; i++)
		read_workload(ctx, yaml__item(&ctx->y, list, i));
	check_has_exec(ctx);
}

struct plan_collector *plan_collector__add(struct plan *p, const struct collector *col)
{
	struct plan_collector *c = APPEND(p->collectors, p->n_collectors);

	c->col = col;
	param_set__init(&c->params, col->params);
	return c;
}

static void read_collector(struct plan_ctx *ctx, yaml_node_t *n)
{
	struct plan *p = ctx->plan;
	const struct collector *col;
	struct strvec known = { 0 };
	struct plan_collector *c;
	struct entry e;
	struct err err;

	if (read_entry(&ctx->y, n, "collector", &e))
		return;
	col = collector__find(e.name);
	if (!col) {
		for (size_t i = 0; i < collector__count; i++)
			strvec__push(&known, collector__all[i]->name);
		yaml__unknown(&ctx->y, e.at, "collector", e.name, "", &known);
		strvec__release(&known);
		return;
	}
	for (size_t i = 0; i < p->n_collectors; i++)
		if (p->collectors[i].col == col)
			yaml__note(&ctx->y, e.at, "collector '%s' is listed twice", e.name);
	c = plan_collector__add(p, col);
	read_params(&ctx->y, &e, no_fields, NULL, &c->params);
	if (col->check && col->check(&c->params, &err))
		yaml__note(&ctx->y, e.at, "%s: %s", e.name, err.msg);
}

void plan_collectors__read(struct plan_ctx *ctx)
{
	yaml_node_t *list = ctx->at.collectors;
	size_t n = list ? yaml__count(&ctx->y, list, "collectors") : 0;
	bool local = plan_target__runs(&ctx->plan->target) == RUNS_AS_IT_IS;

	for (size_t i = 0; i < n; i++)
		read_collector(ctx, yaml__item(&ctx->y, list, i));
	for (size_t i = 0; !list && i < ARRAY_SIZE(default_collectors); i++) {
		const struct collector *col = collector__find(default_collectors[i]);

		/* Nothing boots, so there is no boot time, and a default must not warn each time. */
		if (col && !(local && streq(col->name, "boottime")))
			plan_collector__add(ctx->plan, col);
	}
}

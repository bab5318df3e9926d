// SPDX-License-Identifier: GPL-2.0-only
/*
 * expect.c - the part `expect` of a variant. A plain scalar compares a metric with a number, or is
 * "no-warning"; a mapping gives a pattern for a fact or for the kernel log.
 */
#include "runner/plan/expect.h"

#include "lib/units.h"
#include "runner/plan/gate.h"
#include "runner/plan/parse.h"

#define OPERATORS "<>=!"
#define FORMS                                                                           \
	"METRIC >= NUMBER [UNIT], no-warning, or a pair: 'dmesg: PATTERN', 'no-dmesg: " \
	"PATTERN', 'FACT: PATTERN', 'selftests: no regression'"
#define SELFTESTS "mm-selftests"

static const char *const operators[] = {
	[EXPECT_AT_LEAST] = ">=", [EXPECT_AT_MOST] = "<=", [EXPECT_EQUAL] = "==",
	[EXPECT_NOT] = "!=",	  [EXPECT_ABOVE] = ">",	   [EXPECT_BELOW] = "<",
};

bool plan_expect__holds(const struct plan_expect *e, double v)
{
	switch (e->op) {
	case EXPECT_AT_LEAST:
		return v >= e->value;
	case EXPECT_AT_MOST:
		return v <= e->value;
	case EXPECT_EQUAL:
		return v == e->value;
	case EXPECT_NOT:
		return v != e->value;
	case EXPECT_ABOVE:
		return v > e->value;
	default:
		return v < e->value;
	}
}

bool plan_expect__applies(const struct plan *plan, const struct plan_expect *e, int workload)
{
	return e->kind != EXPECT_METRIC || plan_gate__measures(plan, e->what, workload, NULL, NULL);
}

/* Parse the operator at *at and advance *at past it. Returns an enum plan_expect_op, or -1. */
static int read_operator(const char **at)
{
	size_t len = strspn(*at, OPERATORS);

	for (size_t i = 0; i < ARRAY_SIZE(operators); i++)
		if (strlen(operators[i]) == len && !strncmp(operators[i], *at, len)) {
			*at += len;
			return (int)i;
		}
	return -1;
}

/* Parse "98" or "98 %". A unit must be that of every metric that the pattern matches. */
static bool read_value(struct plan_ctx *ctx, yaml_node_t *n, const char *text,
		       const struct strvec *units, struct plan_expect *e)
{
	bool minus = *text == '-';
	size_t len = strspn(text + minus, "0123456789.");
	_free_ char *number = xstrndup(text + minus, len);
	const char *unit = text + minus + len;

	unit += strspn(unit, " ");
	if (units__double(number, &e->value)) {
		yaml__note(&ctx->y, n, "'expect': expected a number after %s %s, not '%.64s'",
			   e->what, operators[e->op], text);
		return false;
	}
	e->value = minus ? -e->value : e->value;
	for (size_t i = 0; *unit && i < units->n; i++) {
		if (streq(unit, units->v[i]))
			continue;
		yaml__note(&ctx->y, n, "'expect': %s is in %s, not in '%.64s'", e->what,
			   units->v[i], unit);
		return false;
	}
	return true;
}

/* Parse METRIC OPERATOR NUMBER [UNIT]. */
static bool read_metric(struct plan_ctx *ctx, yaml_node_t *n, const char *text,
			struct plan_expect *e)
{
	_cleanup_(strvec__release) struct strvec known = { 0 }, units = { 0 };
	size_t len = strcspn(text, " \t" OPERATORS);
	const char *at = text + len + strspn(text + len, " \t");
	int op = read_operator(&at);

	if (!len || op < 0) {
		yaml__note(&ctx->y, n, "'expect': '%.100s' is none of " FORMS, text);
		return false;
	}
	e->kind = EXPECT_METRIC;
	e->what = xstrndup(text, len);
	e->op = (enum plan_expect_op)op;
	if (!plan_gate__measures(ctx->plan, e->what, -1, &known, &units)) {
		_free_ char *hint = gate__hint(e->what, &known);

		yaml__note(&ctx->y, n,
			   "'expect': no workload or collector of this plan measures '%.64s'%s",
			   e->what, hint);
		return false;
	}
	return read_value(ctx, n, at + strspn(at, " \t"), &units, e);
}

/* Does anything in this plan record facts named PREFIX/...? Appends all such prefixes to `known`. */
static bool has_facts(const struct plan *p, const char *prefix, struct strvec *known)
{
	strvec__push_all(known, "host", "target", "boot", "params", "agent", NULL);
	for (size_t i = 0; i < p->n_collectors; i++)
		strvec__push(known, p->collectors[i].col->name);
	for (size_t i = 0; i < p->n_workloads; i++)
		strvec__push(known, p->workloads[i].wl->name);
	return strvec__has(known, prefix);
}

/* Read KEY: PATTERN, where KEY names a fact, such as "identity/cmdline". */
static bool read_fact(struct plan_ctx *ctx, yaml_node_t *n, const char *key, struct plan_expect *e)
{
	_cleanup_(strvec__release) struct strvec known = { 0 };
	_free_ char *prefix = xstrndup(key, strcspn(key, "/"));

	if (!strchr(key, '/')) {
		yaml__note(&ctx->y, n, "'expect': '%.64s' is none of " FORMS, key);
		return false;
	}
	e->kind = EXPECT_FACT;
	e->what = xstrdup(key);
	if (has_facts(ctx->plan, prefix, &known))
		return true;
	yaml__unknown(&ctx->y, n, "source of facts", prefix,
		      " in 'expect': no collector or workload of this plan", &known);
	return false;
}

/* Read "selftests: no regression". The tests are compared with those of the plan's baseline. */
static bool read_selftests(struct plan_ctx *ctx, yaml_node_t *n, size_t variant, const char *text,
			   struct plan_expect *e)
{
	const struct plan *p = ctx->plan;
	bool runs = false;

	e->kind = EXPECT_SELFTESTS;
	for (size_t i = 0; i < p->n_workloads; i++)
		runs |= streq(p->workloads[i].wl->name, SELFTESTS);
	if (!streq(text, "no regression"))
		yaml__note(&ctx->y, n, "'selftests' must be 'no regression', not '%.64s'", text);
	else if (!runs)
		yaml__note(&ctx->y, n,
			   "'expect': selftests need the workload " SELFTESTS
			   ", which this plan does not run");
	else if (p->n_variants > 1 &&
		 variant - variant % plan_target__sweep(&p->target) == p->baseline)
		yaml__note(&ctx->y, n,
			   "'expect': the baseline's selftests cannot be compared with anything: "
			   "expect this of other variants, or here " SELFTESTS "/failed == 0");
	else
		return true;
	return false;
}

/* Read KEY: PATTERN. Messages refer to the node `at` for the key and to `value` for the pattern. */
static bool read_pair(struct plan_ctx *ctx, yaml_node_t *at, yaml_node_t *value, size_t variant,
		      const char *key, const char *text, struct plan_expect *e)
{
	if (!*text) {
		yaml__note(&ctx->y, value, "'expect': the pattern of '%.64s' is empty", key);
		return false;
	}
	e->pattern = xstrdup(text);
	e->text = xasprintf("%s: %s", key, text);
	if (streq(key, "selftests"))
		return read_selftests(ctx, at, variant, text, e);
	if (!streq(key, "dmesg") && !streq(key, "no-dmesg"))
		return read_fact(ctx, at, key, e);
	e->kind = streq(key, "dmesg") ? EXPECT_LOG : EXPECT_NO_LOG;
	return true;
}

static bool read_one(struct plan_ctx *ctx, yaml_node_t *n, size_t variant, struct plan_expect *e);

/* Read {check: NAME, expect: EXPECTATION} or {check: NAME, cannot-run: WHY}. NAME comes first in
 * the text that reports show. */
static bool read_check(struct plan_ctx *ctx, yaml_node_t *n, size_t pairs, size_t variant,
		       struct plan_expect *e)
{
	yaml_node_t *at, *name_at, *value;
	const char *name, *key;

	yaml__pair(&ctx->y, n, 0, &at, &name_at);
	name = yaml__scalar(&ctx->y, name_at, "check", "a name");
	key = pairs == 2 ? yaml__pair(&ctx->y, n, 1, &at, &value) : NULL;
	if (name && !*name)
		yaml__note(&ctx->y, name_at, "'check' must have a name");
	if (!name || !*name)
		return false;
	if (key && streq(key, "expect") && value->type == YAML_SCALAR_NODE) {
		_free_ char *text = NULL;
		bool ok = read_one(ctx, value, variant, e);

		text = e->text;
		e->text = text ? xasprintf("%s: %s", name, text) : NULL;
		return ok;
	}
	if (!key || !streq(key, "cannot-run")) {
		yaml__note(&ctx->y, at,
			   "'check' needs 'expect' with a line of text, or 'cannot-run' with the "
			   "reason: {check: NAME, expect: ...}");
		return false;
	}
	key = yaml__scalar(&ctx->y, value, "cannot-run", "the reason");
	if (key && !*key)
		yaml__note(&ctx->y, value, "'cannot-run' must say why");
	if (!key || !*key)
		return false;
	e->kind = EXPECT_ELSEWHERE;
	e->text = xstrdup(name);
	e->pattern = xstrdup(key);
	return true;
}

static bool read_mapping(struct plan_ctx *ctx, yaml_node_t *n, size_t variant,
			 struct plan_expect *e)
{
	yaml_node_t *at, *value;
	size_t pairs = yaml__pairs(&ctx->y, n, "expect");
	const char *key = pairs ? yaml__pair(&ctx->y, n, 0, &at, &value) : NULL;
	const char *text;

	if (key && streq(key, "check"))
		return read_check(ctx, n, pairs, variant, e);
	text = key ? yaml__scalar(&ctx->y, value, key, "a pattern") : NULL;
	if (pairs != 1)
		yaml__note(&ctx->y, n,
			   "'expect': each entry has one pair: begin the next entry with '- '");
	return text && pairs == 1 && read_pair(ctx, at, value, variant, key, text, e);
}

/* A pattern with a colon must be quoted in YAML. People quote the whole "KEY: PATTERN" as often as
 * only the pattern, so accept a scalar that looks like a pair, too. */
static bool read_one(struct plan_ctx *ctx, yaml_node_t *n, size_t variant, struct plan_expect *e)
{
	const char *text, *colon;

	if (n->type == YAML_MAPPING_NODE)
		return read_mapping(ctx, n, variant, e);
	text = yaml__scalar(&ctx->y, n, "expect", FORMS);
	if (!text)
		return false;
	colon = strstr(text, ": ");
	if (colon && strcspn(text, " \t" OPERATORS) > (size_t)(colon - text)) {
		_free_ char *key = xstrndup(text, (size_t)(colon - text));

		return read_pair(ctx, n, n, variant, key, colon + 2 + strspn(colon + 2, " "), e);
	}
	e->text = xstrdup(text);
	if (!streq(text, "no-warning"))
		return read_metric(ctx, n, text, e);
	e->kind = EXPECT_NO_WARNING;
	return true;
}

void plan_expect__read(struct plan_ctx *ctx)
{
	for (size_t i = 0; i < ctx->plan->n_variants; i++) {
		struct plan_variant *v = &ctx->plan->variants[i];
		yaml_node_t *list = ctx->variant_at[i].expect;
		size_t n = list ? yaml__count(&ctx->y, list, "expect") : 0;

		if (list && yaml__is_empty_list(list))
			yaml__note(&ctx->y, list,
				   "'expect' is empty: leave it out, or expect something");
		if (n > PLAN_MAX_EXPECTS) {
			yaml__note(&ctx->y, list, "there are %zu expectations, more than %d", n,
				   PLAN_MAX_EXPECTS);
			n = PLAN_MAX_EXPECTS;
		}
		for (size_t k = 0; k < n; k++) {
			struct plan_expect e = { 0 };

			if (read_one(ctx, yaml__item(&ctx->y, list, k), i, &e))
				*APPEND(v->expects, v->n_expects) = e;
			else
				plan_expect__release(&e);
		}
	}
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * read.c - from the text of a plan to a struct plan: the top-level keys, and the order in which the
 * parts are read. A part is read after those that it refers to (a comparison names variants, a
 * margin names metrics of workloads), whatever their order in the file.
 */
#include "runner/plan/read.h"

#include "lib/fs.h"
#include "lib/text.h"
#include "runner/plan/compare.h"
#include "runner/plan/exact.h"
#include "runner/plan/expect.h"
#include "runner/plan/gate.h"
#include "runner/plan/hotplug.h"
#include "runner/plan/parse.h"
#include "runner/plan/perf.h"
#include "runner/plan/target.h"
#include "runner/plan/variant.h"
#include "runner/plan/work.h"

#include <ctype.h>

#define DEFAULT_BOOTS 3
#define DEFAULT_ITERATIONS 4
#define DEFAULT_WARMUP 1
#define DEFAULT_SEED 1
/* In exact mode a boot measures one iteration. With several, each would change the counts of the
 * next. The boots, each with its own memory layout, are the repetitions. */
#define EXACT_ITERATIONS 1
#define EXACT_WARMUP 0
/* ns: a tenth of a second to ten weeks. */
#define MIN_BUDGET 1e8
#define MAX_BUDGET (70 * 24 * 3600e9)

/* What the top-level keys fill: the plan itself and the nodes of its parts. */
struct top {
	struct plan plan;
	struct plan_nodes at;
	unsigned int design; /* 1: paired */
	unsigned int size; /* 1: full */
	unsigned int allow_exec; /* index into "no|yes|false|true": odd means yes */
};

#define TOP_NODE(key, ...) FIELD(#key, NODE, struct top, at.key, ##__VA_ARGS__)

static const struct yaml_field top_fields[] = {
	FIELD("name", NAME, struct top, plan.name),
	TOP_NODE(target),
	TOP_NODE(variants, .required = true),
	TOP_NODE(baseline),
	TOP_NODE(compare),
	TOP_NODE(guest),
	TOP_NODE(workloads, .required = true),
	TOP_NODE(collectors),
	FIELD("design", ENUM, struct top, design, .choices = "unpaired|paired"),
	FIELD("size", ENUM, struct top, size, .choices = "quick|full"),
	TOP_NODE(factorial),
	TOP_NODE(margins),
	TOP_NODE(fail_on),
	FIELD("require_conclusive", BOOL, struct top, plan.gate.conclusive),
	FIELD("boots", UINT, struct top, plan.boots, .min = 1, .max = PLAN_MAX_BOOTS),
	TOP_NODE(iterations),
	TOP_NODE(warmup),
	FIELD("seed", U64, struct top, plan.seed),
	FIELD("budget", DURATION, struct top, plan.budget_ns, .min = MIN_BUDGET, .max = MAX_BUDGET),
	FIELD("stop_on_failure", BOOL, struct top, plan.stop_on_failure),
	FIELD("allow_exec", ENUM, struct top, allow_exec, .choices = "no|yes|false|true"),
	FIELD("exact", BOOL, struct top, plan.exact),
	TOP_NODE(parallel),
	TOP_NODE(profile),
	TOP_NODE(tlb),
	TOP_NODE(tune),
	{ 0 },
};

static const struct yaml_field count_fields[] = {
	FIELD("iterations", UINT, struct plan_ctx, iterations, .min = 1,
	      .max = PLAN_MAX_ITERATIONS),
	FIELD("warmup", UINT, struct plan_ctx, warmup, .min = 0, .max = PLAN_MAX_ITERATIONS - 1),
};

/* The default name of a plan: the file name up to its first dot, with characters that do not suit
 * file names and tables replaced. */
static char *name_from_path(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	size_t len = strcspn(base, ".");
	char *name = len ? xstrndup(base, len > 64 ? 64 : len) : xstrdup("plan");

	for (char *s = name; *s; s++)
		if (!isalnum((unsigned char)*s) && !(s > name && strchr("_+-", *s)))
			*s = 'x';
	return name;
}

/* Iterations and warm-up are read last: their defaults depend on `exact`. */
static void read_top(struct plan_ctx *ctx, yaml_node_t *root)
{
	struct top top = { .plan = *ctx->plan };

	top.plan.boots = DEFAULT_BOOTS;
	top.plan.seed = DEFAULT_SEED;
	yaml__read(&ctx->y, root, "a plan", top_fields, &top);
	*ctx->plan = top.plan;
	ctx->plan->paired = top.design;
	ctx->plan->full = top.size;
	ctx->plan->allow_exec = top.allow_exec & 1;
	ctx->at = top.at;
	ctx->iterations = ctx->plan->exact ? EXACT_ITERATIONS : DEFAULT_ITERATIONS;
	ctx->warmup = ctx->plan->exact ? EXACT_WARMUP : DEFAULT_WARMUP;
	if (ctx->at.iterations)
		yaml__read_value(&ctx->y, ctx->at.iterations, &count_fields[0], ctx);
	if (ctx->at.warmup)
		yaml__read_value(&ctx->y, ctx->at.warmup, &count_fields[1], ctx);
}

/* The target comes first, as it decides which keys apply; variants come before comparisons,
 * workloads and collectors before margins. Exact mode is checked once everything is known. */
static void read_parts(struct plan_ctx *ctx)
{
	plan_target__read(ctx);
	plan_guest__read(ctx);
	plan_variants__read(ctx);
	plan_hotplug__check(ctx);
	plan_compare__read(ctx);
	plan_workloads__read(ctx);
	plan_collectors__read(ctx);
	plan_tlb__read(ctx);
	plan_tune__read(ctx);
	plan_exact__collectors(ctx);
	plan_factorial__read(ctx);
	plan_margins__read(ctx);
	plan_gate__read(ctx);
	plan_expect__read(ctx);
	plan_exact__check(ctx);
	plan_perf__resolve(ctx);
}

int plan__parse(const char *path, const char *text, size_t len, struct plan **plan,
		struct plan_diag *diag)
{
	struct plan_ctx ctx = { .plan = xcalloc(1, sizeof(**plan)) };
	yaml_node_t *root;
	struct err err;
	int ret;

	*plan = NULL;
	ret = cpus__load(&ctx.cpus, &err);
	if (ret) {
		strvec__push(&diag->msgs, err.msg);
		plan__free(ctx.plan);
		return ret;
	}
	ctx.plan->path = xstrdup(path);
	ctx.plan->text = xstrndup(text, len);
	ctx.plan->name = name_from_path(path);
	/* Go on after a mistake, so that one run reports them all. */
	root = yaml__load(&ctx.y, path, text, len);
	if (root) {
		read_top(&ctx, root);
		read_parts(&ctx);
	}
	if (yaml__report(&ctx.y, &diag->msgs))
		ret = -EINVAL;
	yaml__release(&ctx.y);
	cpus__free(ctx.cpus);
	if (ret)
		plan__free(ctx.plan);
	else
		*plan = ctx.plan;
	return ret;
}

int plan__load(const char *path, struct plan **plan, struct plan_diag *diag)
{
	_free_ char *text = NULL;
	size_t len;
	struct err err = { "" };
	int ret = fs__read(path, YAML_FILE_MAX, &text, &len);

	*plan = NULL;
	if (!ret)
		ret = text__clean(text, &len, &err);
	if (!ret)
		return plan__parse(path, text, len, plan, diag);
	if (err.msg[0])
		strvec__pushf(&diag->msgs, "%s: %s", path, err.msg);
	else if (ret == -EFBIG)
		strvec__pushf(&diag->msgs, "%s: larger than %u bytes: not a plan", path,
			      YAML_FILE_MAX);
	else
		strvec__pushf(&diag->msgs, "%s: cannot read the plan: %s", path, strerror(-ret));
	return ret;
}

void plan_diag__release(struct plan_diag *diag)
{
	strvec__release(&diag->msgs);
}

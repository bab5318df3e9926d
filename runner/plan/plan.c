// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/plan.h"

#include "lib/fs.h"
#include "runner/kernels/build/build.h"
#include "runner/plan/parse.h"

#include <ctype.h>

#define DEFAULT_BOOTS 3
#define DEFAULT_ITERATIONS 4
#define DEFAULT_WARMUP 1
#define DEFAULT_SEED 1
/* In exact mode a second region of one boot is no second look: its order would move it. */
#define EXACT_ITERATIONS 1
#define EXACT_WARMUP 0

/* What the top of the file fills: the plan itself and the places of its parts. */
struct top {
	struct plan plan;
	struct plan_nodes at;
	unsigned int design; /* 1: paired */
	unsigned int size; /* 1: full */
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
	FIELD("boots", UINT, struct top, plan.boots, .min = 1, .max = PLAN_MAX_BOOTS),
	TOP_NODE(iterations),
	TOP_NODE(warmup),
	FIELD("seed", U64, struct top, plan.seed),
	FIELD("stop_on_failure", BOOL, struct top, plan.stop_on_failure),
	FIELD("exact", BOOL, struct top, plan.exact),
	TOP_NODE(parallel),
	TOP_NODE(tlb),
	TOP_NODE(tune),
	{ 0 },
};

static const struct yaml_field count_fields[] = {
	FIELD("iterations", UINT, struct plan_ctx, iterations, .min = 1,
	      .max = PLAN_MAX_ITERATIONS),
	FIELD("warmup", UINT, struct plan_ctx, warmup, .min = 0, .max = PLAN_MAX_ITERATIONS - 1),
};

/* A plan without a name is called as its file. */
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

static void read_top(struct plan_ctx *ctx, yaml_node_t *root)
{
	struct top top = { .plan = *ctx->plan };

	top.plan.boots = DEFAULT_BOOTS;
	top.plan.seed = DEFAULT_SEED;
	yaml__read(&ctx->y, root, "a plan", top_fields, &top);
	*ctx->plan = top.plan;
	ctx->plan->paired = top.design;
	ctx->plan->full = top.size;
	ctx->at = top.at;
	ctx->iterations = ctx->plan->exact ? EXACT_ITERATIONS : DEFAULT_ITERATIONS;
	ctx->warmup = ctx->plan->exact ? EXACT_WARMUP : DEFAULT_WARMUP;
	if (ctx->at.iterations)
		yaml__read_value(&ctx->y, ctx->at.iterations, &count_fields[0], ctx);
	if (ctx->at.warmup)
		yaml__read_value(&ctx->y, ctx->at.warmup, &count_fields[1], ctx);
}

static void read_all(struct plan_ctx *ctx, yaml_node_t *root)
{
	read_top(ctx, root);
	plan_target__read(ctx);
	plan_guest__read(ctx);
	plan_variants__read(ctx);
	plan_compare__read(ctx);
	plan_workloads__read(ctx);
	plan_collectors__read(ctx);
	plan_tlb__read(ctx);
	plan_tune__read(ctx);
	plan_exact__collectors(ctx);
	plan_factorial__read(ctx);
	plan_margins__read(ctx);
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
	root = yaml__load(&ctx.y, path, text, len);
	if (root)
		read_all(&ctx, root);
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
	int ret = fs__read(path, YAML_FILE_MAX, &text, &len);

	*plan = NULL;
	if (!ret)
		return plan__parse(path, text, len, plan, diag);
	if (ret == -EFBIG)
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

static void free_variant(struct plan_variant *v)
{
	free(v->name);
	strvec__release(&v->kernel.packages);
	strvec__release(&v->kernel.suites);
	free(v->kernel.arch);
	free(v->kernel.image);
	free(v->kernel.modules);
	if (v->kernel.build)
		build_spec__release(v->kernel.build);
	free(v->kernel.build);
	free(v->kernel.named);
	free(v->cpu);
	free(v->cpu_arg);
	free(v->cmdline);
	free(v->fake.fail);
}

static void free_workload(struct plan_workload *w)
{
	param_set__release(&w->params);
	metric_list__release(&w->declared);
}

void plan__free(struct plan *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n_variants; i++)
		free_variant(&p->variants[i]);
	for (size_t i = 0; i < p->n_compares; i++)
		free(p->compares[i].title);
	for (size_t i = 0; i < p->n_factorials; i++)
		free(p->factorials[i].title);
	for (size_t i = 0; i < p->n_workloads; i++)
		free_workload(&p->workloads[i]);
	for (size_t i = 0; i < p->n_collectors; i++)
		param_set__release(&p->collectors[i].params);
	free(p->variants);
	free(p->compares);
	free(p->factorials);
	free(p->margins);
	free(p->workloads);
	free(p->collectors);
	strvec__release(&p->target.host_cpus);
	free(p->target.qemu);
	free(p->target.min_qemu);
	strvec__release(&p->guest_suites);
	strvec__release(&p->tlb_cores);
	for (size_t i = 0; i < TUNE_MAX; i++)
		free(p->tune.word[i]);
	strvec__release(&p->guest_packages);
	free(p->guest_initramfs);
	free(p->name);
	free(p->path);
	free(p->text);
	free(p);
}

static void push_each(struct strvec *out, const char *const *words)
{
	for (; words && *words; words++)
		strvec__push(out, *words);
}

static void add_packages(const struct plan_workload *w, struct strvec *out)
{
	push_each(out, w->wl->packages);
	if (w->wl->more_packages)
		w->wl->more_packages(&w->params, out);
}

void plan__guest_packages(const struct plan *plan, struct strvec *out)
{
	for (size_t i = 0; i < plan->n_workloads; i++)
		add_packages(&plan->workloads[i], out);
	for (size_t i = 0; i < plan->guest_packages.n; i++)
		strvec__push(out, plan->guest_packages.v[i]);
	strvec__sort_unique(out);
}

void plan__modules(const struct plan *plan, struct strvec *out)
{
	for (size_t i = 0; i < plan->n_workloads; i++)
		push_each(out, plan->workloads[i].wl->modules);
	strvec__sort_unique(out);
}

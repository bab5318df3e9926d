// SPDX-License-Identifier: GPL-2.0-only
/* exact.c - the keys `exact`, `parallel`, `profile` and `tlb` of a plan, and what they require of
 * its other parts. */
#include "runner/plan/exact.h"

#include "collectors/tlbmodel/model.h"
#include "runner/config/core.h"
#include "runner/host/arch.h"
#include "runner/plan/parse.h"
#include "runner/plan/work.h"

#define MAX_PARALLEL 64
#define TLB_MODEL "tlbmodel"

static const struct yaml_field parallel_field = FIELD("parallel", UINT, struct plan, parallel,
						      .min = 1, .max = MAX_PARALLEL);
static const struct yaml_field profile_field = FIELD("profile", BOOL, struct plan, profile);

/* Exact mode needs emulation: under KVM or on real hardware neither timing nor interrupts are
 * reproducible. */
static void check_is_emulated(struct plan_ctx *ctx)
{
	const struct plan *p = ctx->plan;

	if (plan_target__runs(&p->target) == RUNS_AS_IT_IS || p->target.boots)
		yaml__note(&ctx->y, ctx->at.target,
			   "'exact' needs emulation, but 'target' says kind: %s",
			   plan_target__name(p->target.kind));
	if (p->target.kind != TARGET_QEMU)
		return;
	if (p->target.cpus > MODEL_VCPUS)
		yaml__note(&ctx->y, ctx->at.target,
			   "'exact' supports at most %d CPUs, but 'target' says cpus: %u",
			   MODEL_VCPUS, p->target.cpus);
	if (p->target.accel == ACCEL_KVM)
		yaml__note(&ctx->y, ctx->at.target,
			   "'exact' needs emulation, but 'target' says accel: kvm; leave accel out");
	for (size_t i = 0; i < p->n_variants; i++)
		if (plan_variant__cpu_is_host(&p->variants[i]))
			yaml__note(&ctx->y, ctx->variant_at[i].cpu,
				   "'exact' needs emulation: cpu "
				   "'host' is KVM; name an emulated one, such as max");
}

/* Exact boots always have the TLB model. It goes last in the list: collectors nest around the
 * measured region, and only the innermost one does not count the work of the others. */
void plan_exact__collectors(struct plan_ctx *ctx)
{
	struct plan *p = ctx->plan;
	const struct collector *col = collector__find(TLB_MODEL);
	struct plan_collector asked;
	size_t i = 0;

	if (!p->exact)
		return;
	while (i < p->n_collectors && p->collectors[i].col != col)
		i++;
	if (i < p->n_collectors) {
		asked = p->collectors[i];
		memmove(&p->collectors[i], &p->collectors[i + 1],
			(p->n_collectors - i - 1) * sizeof(asked));
		p->collectors[p->n_collectors - 1] = asked;
	} else if (col) {
		plan_collector__add(p, col);
	}
}

/* Note what makes no sense in a plan that measures times. */
static void check_timed(struct plan_ctx *ctx)
{
	const struct plan *p = ctx->plan;

	if (p->parallel > 1)
		yaml__note(&ctx->y, ctx->at.parallel,
			   "timed boots cannot run %u at a time: they would slow each other "
			   "down; leave 'parallel' out, or say exact: true",
			   p->parallel);
	for (size_t i = 0; i < p->n_collectors; i++)
		if (streq(p->collectors[i].col->name, TLB_MODEL))
			yaml__note(&ctx->y, ctx->at.collectors,
				   "collector '" TLB_MODEL "' counts in "
				   "exact mode only: say exact: true, or leave it out");
}

/* `parallel` 0 lets the campaign choose; timed boots run one at a time. `profile` defaults to on in
 * exact mode, as it costs next to nothing. */
void plan_exact__check(struct plan_ctx *ctx)
{
	struct plan *p = ctx->plan;

	p->parallel = p->exact ? 0 : 1;
	if (ctx->at.parallel) {
		yaml__read_value(&ctx->y, ctx->at.parallel, &parallel_field, p);
		p->parallel_line = yaml__line(ctx->at.parallel);
		p->parallel_col = yaml__col(ctx->at.parallel);
	}
	p->profile = p->exact;
	if (ctx->at.profile && !p->exact)
		yaml__note(&ctx->y, ctx->at.profile,
			   "'profile' needs exact: true: functions are counted in exact mode only");
	else if (ctx->at.profile)
		yaml__read_value(&ctx->y, ctx->at.profile, &profile_field, p);
	if (p->exact)
		check_is_emulated(ctx);
	else
		check_timed(ctx);
}

struct tlb_key {
	yaml_node_t *cores;
};

static const struct yaml_field tlb_fields[] = {
	FIELD("cores", NODE, struct tlb_key, cores, .required = true),
	{ 0 },
};

/* Read one entry of `cores`. The message for a mistake in the core's own file gives the position
 * in that file. */
static void read_core(struct plan_ctx *ctx, yaml_node_t *item)
{
	const char *name = yaml__scalar(&ctx->y, item, "cores", "the name of a core");
	_cleanup_(core__release) struct core core = { 0 };
	struct err err;

	if (!name)
		return;
	if (strvec__has(&ctx->plan->tlb_cores, name)) {
		yaml__note(&ctx->y, item, "core '%.64s' is listed twice", name);
		return;
	}
	if (core__load(name, &core, &err)) {
		yaml__note(&ctx->y, item, "%s", err.msg);
		return;
	}
	if (!core.tlb_source)
		yaml__note(&ctx->y, item,
			   "core '%.64s' has no section 'tlb': its TLBs cannot be simulated", name);
	strvec__push(&ctx->plan->tlb_cores, name);
}

/* The number of simulated cores is bounded, as each costs the plugin time on every memory access. */
void plan_tlb__read(struct plan_ctx *ctx)
{
	struct tlb_key key = { 0 };
	size_t n;

	if (!ctx->at.tlb)
		return;
	yaml__read(&ctx->y, ctx->at.tlb, "section tlb", tlb_fields, &key);
	n = key.cores ? yaml__count(&ctx->y, key.cores, "cores") : 0;
	if (n > GEOMETRY_MAX)
		yaml__note(&ctx->y, key.cores,
			   "'cores' has %zu entries; at most %d are simulated at once", n,
			   GEOMETRY_MAX);
	else if (key.cores && !n && yaml__is_empty_list(key.cores))
		yaml__note(&ctx->y, key.cores, "'cores' is empty; leave 'tlb' out for the default");
	for (size_t i = 0; i < n && i < GEOMETRY_MAX; i++)
		read_core(ctx, yaml__item(&ctx->y, key.cores, i));
	if (plan__arch(ctx->plan) && !streq(plan__arch(ctx->plan), ARCH_ARM64))
		yaml__note(&ctx->y, ctx->at.tlb,
			   "'tlb' does not apply: the TLB model is for arm64, but these kernels are "
			   "for %s",
			   plan__arch(ctx->plan));
	if (!ctx->plan->exact)
		yaml__note(&ctx->y, ctx->at.tlb,
			   "'tlb' needs exact: true: TLBs are simulated in exact mode only");
}

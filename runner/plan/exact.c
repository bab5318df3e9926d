// SPDX-License-Identifier: GPL-2.0-only
/* The keys `exact` and `parallel` of a plan, and what they ask of its other parts. */
#include "runner/plan/parse.h"

#define MAX_PARALLEL 64
#define TLB_MODEL "tlbmodel"

static const struct yaml_field parallel_field = FIELD("parallel", UINT, struct plan, parallel,
						      .min = 1, .max = MAX_PARALLEL);

/* A host CPU runs a guest at its own pace and interrupts it when it likes. */
static void check_cpus(struct plan_ctx *ctx)
{
	const struct plan *p = ctx->plan;

	if (p->target.kind == TARGET_LOCAL)
		yaml__note(&ctx->y, ctx->at.target,
			   "'exact' needs emulation, and 'target' says "
			   "kind: local");
	if (p->target.kind != TARGET_QEMU)
		return;
	if (p->target.accel == ACCEL_KVM)
		yaml__note(&ctx->y, ctx->at.target,
			   "'exact' needs emulation, and 'target' says "
			   "accel: kvm; leave accel out");
	for (size_t i = 0; i < p->n_variants; i++)
		if (plan_variant__cpu_is_host(&p->variants[i]))
			yaml__note(&ctx->y, ctx->variant_at[i].cpu,
				   "'exact' needs emulation: cpu "
				   "'host' is KVM; name an emulated one, such as max");
}

/* Without being asked: it is what exact boots are for. As the last: collectors frame a measured
 * part like brackets, and what the others do is not to be counted. */
static void add_tlb_model(struct plan *p)
{
	const struct collector *col = collector__find(TLB_MODEL);
	struct plan_collector asked;
	size_t i = 0;

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

static void check_timed(struct plan_ctx *ctx)
{
	const struct plan *p = ctx->plan;

	if (p->parallel > 1)
		yaml__note(&ctx->y, ctx->at.parallel,
			   "boots that are timed cannot run %u at a time: "
			   "they would slow each other down; leave 'parallel' out, or say exact: "
			   "true",
			   p->parallel);
	for (size_t i = 0; i < p->n_collectors; i++)
		if (streq(p->collectors[i].col->name, TLB_MODEL))
			yaml__note(&ctx->y, ctx->at.collectors,
				   "collector '" TLB_MODEL "' counts in "
				   "exact mode only: say exact: true, or leave it out");
}

void plan_exact__check(struct plan_ctx *ctx)
{
	struct plan *p = ctx->plan;

	p->parallel = p->exact ? 0 : 1;
	if (ctx->at.parallel) {
		yaml__read_value(&ctx->y, ctx->at.parallel, &parallel_field, p);
		p->parallel_line = yaml__line(ctx->at.parallel);
		p->parallel_col = yaml__col(ctx->at.parallel);
	}
	if (p->exact)
		check_cpus(ctx);
	else
		check_timed(ctx);
}

void plan_exact__collectors(struct plan_ctx *ctx)
{
	if (ctx->plan->exact)
		add_tlb_model(ctx->plan);
}

// SPDX-License-Identifier: GPL-2.0-only
/* The key `tlb` of a plan: which cores' TLBs are simulated. */
#include "runner/config/core.h"
#include "runner/plan/parse.h"

struct tlb_key {
	yaml_node_t *cores;
};

static const struct yaml_field fields[] = {
	FIELD("cores", NODE, struct tlb_key, cores, .required = true),
	{ 0 },
};

/* The core's own file may be wrong, too: then its place is told. */
static void read_core(struct plan_ctx *ctx, yaml_node_t *item)
{
	const char *name = yaml__scalar(&ctx->y, item, "cores", "the name of a core");
	struct core core;
	struct err err;

	if (!name)
		return;
	if (strvec__has(&ctx->plan->tlb_cores, name)) {
		yaml__note(&ctx->y, item, "core '%.64s' is there already", name);
		return;
	}
	if (core__load(name, &core, &err)) {
		yaml__note(&ctx->y, item, "%s", err.msg);
		return;
	}
	if (!core.tlb_source)
		yaml__note(&ctx->y, item,
			   "core '%.64s' has no section 'tlb': its TLBs cannot be "
			   "simulated",
			   name);
	core__release(&core);
	strvec__push(&ctx->plan->tlb_cores, name);
}

void plan_tlb__read(struct plan_ctx *ctx)
{
	struct tlb_key key = { 0 };
	size_t n;

	if (!ctx->at.tlb)
		return;
	yaml__read(&ctx->y, ctx->at.tlb, "section tlb", fields, &key);
	n = key.cores ? yaml__count(&ctx->y, key.cores, "cores") : 0;
	if (n > GEOMETRY_MAX)
		yaml__note(&ctx->y, key.cores,
			   "'cores' has %zu entries; at most %d are simulated "
			   "at once",
			   n, GEOMETRY_MAX);
	else if (key.cores && !n && yaml__is_empty_list(key.cores))
		yaml__note(&ctx->y, key.cores, "'cores' is empty; leave 'tlb' out for the default");
	for (size_t i = 0; i < n && i < GEOMETRY_MAX; i++)
		read_core(ctx, yaml__item(&ctx->y, key.cores, i));
	if (!ctx->plan->exact)
		yaml__note(&ctx->y, ctx->at.tlb,
			   "'tlb' needs exact: true: TLBs are simulated in "
			   "exact mode only");
}

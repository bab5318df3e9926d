// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf.c - the parameters of collector perf that follow from the machine: the event numbers of its
 * CPU's core (configs/cores), or why there can be none.
 */
#include "runner/plan/perf.h"

#include "runner/config/core.h"
#include "runner/plan/parse.h"

/* Is any variant's CPU emulated? An emulated PMU has the architected events only, by name. */
static bool is_emulated(const struct plan *p)
{
	if (p->target.kind != TARGET_QEMU || p->target.accel == ACCEL_KVM)
		return false;
	for (size_t i = 0; i < p->n_variants; i++)
		if (p->target.accel == ACCEL_TCG || !plan_variant__cpu_is_host(&p->variants[i]))
			return true;
	return false;
}

/* The values are kduel's own, but the parameter's checks (length, characters) apply all the
 * same. */
static void set_param(struct plan_ctx *ctx, struct param_set *params, const char *name,
		      const char *text)
{
	struct err err;

	if (param_set__put(params, name, text, &err))
		yaml__note(&ctx->y, ctx->at.collectors, "perf: %s", err.msg);
}

/* The events go to the agent as one parameter, since configs/ does not exist in a guest. */
static void use_core(struct plan_ctx *ctx, struct param_set *params, const char *name,
		     const struct core_pmu *pmu)
{
	_free_ char *table = core_pmu__table(pmu);

	set_param(ctx, params, "core", name);
	set_param(ctx, params, "table", table);
}

/* Use the core that the plan names. */
static void use_named_core(struct plan_ctx *ctx, struct param_set *params, const char *name)
{
	_cleanup_(core__release) struct core core = { 0 };
	struct err err;

	if (core__load(name, &core, &err)) {
		yaml__note(&ctx->y, ctx->at.collectors, "perf: %s", err.msg);
		return;
	}
	if (core.pmu.source)
		use_core(ctx, params, core.name, &core.pmu);
	else
		yaml__note(&ctx->y, ctx->at.collectors, "perf: core '%.64s' has no section 'pmu'",
			   name);
}

/* Use the core of this machine's CPU, if configs/cores has it. */
static void use_this_core(struct plan_ctx *ctx, struct param_set *params)
{
	_free_ char *cpu = core_pmu__this_cpu();
	_free_ char *name = NULL;
	_cleanup_(core_pmu__release) struct core_pmu pmu = { 0 };
	struct err err;

	if (!cpu)
		return;
	name = core__find_pmu(cpu, &pmu, &err);
	if (name)
		use_core(ctx, params, name, &pmu);
	else if (err.msg[0])
		yaml__note(&ctx->y, ctx->at.collectors, "perf: %s", err.msg);
}

/* Fill the parameters that kduel sets, and note what does not apply to the plan's CPUs. */
static void resolve_params(struct plan_ctx *ctx, struct param_set *params)
{
	const struct plan *p = ctx->plan;
	const char *core = param_set__get(params, "core")->text;
	_free_ char *name = xstrdup(core);

	if (param_set__get(params, "table")->text[0] || param_set__get(params, "hardware")->text[0])
		yaml__note(&ctx->y, ctx->at.collectors,
			   "perf: 'table' and 'hardware' are set by "
			   "kduel; name a core, or leave them out");
	if (p->exact && p->target.cpus > 1)
		set_param(ctx, params, "hardware",
			  "in exact mode QEMU gives each of several vCPUs the "
			  "count of the whole machine; cpus: 1 has counts");
	if (!is_emulated(p) && name[0])
		use_named_core(ctx, params, name);
	else if (p->target.kind == TARGET_SSH)
		return; /* this host's CPU says nothing about the machine's: the plan may name a core */
	else if (!is_emulated(p))
		use_this_core(ctx, params);
	else if (name[0])
		yaml__note(&ctx->y, ctx->at.collectors,
			   "perf: 'core' needs a real CPU or KVM: an "
			   "emulated one has no events by number");
}

void plan_perf__resolve(struct plan_ctx *ctx)
{
	for (size_t i = 0; i < ctx->plan->n_collectors; i++)
		if (streq(ctx->plan->collectors[i].col->name, "perf"))
			resolve_params(ctx, &ctx->plan->collectors[i].params);
}

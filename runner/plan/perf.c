// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf.c - the parameters of collector perf that depend on the CPU: the event numbers of its core
 * (configs/cores), or why hardware events are unavailable.
 */
#include "runner/plan/perf.h"

#include "runner/config/core.h"
#include "runner/plan/parse.h"

/* Is any variant's CPU emulated? QEMU's PMU has only architected events, which perf knows by
 * name. */
static bool is_emulated(const struct plan *p)
{
	if (p->target.kind != TARGET_QEMU || p->target.accel == ACCEL_KVM)
		return false;
	for (size_t i = 0; i < p->n_variants; i++)
		if (p->target.accel == ACCEL_TCG || !plan_variant__cpu_is_host(&p->variants[i]))
			return true;
	return false;
}

/* Put a core's events into the parameters. They go to the agent as one parameter, since configs/
 * does not exist in a guest; param_set__put() may reject them like a user's value. */
static int use_core(struct param_set *params, const char *name, const struct core_pmu *pmu,
		    struct err *err)
{
	_free_ char *table = core_pmu__table(pmu);
	int ret = param_set__put(params, "core", name, err);

	return ret ? ret : param_set__put(params, "table", table, err);
}

/* Use the core that the plan names. */
static int use_named_core(struct param_set *params, const char *name, struct err *err)
{
	_cleanup_(core__release) struct core core = { 0 };
	int ret = core__load(name, &core, err);

	if (ret)
		return ret;
	return core.pmu.source ? use_core(params, core.name, &core.pmu, err) :
				 err__set(err, -EINVAL, "core '%.64s' has no section 'pmu'", name);
}

/* Use the core of the CPU described by /proc and /sys below `root`, if configs/cores has it. */
static int use_core_of(struct param_set *params, const char *root, struct err *err)
{
	_free_ char *cpu = core_pmu__this_cpu(root);
	_free_ char *name = NULL;
	_cleanup_(core_pmu__release) struct core_pmu pmu = { 0 };

	*err = (struct err){ "" };
	name = cpu ? core__find_pmu(cpu, &pmu, err) : NULL;
	return name ? use_core(params, name, &pmu, err) : err->msg[0] ? -EINVAL : 0;
}

/* Set the parameters that are kduel's to set, and note those that do not apply to the plan's
 * CPUs. */
static void resolve_params(struct plan_ctx *ctx, struct param_set *params)
{
	const struct plan *p = ctx->plan;
	const char *core = param_set__get(params, "core")->text;
	_free_ char *name = xstrdup(core);
	struct err err;
	int ret = 0;

	if (param_set__get(params, "table")->text[0] || param_set__get(params, "hardware")->text[0])
		yaml__note(&ctx->y, ctx->at.collectors,
			   "perf: 'table' and 'hardware' are set by "
			   "kduel; name a core, or leave them out");
	if (p->exact && p->target.cpus > 1)
		ret = param_set__put(params, "hardware",
				     "in exact mode QEMU gives each of several vCPUs the "
				     "count of the whole machine; cpus: 1 has counts",
				     &err);
	if (!ret && !is_emulated(p) && name[0])
		ret = use_named_core(params, name, &err);
	else if (!ret && !is_emulated(p) && p->target.kind != TARGET_SSH)
		ret = use_core_of(params, "", &err);
	else if (!ret && is_emulated(p) && name[0])
		ret = err__set(&err, -EINVAL,
			       "'core' needs a real CPU or KVM: an emulated CPU does not support events "
			       "by number");
	if (ret)
		yaml__note(&ctx->y, ctx->at.collectors, "perf: %s", err.msg);
}

int plan_perf__use_machine(struct plan *plan, const char *root, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < plan->n_collectors; i++) {
		struct param_set *params = &plan->collectors[i].params;

		if (streq(plan->collectors[i].col->name, "perf") &&
		    !param_set__get(params, "core")->text[0])
			ret = use_core_of(params, root, err);
	}
	return ret;
}

void plan_perf__resolve(struct plan_ctx *ctx)
{
	for (size_t i = 0; i < ctx->plan->n_collectors; i++) {
		const char *name = ctx->plan->collectors[i].col->name;

		if (streq(name, "perf"))
			resolve_params(ctx, &ctx->plan->collectors[i].params);
		else if (streq(name, "perf-record") && ctx->plan->exact && ctx->plan->profile)
			yaml__note(&ctx->y, ctx->at.collectors,
				   "perf-record: exact mode counts every instruction by function, "
				   "without sampling (kduel explain): leave perf-record out, or say "
				   "'profile: false' to try sampling");
	}
}

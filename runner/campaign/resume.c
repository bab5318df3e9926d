// SPDX-License-Identifier: GPL-2.0-only
/* resume.c - compare what new boots would use with what the stored boots used. */
#include "runner/campaign/resume.h"

#include "runner/boot/facts.h"
#include "runner/targets/qemu_find.h"

/* Check that a fact has the value `now` in every successful stored boot of the variant. */
static int check_fact(struct store *st, const struct campaign_variant *v, const char *key,
		      const char *now, const char *what, struct err *err)
{
	_cleanup_(strvec__release) struct strvec was = { 0 };
	int ret = store__fact_values(st, v->id, key, &was, err);

	for (size_t i = 0; !ret && i < was.n; i++)
		if (!streq(was.v[i], now))
			ret = err__set(
				err, -EINVAL,
				"variant '%s': %s not the same as in the earlier "
				"boots: now %.100s, it was %.100s; put it back, or begin a new campaign",
				v->name, what, now, was.v[i]);
	return ret;
}

/* Current values of facts that are the same for all variants; NULL: not relevant for this plan. */
struct now {
	const char *events;
	char *cores, *qemu;
};

/* Check the facts that affect a boot's figures and that are known before it boots. */
static int check_variant(struct store *st, const struct campaign_variant *v, const char *cpu,
			 const struct now *now, struct err *err)
{
	int ret = 0;

	if (cpu)
		ret = check_fact(st, v, FACT_CPU, cpu, "the CPU (configs/cpus.yaml) is", err);
	if (!ret && now->events)
		ret = check_fact(st, v, FACT_EVENTS, now->events,
				 "the CPU's events (configs/cores) are", err);
	if (!ret && now->cores)
		ret = check_fact(st, v, FACT_TLB_CORES, now->cores,
				 "the simulated TLBs (configs/cores) are", err);
	if (!ret && now->qemu)
		ret = check_fact(st, v, FACT_QEMU, now->qemu, "QEMU is", err);
	return ret;
}

/* Check the workloads' parameters. The plan is the stored one, but script files that it names may
 * have changed. */
static int check_params(struct store *st, const struct campaign_variant *v, const struct plan *plan,
			struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < plan->n_workloads; i++) {
		_free_ char *key = NULL, *now = env_host__params(&plan->workloads[i], &key);
		_free_ char *what = xasprintf("the parameters of %s are",
					      plan->workloads[i].wl->name);

		ret = check_fact(st, v, key, now, what, err);
	}
	return ret;
}

int resume__check(const struct campaign_run *c, const struct campaign *old, struct store *st,
		  struct err *err)
{
	const struct plan *plan = c->plan;
	struct now now = { .events = env_host__events(plan) };
	int ret = 0;

	/* Compare content: a kernel with the same path or release may have been rebuilt since. In a
	 * dry run, planned kernels have no hash yet. */
	for (size_t i = 0; c->kernels && i < plan->n_variants; i++)
		if (!c->kernels[i]->planned &&
		    !streq(c->kernels[i]->hash, old->variants[i].kernel_hash))
			return err__set(err, -EINVAL,
					"the kernel of variant '%s' is not the one of "
					"the earlier boots: %s is now %.12s, it was %.12s; put it "
					"back, or begin a new campaign",
					old->variants[i].name, c->kernels[i]->origin,
					c->kernels[i]->hash, old->variants[i].kernel_hash);
	if (plan__models_tlb(plan))
		now.cores = tlb_cores__fact(&c->tlb);
	if (plan->exact && c->qemu)
		now.qemu = qemu__describe(c->qemu);
	for (size_t i = 0; !ret && i < plan->n_variants; i++)
		ret = check_variant(st, &old->variants[i], plan->variants[i].cpu_arg, &now, err);
	for (size_t i = 0; !ret && i < plan->n_variants; i++)
		ret = check_params(st, &old->variants[i], plan, err);
	free(now.cores);
	free(now.qemu);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "runner/resume.h"

#include "runner/env-host.h"
#include "runner/targets/qemu-find.h"

static int check_kernels(const struct campaign_run *c, const struct campaign *old, struct err *err)
{
	for (size_t i = 0; c->kernels && i < c->plan->n_variants; i++)
		if (!streq(c->kernels[i]->hash, old->variants[i].kernel_hash))
			return err__set(err, -EINVAL, "the kernel of variant '%s' is not the one of "
					"the earlier boots: %.12s, it was %.12s",
					old->variants[i].name, c->kernels[i]->hash,
					old->variants[i].kernel_hash);
	return 0;
}

/* Boots that failed have no figures that could be mixed with others. */
static int check_fact(const struct campaign *old, struct store *st, const char *key,
		      const char *now, const char *what, struct err *err)
{
	struct strvec was = { 0 };
	int ret = 0;

	for (size_t i = 0; !ret && i < old->n_variants; i++)
		ret = store__fact_values(st, old->variants[i].id, key, &was, err);
	for (size_t i = 0; !ret && i < was.n; i++)
		if (!streq(was.v[i], now))
			ret = err__set(err, -EINVAL, "%s not the same as in the earlier boots: now %s, "
				       "it was %s; put it back, or begin a new campaign", what, now,
				       was.v[i]);
	strvec__release(&was);
	return ret;
}

static int check_exact(const struct campaign_run *c, const struct campaign *old, struct store *st,
		       struct err *err)
{
	_free_ char *cores = tlb_cores__fact(&c->tlb);
	_free_ char *qemu = c->qemu ? qemu__describe(c->qemu) : NULL;
	int ret = check_fact(old, st, FACT_TLB_CORES, cores, "the simulated TLBs (configs/cores) are",
			     err);

	if (!ret && qemu)
		ret = check_fact(old, st, FACT_QEMU, qemu, "QEMU is", err);
	return ret;
}

int resume__check(const struct campaign_run *c, const struct campaign *old, struct store *st,
		  struct err *err)
{
	const char *events = env_host__events(c->plan);
	int ret = check_kernels(c, old, err);

	if (!ret && events)
		ret = check_fact(old, st, FACT_EVENTS, events,
				 "the CPU's events (configs/cores) are", err);
	return ret || !c->plan->exact ? ret : check_exact(c, old, st, err);
}

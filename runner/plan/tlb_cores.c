// SPDX-License-Identifier: GPL-2.0-only
/* tlb_cores.c - the simulated cores of a plan, as arguments of the TLB model's QEMU plugin. */
#include "runner/plan/tlb_cores.h"

#include "runner/config/core.h"

/* Used if the plan names no cores: a typical core, and one with a larger second-level TLB to show
 * how much the result depends on its size. */
static const char *const default_cores[] = { CORE_GENERIC, "generic-large" };

static int add(struct tlb_cores *cores, const char *name, struct err *err)
{
	_free_ char *word = NULL, *sizes = NULL;
	_cleanup_(core__release) struct core core = { 0 };
	int ret = core__load(name, &core, err);

	if (ret)
		return ret;
	/* A core without `tlb` that a plan names is rejected when the plan is read (exact.c). */
	if (core.tlb_source) {
		word = geometry__format(&core.geometry);
		sizes = core__describe(&core);
		strvec__push(&cores->words, word);
		strvec__pushf(&cores->texts, "%s: %s; %s", name, sizes, core.tlb_source);
	} else {
		ret = err__set(err, -EINVAL, "core '%s' has no section 'tlb'", name);
	}
	return ret;
}

int tlb_cores__load(const struct plan *plan, struct tlb_cores *cores, struct err *err)
{
	const bool named = plan->tlb_cores.n;
	size_t n = named ? plan->tlb_cores.n : ARRAY_SIZE(default_cores);
	int ret = 0;

	for (size_t i = 0; !ret && i < n; i++)
		ret = add(cores, named ? plan->tlb_cores.v[i] : default_cores[i], err);
	return ret;
}

/* The arguments describe each geometry completely, so equal facts mean equal TLBs, even if the
 * files in configs/cores have changed in between. */
char *tlb_cores__fact(const struct tlb_cores *cores)
{
	return strvec__join(&cores->words, " ");
}

void tlb_cores__release(struct tlb_cores *cores)
{
	strvec__release(&cores->words);
	strvec__release(&cores->texts);
}

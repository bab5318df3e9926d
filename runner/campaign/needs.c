// SPDX-License-Identifier: GPL-2.0-only
/* needs.c - collect what the parts of a plan need from a kernel, and check the kernels. */
#include "runner/campaign/needs.h"

#include "runner/kernels/files/modules.h"
#include "runner/kernels/needs.h"

/* Which needs of the target apply: a mask of enum need_when. */
static unsigned int when_of(const struct plan *plan)
{
	return (plan->exact ? NEED_EXACT : NEED_TIMED) | (plan__has_root(plan) ? NEED_ROOT : 0) |
	       (plan->guest_network ? NEED_NETWORK : 0) |
	       (plan->target.n_hotplug ? NEED_HOTPLUG : 0);
}

/* The error for a kernel that lacks something: lists everything that is missing. */
static int refuse(const struct plan *plan, const struct plan_variant *v, const struct kernel *k,
		  const struct strvec *lacks, struct err *err)
{
	_free_ char *text = strvec__join(lacks, "\n  ");

	return err__set(err, -EINVAL,
			"%s:%d:%d: kernel %s of variant '%s' lacks what this plan needs:\n  %s",
			plan->path, v->kernel.line, v->kernel.col, k->release, v->name, text);
}

int campaign_needs__check(const struct campaign_run *c, size_t variant,
			  const struct campaign_hooks *hooks, struct err *err)
{
	const struct plan *plan = c->plan;
	const struct plan_variant *v = &plan->variants[variant];
	const struct kernel *k = c->kernels[variant];
	const unsigned int when = when_of(plan);
	struct kernel_lacks found = { 0 };
	struct kernel_view view;
	int ret = 0;

	if (k->planned)
		return 0;
	kernel_view__of(k, &view);
	/* Without needs of its own, the target is a real machine, whose udev loads modules. */
	view.autoload = !c->ops->needs;
	kernel_needs__check(&view, c->ops->needs, k->arch, when, c->ops->name, &found);
	for (size_t i = 0; i < plan->n_workloads; i++) {
		const struct workload *wl = plan->workloads[i].wl;

		kernel_needs__check(&view, wl->needs, k->arch, when, wl->name, &found);
	}
	for (size_t i = 0; i < plan->n_collectors; i++) {
		const struct collector *col = plan->collectors[i].col;

		kernel_needs__check(&view, col->needs, k->arch, when, col->name, &found);
	}
	for (size_t i = 0; i < found.wants.n; i++)
		hooks->note("kernel  %s: %s", v->name, found.wants.v[i]);
	if (found.unknown.n)
		hooks->note("kernel  %s: its configuration is not known ('config: FILE'): %zu symbols "
			    "that the plan needs could not be checked",
			    v->name, found.unknown.n);
	if (found.lacks.n)
		ret = refuse(plan, v, k, &found.lacks, err);
	kernel_lacks__release(&found);
	kernel_view__release(&view);
	return ret;
}

/* Does the kernel have a module of this name? A planned kernel, still to be built, may have any. */
static bool has_file(const struct kernel *k, const char *module)
{
	_free_ char *name = xstrdup(module);
	char *names[] = { name, NULL };
	struct strvec one = { names, 1 }, files = { 0 };
	bool has = k->planned || (!kernel_modules__files(k, &one, &files, NULL) && files.n);

	strvec__release(&files);
	return has;
}

void campaign_needs__modules(const struct campaign_run *c, struct strvec *out)
{
	const unsigned int when = when_of(c->plan);

	for (const struct need *n = c->ops->needs; n && n->symbol; n++) {
		bool some = false;

		if (!n->module || (n->when & when) != n->when)
			continue;
		for (size_t i = 0; !some && i < c->plan->n_variants; i++)
			some = (!n->arch || streq(n->arch, c->kernels[i]->arch)) &&
			       has_file(c->kernels[i], n->module);
		if (some)
			strvec__push(out, n->module);
	}
}

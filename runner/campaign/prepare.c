// SPDX-License-Identifier: GPL-2.0-only
/* prepare.c - everything that must be there before the first boot. */
#include "runner/campaign/campaign.h"
#include "lib/units.h"
#include "runner/guest/initramfs.h"
#include "runner/guest/root.h"
#include "runner/kernels/resolve.h"
#include "runner/host/host.h"
#include "runner/campaign/prepare_test.h"
#include "runner/targets/qemu_find.h"

#include <sched.h>

/* What QEMU takes beside the guest's memory: its own, and the code it translates. */
#define QEMU_MEMORY (512ull << 20)

static int at(const struct plan *plan, const struct kernel_spec *k, int ret, struct err *err)
{
	return err__prefix(err, ret, "%s:%d:%d: ", plan->path, k->line, k->col);
}

/* Two variants that ask for the same kernel share one. */
static bool same_kernel(const struct kernel_spec *a, const struct kernel_spec *b)
{
	_free_ char *pa = strvec__shell_line(&a->packages), *pb = strvec__shell_line(&b->packages);
	_free_ char *sa = strvec__shell_line(&a->suites), *sb = strvec__shell_line(&b->suites);

	return streq(pa, pb) && streq(sa, sb) && streq(a->arch, b->arch) &&
	       streq(a->image ? a->image : "", b->image ? b->image : "") &&
	       streq(a->modules ? a->modules : "", b->modules ? b->modules : "");
}

static bool same_source(const struct kernel_spec *a, const struct kernel_spec *b)
{
	bool built = !a->build == !b->build && (!a->build || build_spec__equal(a->build, b->build));

	return built && streq(a->named ? a->named : "", b->named ? b->named : "");
}

static int get_kernels(struct campaign_run *c, const struct lock *want,
		       const struct campaign_hooks *hooks, struct err *err)
{
	const struct build_hooks builders = { hooks->note, hooks->working, 0, hooks->dry };
	const struct plan *plan = c->plan;

	c->kernels = xcalloc(plan->n_variants, sizeof(struct kernel *));
	for (size_t i = 0; i < plan->n_variants; i++) {
		const struct kernel_spec *spec = &plan->variants[i].kernel;
		int ret;

		for (size_t j = 0; j < i && !c->kernels[i]; j++)
			if (same_kernel(spec, &plan->variants[j].kernel) &&
			    same_source(spec, &plan->variants[j].kernel))
				c->kernels[i] = c->kernels[j];
		if (c->kernels[i])
			continue;
		ret = kernel__resolve(spec, want, &c->lock, &builders, &c->kernels[i], err);
		if (ret)
			return at(plan, spec, ret, err);
		hooks->note("kernel  %s: %s", plan->variants[i].name, c->kernels[i]->origin);
	}
	return 0;
}

/* What the agent loads to reach its root and, in exact mode, its jobs; docs/EXACT.md. */
static char *modules_of(const struct plan *plan, bool root)
{
	if (!plan->exact)
		return root ? xstrdup("virtio_blk") : NULL;
	return xstrdup(root ? "qemu_fw_cfg,nd_pmem,of_pmem,overlay" : "qemu_fw_cfg");
}

static void push_names(struct strvec *out, const char *list)
{
	_free_ char *text = xstrdup(list);
	char *save = NULL;

	for (char *n = strtok_r(text, ",", &save); n; n = strtok_r(NULL, ",", &save))
		strvec__push(out, n);
}

static void note_modules(struct campaign_run *c)
{
	struct strvec packages = { 0 };

	plan__guest_packages(c->plan, &packages);
	c->modules = modules_of(c->plan, packages.n > 0);
	strvec__release(&packages);
}

static int get_initrds(struct campaign_run *c, struct err *err)
{
	const struct plan *plan = c->plan;
	struct strvec modules = { 0 };
	int ret = 0;

	plan__modules(plan, &modules);
	/* Others make do without, and find out when there is a root. */
	if (plan->exact)
		push_names(&modules, c->modules);
	c->initrds = xcalloc(plan->n_variants, sizeof(char *));
	for (size_t i = 0; i < plan->n_variants && !ret; i++) {
		if (c->kernels[i]->planned) {
			c->initrds[i] = xstrdup("INITRAMFS");
			continue;
		}
		ret = guest__initramfs(c->kernels[i], &modules, plan->guest_initramfs,
				       &c->initrds[i], err);
		if (ret)
			err__prefix(err, ret, "%s:%d:%d: initramfs of variant '%s': ", plan->path,
				    plan->variants[i].line, plan->variants[i].col,
				    plan->variants[i].name);
	}
	strvec__release(&modules);
	return ret;
}

static int get_root(struct campaign_run *c, const struct lock *want,
		    const struct campaign_hooks *hooks, struct err *err)
{
	const struct plan *plan = c->plan;
	struct strvec packages = { 0 };
	int ret = 0;

	plan__guest_packages(plan, &packages);
	if (packages.n) {
		hooks->note("guest   %zu packages and what they depend on", packages.n);
		ret = guest__root_image(&packages, &plan->guest_suites,
					plan->variants[0].kernel.arch, want, &c->lock, &c->root,
					&c->root_changes, err);
	}
	if (c->lock.stale)
		hooks->note(
			"packages: the mirror does not answer; its lists in the cache were used");
	if (!ret && c->root_changes && *c->root_changes)
		hooks->note("guest   changed since the last image:\n%s", c->root_changes);
	strvec__release(&packages);
	return ret;
}

static int get_qemu(struct campaign_run *c, const struct lock *want,
		    const struct campaign_hooks *hooks, struct err *err)
{
	const struct target_prep prep = { want, &c->lock, hooks->note };
	_free_ char *text = NULL;
	int ret = c->ops->prepare ? c->ops->prepare(c->plan, &prep, &c->qemu, err) : 0;

	if (!ret && c->qemu) {
		text = qemu__describe(c->qemu);
		hooks->note("qemu    %s", text);
	}
	return ret;
}

/* How many CPUs boots may use. */
static unsigned int usable_cpus(const struct plan *plan)
{
	const struct strvec *pin = &plan->target.host_cpus;
	int pinned = pin->n ? units__cpu_list(pin->v[0], NULL, 0) : 0;
	cpu_set_t set;

	if (pinned > 0)
		return (unsigned int)pinned;
	return sched_getaffinity(0, sizeof(set), &set) < 0 ? 1 : (unsigned int)CPU_COUNT(&set);
}

static uint64_t memory_of_a_boot(const struct plan *plan)
{
	return plan->target.kind == TARGET_QEMU ? plan->target.memory + QEMU_MEMORY : 1;
}

/* What the plan says; else as many as there are CPUs for, and memory when all of a guest's is
 * touched. */
static unsigned int boots_at_a_time(const struct campaign_run *c)
{
	const struct plan *plan = c->plan;
	unsigned int n = plan->parallel ? plan->parallel : usable_cpus(plan);
	uint64_t room = hostinfo__memory_available() / memory_of_a_boot(plan);

	if (!plan->parallel && n > room)
		n = (unsigned int)room;
	if (n > c->n_slots)
		n = (unsigned int)c->n_slots;
	return n ? n : 1;
}

/* A number of boots that was asked for is not lowered in silence. The target has looked whether one
 * guest fits. */
static int check_room(const struct campaign_run *c, struct err *err)
{
	const struct plan *plan = c->plan;
	uint64_t each = memory_of_a_boot(plan), have = hostinfo__memory_available();

	if (!plan->parallel || c->parallel < 2 || c->parallel * each <= have)
		return 0;
	return err__set(err, -ENOTCONN,
			"%s:%d:%d: %u boots at a time need %llu MiB of memory, %llu "
			"each (the guest's and QEMU's own), and the host has %llu MiB available: ask "
			"for fewer, or leave 'parallel' out",
			plan->path, plan->parallel_line, plan->parallel_col, c->parallel,
			(unsigned long long)(c->parallel * each >> 20),
			(unsigned long long)(each >> 20), (unsigned long long)(have >> 20));
}

int campaign_run__prepare(struct campaign_run *c, const struct plan *plan, const struct lock *want,
			  const struct campaign_hooks *hooks, struct err *err)
{
	int ret;

	*c = (struct campaign_run){ .plan = plan, .ops = target__of(plan) };
	schedule__build(plan, &c->slots, &c->n_slots);
	c->done = xcalloc(c->n_slots, sizeof(*c->done));
	store__uuid(c->uuid);
	c->parallel = boots_at_a_time(c);
	ret = c->ops->check ? c->ops->check(plan, err) : 0;
	if (!ret)
		ret = check_room(c, err);
	if (!ret && plan->exact)
		ret = tlb_cores__load(plan, &c->tlb, err);
	if (ret || plan->target.kind == TARGET_FAKE)
		return ret;
	ret = get_qemu(c, want, hooks, err);
	if (ret || plan->target.kind == TARGET_LOCAL)
		return ret;
	ret = get_kernels(c, want, hooks, err);
	if (!ret)
		note_modules(c);
	if (!ret)
		ret = prepare__test_modules(c, want, hooks, err);
	if (!ret)
		ret = get_initrds(c, err);
	if (!ret)
		ret = get_root(c, want, hooks, err);
	return ret;
}

static void free_kernels(struct campaign_run *c)
{
	for (size_t i = 0; c->kernels && i < c->plan->n_variants; i++) {
		bool shared = false;

		for (size_t j = 0; j < i; j++)
			shared |= c->kernels[j] == c->kernels[i];
		if (!shared)
			kernel__free(c->kernels[i]);
	}
	free(c->kernels);
}

void campaign_run__release(struct campaign_run *c)
{
	if (!c->plan)
		return;
	qemu__free(c->qemu);
	free_kernels(c);
	for (size_t i = 0; c->initrds && i < c->plan->n_variants; i++)
		free(c->initrds[i]);
	free(c->initrds);
	free(c->root);
	free(c->root_changes);
	free(c->modules);
	tlb_cores__release(&c->tlb);
	free(c->slots);
	free(c->done);
	lock__release(&c->lock);
	*c = (struct campaign_run){ 0 };
}

// SPDX-License-Identifier: GPL-2.0-only
/* prepare.c - get everything that boots need: QEMU, kernels, their modules, initramfs, root
 * image. */
#include "runner/campaign/prepare.h"

#include "runner/campaign/needs.h"

#include "lib/units.h"
#include "runner/campaign/knobs.h"
#include "runner/campaign/modes.h"
#include "runner/guest/initramfs.h"
#include "runner/guest/root.h"
#include "runner/kernels/resolve.h"
#include "runner/host/arch.h"
#include "runner/host/host.h"
#include "runner/kernels/files/modules.h"
#include "runner/kernels/module/module.h"
#include "runner/machine/hold.h"
#include "runner/plan/perf.h"
#include "runner/targets/qemu_find.h"

#include <sched.h>

/* Memory in bytes that QEMU needs on top of the guest's, for itself and for translated code. */
#define QEMU_MEMORY (512ull << 20)

/* Do two variants ask for the same kernel, so that they can share it? */
static bool same_kernel(const struct kernel_spec *a, const struct kernel_spec *b)
{
	_free_ char *pa = strvec__shell_line(&a->packages), *pb = strvec__shell_line(&b->packages);
	_free_ char *sa = strvec__shell_line(&a->suites), *sb = strvec__shell_line(&b->suites);
	bool built = !a->build == !b->build && (!a->build || build_spec__equal(a->build, b->build));

	return built && streq(pa, pb) && streq(sa, sb) && streq(a->arch, b->arch) &&
	       streq(a->tree ? a->tree : "", b->tree ? b->tree : "") &&
	       streq(a->image ? a->image : "", b->image ? b->image : "") &&
	       streq(a->modules ? a->modules : "", b->modules ? b->modules : "") &&
	       streq(a->config ? a->config : "", b->config ? b->config : "") &&
	       streq(a->named ? a->named : "", b->named ? b->named : "");
}

/* Is the kernel given as files, so that nothing has to be fetched for it? */
static bool is_ready(const struct kernel_spec *spec)
{
	return spec->image || spec->tree;
}

/* Note if kernels that are compared have different sources but identical content. Most likely one of
 * them was built without the change. */
static void note_equal(const struct campaign_run *c, const struct plan *plan,
		       const struct campaign_hooks *hooks)
{
	for (size_t i = 0; i < plan->n_compares; i++) {
		const size_t a = plan->compares[i].candidate, b = plan->compares[i].baseline;

		if (*c->kernels[a]->hash && streq(c->kernels[a]->hash, c->kernels[b]->hash) &&
		    !same_kernel(&plan->variants[a].kernel, &plan->variants[b].kernel))
			hooks->note("kernel  %s and %s are the same: Image and modules are identical, byte "
				    "for byte",
				    plan->variants[a].name, plan->variants[b].name);
	}
}

/* Resolve the kernel of each variant, building or downloading it if necessary; with `files_only`,
 * only those given as files. The packages used are added to c->lock. */
static int get_kernels(struct campaign_run *c, struct plan *plan, const struct lock *want,
		       bool files_only, const struct campaign_hooks *hooks, struct err *err)
{
	const struct build_hooks builders = { hooks->note, hooks->working, 0, hooks->dry };

	if (!c->kernels)
		c->kernels = xcalloc(plan->n_variants, sizeof(struct kernel *));
	for (size_t i = 0; i < plan->n_variants; i++) {
		const struct kernel_spec *spec = &plan->variants[i].kernel;
		int ret;

		if (c->kernels[i] || (files_only && !is_ready(spec)))
			continue;
		/* Quadratic, but plans have few variants. */
		for (size_t j = 0; j < i && !c->kernels[i]; j++)
			if (same_kernel(spec, &plan->variants[j].kernel))
				c->kernels[i] = c->kernels[j];
		if (c->kernels[i])
			continue;
		ret = kernel__resolve(spec, want, &c->lock, &builders, &c->kernels[i], err);
		if (ret)
			return err__prefix(err, ret, "%s:%d:%d: ", plan->path, spec->line,
					   spec->col);
		/* The cache may have been changed since the plan was read. */
		if (!streq(c->kernels[i]->arch, spec->arch))
			return err__set(err, -EINVAL,
					"%s:%d:%d: expected a kernel for %s, found one for %s",
					plan->path, spec->line, spec->col, spec->arch,
					c->kernels[i]->arch);
		/* A kernel that was in the cache already has the origin by which it was first
		 * added, so for files name the path in the plan. */
		hooks->note("kernel  %s: %s", plan->variants[i].name,
			    spec->tree	? spec->tree :
			    spec->image ? spec->image :
					  c->kernels[i]->origin);
	}
	if (!files_only)
		note_equal(c, plan, hooks);
	return files_only ? 0 : modes__apply(plan, c->kernels, err);
}

/* Check that the kernels have what the plan needs: those given as files if `files_only`, the others
 * if not. */
static int check_kernels(const struct campaign_run *c, bool files_only,
			 const struct campaign_hooks *hooks, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < c->plan->n_variants; i++)
		if (is_ready(&c->plan->variants[i].kernel) == files_only)
			ret = campaign_needs__check(c, i, hooks, err);
	return ret;
}

/* Build an external module for the kernel of variant `i`. If that is not possible, it is only noted:
 * the workload then reports that it is not supported. */
static int build_module(struct campaign_run *c, size_t i, const struct ext_module *m,
			const struct lock *want, const struct campaign_hooks *hooks,
			struct err *err)
{
	const struct kernel_spec *spec = &c->plan->variants[i].kernel;
	const char *variant = c->plan->variants[i].name;
	struct kernel *k = c->kernels[i];
	char *path;
	int ret;

	/* In a dry run there is no kernel yet; a shared kernel may have the module already. */
	if (k->planned || ext_module__is_there(k, m))
		return 0;
	if (m->arch && !streq(m->arch, k->arch)) {
		hooks->note("module  none for %s: %s is for %s", variant, m->name, m->arch);
		return 0;
	}
	if (is_ready(spec)) {
		hooks->note("module  none for %s: %s is built for kernels of the archive, which has "
			    "their headers",
			    variant, m->name);
		return 0;
	}
	ret = ext_module__build(k, m, &spec->suites, want, &c->lock, &path, err);
	if (ret == -ENOENT) {
		hooks->note("module  none for %s: %s", variant, err->msg);
		return 0;
	}
	if (!ret) {
		hooks->note("module  %s: %s for %s", variant, m->name, k->release);
		strvec__push(&k->extra, path);
		free(path);
	}
	return ret;
}

/* Build the external modules that workloads need and that Debian's kernels lack. */
static int build_modules(struct campaign_run *c, const struct lock *want,
			 const struct campaign_hooks *hooks, struct err *err)
{
	_cleanup_(strvec__release) struct strvec modules = { 0 };
	int ret = 0;

	plan__modules(c->plan, &modules);
	for (size_t k = 0; k < EXT_MODULES; k++) {
		_free_ char *asked = xasprintf("?%s", ext_module__all[k].name);

		if (!strvec__has(&modules, asked))
			continue;
		for (size_t i = 0; !ret && i < c->plan->n_variants; i++)
			ret = build_module(c, i, &ext_module__all[k], want, hooks, err);
	}
	return ret;
}

/* Build the initramfs of each variant, with the agent and the modules of its kernel. */
static int get_initrds(struct campaign_run *c, struct err *err)
{
	const struct plan *plan = c->plan;
	_cleanup_(strvec__release) struct strvec modules = { 0 };
	int ret = 0;

	plan__modules(plan, &modules);
	campaign_needs__modules(c, &modules);
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
	return ret;
}

/* Note a file for the guest. A program for another architecture is only noted, as it may be data. */
static void note_file(const struct guest_file *f, const char *arch,
		      const struct campaign_hooks *hooks)
{
	const struct arch *is = arch__of_program(f->from);

	hooks->note("guest   %s: %s", f->to, f->from);
	if (is && !streq(is->deb, arch))
		hooks->note("guest   %s is a program for %s, but these guests are %s", f->from,
			    is->deb, arch);
}

/* Build the root file system that all boots share, if the plan has packages or files for it. */
static int get_root(struct campaign_run *c, const struct lock *want,
		    const struct campaign_hooks *hooks, struct err *err)
{
	const struct plan *plan = c->plan;
	_cleanup_(strvec__release) struct strvec packages = { 0 };
	int ret = 0;

	plan__guest_packages(plan, &packages);
	if (packages.n)
		hooks->note("guest   %zu package%s and what %s on", packages.n,
			    plural_s(packages.n), packages.n == 1 ? "it depends" : "they depend");
	for (size_t i = 0; i < plan->guest_files.n; i++)
		note_file(&plan->guest_files.v[i], plan__arch(plan), hooks);
	ret = guest__root_image(&packages, &plan->guest_suites, plan__arch(plan),
				&plan->guest_files, want, &c->lock, &c->root, &c->root_changes,
				err);
	if (c->lock.stale)
		hooks->note("packages: the mirror does not answer; using its lists in the cache");
	if (!ret && c->root_changes && *c->root_changes)
		hooks->note("guest   changed since the last image:\n%s", c->root_changes);
	return ret;
}

/* The memory in bytes that a boot needs on the host; 1, not 0, if next to none, as it is used as a
 * divisor. */
static uint64_t boot_memory(const struct plan *plan)
{
	return plan->target.kind == TARGET_QEMU ? plan_target__memory(&plan->target) + QEMU_MEMORY :
						  1;
}

/* How many boots to run in parallel: the plan's number, or one for each CPU (those that QEMU is
 * pinned to, or that kduel may use), as far as memory suffices if guests touch all of theirs. */
static unsigned int boots_at_a_time(const struct campaign_run *c)
{
	const struct plan *plan = c->plan;
	const struct strvec *pin = &plan->target.host_cpus;
	int pinned = pin->n ? units__cpu_list(pin->v[0], NULL, 0) : 0;
	uint64_t room = hostinfo__memory_available() / boot_memory(plan);
	unsigned int n = plan->parallel;
	cpu_set_t set;

	if (!n && pinned > 0)
		n = (unsigned int)pinned;
	else if (!n)
		n = sched_getaffinity(0, sizeof(set), &set) < 0 ? 1 : (unsigned int)CPU_COUNT(&set);
	if (!plan->parallel && n > room)
		n = (unsigned int)room;
	if (n > c->n_slots)
		n = (unsigned int)c->n_slots;
	return n ? n : 1;
}

/* Check that guests fit into memory. The plan's own number of parallel boots is not lowered silently.
 * Whether a single ordinary guest fits is checked by the target. */
static int check_room(const struct campaign_run *c, struct err *err)
{
	const struct plan *plan = c->plan;
	uint64_t each = boot_memory(plan), have = hostinfo__memory_available();

	if ((plan->target.n_sizes || plan->target.n_hotplug) && each > have)
		return err__set(err, -ENOTCONN,
				"%s: a guest with %llu MiB, %s, needs %llu MiB with QEMU's own, but the "
				"host has %llu MiB available",
				plan->path,
				(unsigned long long)(plan_target__memory(&plan->target) >> 20),
				plan->target.n_hotplug ?
					"target.memory and what target.hotplug adds" :
					"the most that target.memory lists",
				(unsigned long long)(each >> 20), (unsigned long long)(have >> 20));
	if (!plan->parallel || c->parallel < 2 || c->parallel * each <= have)
		return 0;
	return err__set(err, -ENOTCONN,
			"%s:%d:%d: %u boots at a time need %llu MiB of memory, %llu "
			"each (the guest's and QEMU's own), but the host has %llu MiB available: ask "
			"for fewer, or leave 'parallel' out",
			plan->path, plan->parallel_line, plan->parallel_col, c->parallel,
			(unsigned long long)(c->parallel * each >> 20),
			(unsigned long long)(each >> 20), (unsigned long long)(have >> 20));
}

/* Append all commands that workload exec would run, for any variant. */
static void exec_commands(const struct plan *plan, const struct plan_workload *w,
			  struct strvec *out)
{
	static const char *const names[] = { "setup", "command", "cleanup" };

	for (size_t i = 0; i < plan->n_variants; i++)
		for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
			const char *text =
				plan_workload__param(w, param_set__get(&w->params, names[k]),
						     &plan->variants[i]);

			if (*text && !strvec__has(out, text))
				strvec__push(out, text);
		}
}

/* A guest is discarded after its boot. On other systems a plan's commands run only with the user's
 * consent, and the user gets to see them. */
static int check_exec(const struct campaign_run *c, const struct campaign_hooks *hooks,
		      struct err *err)
{
	const struct plan *plan = c->plan;
	const bool local = plan->target.kind == TARGET_LOCAL;
	_cleanup_(strvec__release) struct strvec commands = { 0 };
	_free_ char *text = NULL;

	/* Whether a real machine is disposable is known once it is taken. */
	if (!local && (!c->machine || c->machine->m->disposable))
		return 0;
	for (size_t i = 0; i < plan->n_workloads; i++)
		if (streq(plan->workloads[i].wl->name, "exec"))
			exec_commands(plan, &plan->workloads[i], &commands);
	if (!commands.n)
		return 0;
	if (plan->allow_exec) {
		for (size_t i = 0; i < commands.n; i++)
			hooks->note("exec    runs on %s: %s",
				    local ? "this system" : plan->target.machine, commands.v[i]);
		return 0;
	}
	text = strvec__join(&commands, "\n  ");
	return err__set(err, -EINVAL,
			"%s: workload exec would run on %s, which is not a disposable guest:\n  %s\n"
			"say --allow-exec, or 'allow_exec: yes' in the plan, to allow it",
			plan->path, local ? "this system" : plan->target.machine, text);
}

/* If the target is a real machine, take it for all boots of the campaign. */
static int take_machine(struct campaign_run *c, struct plan *plan,
			const struct campaign_hooks *hooks, struct err *err)
{
	int ret = 0;

	if (c->ops->take && !hooks->dry)
		ret = c->ops->take(plan, hooks->stop, &c->machine, err);
	if (!ret && c->machine)
		c->machine->settings = tune_changes__script(&plan->tune);
	if (!ret && c->machine)
		ret = plan_perf__use_machine(plan, c->machine->tree, err);
	if (!ret && c->machine)
		hooks->note("machine %s", c->machine->describe);
	if (!ret && c->machine)
		machine_hold__tell(c->machine, hooks->note);
	if (!ret && c->machine)
		ret = check_exec(c, hooks, err);
	return ret;
}

int campaign_run__prepare(struct campaign_run *c, struct plan *plan, const struct lock *want,
			  const struct campaign_hooks *hooks, struct err *err)
{
	const struct target_prep prep = { want, &c->lock, hooks->note };
	_cleanup_(strvec__release) struct strvec modules = { 0 };
	int ret;

	*c = (struct campaign_run){ .plan = plan, .ops = target__of(plan) };
	schedule__build(plan, &c->slots, &c->n_slots);
	c->done = xcalloc(c->n_slots, sizeof(*c->done));
	c->expected_ns = xcalloc(c->n_slots + 1, sizeof(*c->expected_ns));
	store__uuid(c->uuid);
	c->parallel = boots_at_a_time(c);
	ret = c->ops->check ? c->ops->check(plan, err) : 0;
	if (!ret)
		ret = check_room(c, err);
	if (!ret)
		ret = check_exec(c, hooks, err);
	/* After an error the remaining steps are skipped; campaign_run__release() frees whatever
	 * exists by then. */
	if (!ret && plan__models_tlb(plan))
		ret = tlb_cores__load(plan, &c->tlb, err);
	/* Target fake needs nothing else, except for kernels if it has any. */
	if (ret || plan_target__runs(&plan->target) == RUNS_NOTHING)
		return ret || !plan->variants[0].kernel.arch ?
			       ret :
			       get_kernels(c, plan, want, false, hooks, err);
	/* Check kernels given as files before anything is fetched. */
	if (plan_target__runs(&plan->target) == RUNS_KERNELS) {
		ret = get_kernels(c, plan, want, true, hooks, err);
		if (!ret)
			ret = check_kernels(c, true, hooks, err);
		if (ret)
			return ret;
	}
	ret = c->ops->prepare ? c->ops->prepare(plan, &prep, &c->qemu, err) : 0;
	if (!ret && c->ops->settle)
		ret = c->ops->settle(plan, c->qemu, hooks->note, err);
	if (!ret && c->qemu) {
		_free_ char *text = qemu__describe(c->qemu);

		hooks->note("qemu    %s", text);
	}
	if (!ret && !plan->target.boots)
		ret = take_machine(c, plan, hooks, err);
	if (ret || plan_target__runs(&plan->target) == RUNS_AS_IT_IS)
		return ret;
	ret = get_kernels(c, plan, want, false, hooks, err);
	if (!ret)
		ret = build_modules(c, want, hooks, err);
	if (!ret)
		ret = check_kernels(c, false, hooks, err);
	if (ret)
		return ret;
	campaign_needs__modules(c, &modules);
	c->modules = strvec__join(&modules, ",");
	/* A real machine has its own root file system, and makes the initramfs for it. Take it only
	 * now: kernels may take an hour to build, and others can use the machine meanwhile. */
	if (plan->target.boots)
		return take_machine(c, plan, hooks, err);
	ret = get_initrds(c, err);
	return ret ? ret : get_root(c, want, hooks, err);
}

void campaign_run__release(struct campaign_run *c)
{
	if (!c->plan)
		return;
	machine_hold__release(c->machine);
	qemu__free(c->qemu);
	/* A kernel that variants share is freed once. */
	for (size_t i = 0; c->kernels && i < c->plan->n_variants; i++) {
		bool shared = false;

		for (size_t j = 0; j < i; j++)
			shared |= c->kernels[j] == c->kernels[i];
		if (!shared)
			kernel__free(c->kernels[i]);
	}
	free(c->kernels);
	for (size_t i = 0; c->initrds && i < c->plan->n_variants; i++)
		free(c->initrds[i]);
	free(c->initrds);
	free(c->root);
	free(c->root_changes);
	free(c->modules);
	tlb_cores__release(&c->tlb);
	free(c->slots);
	free(c->done);
	free(c->expected_ns);
	free(c->cut);
	lock__release(&c->lock);
	*c = (struct campaign_run){ 0 };
}

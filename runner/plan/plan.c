// SPDX-License-Identifier: GPL-2.0-only
/* plan.c - the plan in memory: freeing it, and questions about the plan as a whole. */
#include "runner/plan/plan.h"

#include "runner/host/arch.h"

enum plan_target_runs plan_target__runs(const struct plan_target_opts *t)
{
	static const enum plan_target_runs runs_of[] = {
#define X(name, id, runs) [TARGET_##id] = runs,
#include "runner/plan/targets.h"
#undef X
	};

	return t->boots ? RUNS_KERNELS : runs_of[t->kind];
}

uint64_t plan_target__memory(const struct plan_target_opts *t)
{
	uint64_t bytes = t->memory;

	for (size_t i = 0; i < t->n_hotplug; i++)
		bytes += t->hotplug[i].size;
	return bytes;
}

const char *plan_target__name(enum plan_target kind)
{
	static const char *const names[] = {
#define X(name, id, runs) [TARGET_##id] = #name,
#include "runner/plan/targets.h"
#undef X
	};

	return names[kind];
}

void plan_expect__release(struct plan_expect *e)
{
	free(e->text);
	free(e->what);
	free(e->pattern);
}

static void free_variant(struct plan_variant *v)
{
	free(v->name);
	free(v->in_plan);
	kernel_spec__release(&v->kernel);
	free(v->cpu);
	free(v->cpu_arg);
	free(v->emulated_arg);
	free(v->cmdline);
	free(v->command);
	free(v->fake.fail);
	free(v->fake.boot_id);
	for (size_t i = 0; i < v->n_expects; i++)
		plan_expect__release(&v->expects[i]);
	free(v->expects);
}

/* Copes with a partly filled plan: one that could not be read is freed, too. */
void plan__free(struct plan *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n_variants; i++)
		free_variant(&p->variants[i]);
	for (size_t i = 0; i < p->n_compares; i++)
		free((char *)p->compares[i].title);
	for (size_t i = 0; i < p->n_factorials; i++)
		free((char *)p->factorials[i].title);
	for (size_t i = 0; i < p->n_workloads; i++) {
		param_set__release(&p->workloads[i].params);
		metric_list__release(&p->workloads[i].declared);
	}
	for (size_t i = 0; i < p->n_collectors; i++)
		param_set__release(&p->collectors[i].params);
	free(p->variants);
	free(p->compares);
	free(p->factorials);
	free(p->margins);
	free(p->workloads);
	free(p->collectors);
	strvec__release(&p->target.host_cpus);
	free(p->target.machine);
	free(p->target.no_kvm);
	free(p->target.qemu);
	free(p->target.min_qemu);
	gate__release(&p->gate);
	strvec__release(&p->guest_suites);
	strvec__release(&p->tlb_cores);
	for (size_t i = 0; i < TUNE_MAX; i++)
		free(p->tune.word[i]);
	strvec__release(&p->guest_packages);
	guest_files__release(&p->guest_files);
	free(p->guest_initramfs);
	free(p->name);
	free(p->path);
	free(p->text);
	free(p);
}

const char *plan__arch(const struct plan *plan)
{
	const char *arch = NULL;

	for (size_t i = 0; !arch && i < plan->n_variants; i++)
		arch = plan->variants[i].kernel.arch;
	return arch;
}

bool plan__uses_kvm(const struct plan *plan)
{
	if (plan->target.accel != ACCEL_AUTO)
		return plan->target.accel == ACCEL_KVM;
	for (size_t i = 0; i < plan->n_variants; i++)
		if (!plan_variant__cpu_is_host(&plan->variants[i]))
			return false;
	return true;
}

bool plan__emulate(struct plan *plan, const char *why)
{
	for (size_t i = 0; i < plan->n_variants; i++)
		if (!plan->variants[i].emulated_arg)
			return false;
	for (size_t i = 0; i < plan->n_variants; i++) {
		struct plan_variant *v = &plan->variants[i];

		free(v->cpu);
		free(v->cpu_arg);
		v->cpu = xstrdup(PLAN_EMULATED_CPU);
		v->cpu_arg = v->emulated_arg;
		v->emulated_arg = NULL;
	}
	plan->target.no_kvm = xstrdup(why);
	return true;
}

bool plan__models_tlb(const struct plan *plan)
{
	const char *arch = plan__arch(plan);

	return plan->exact && (!arch || streq(arch, ARCH_ARM64));
}

/* Append a NULL-terminated list; `words` may be NULL. */
static void push_words(struct strvec *out, const char *const *words)
{
	for (; words && *words; words++)
		strvec__push(out, *words);
}

/* Sorted and unique, because the list is part of a root image's cache key. */
void plan__guest_packages(const struct plan *plan, struct strvec *out)
{
	for (size_t i = 0; i < plan->n_workloads; i++) {
		const struct plan_workload *w = &plan->workloads[i];

		push_words(out, w->wl->packages);
		if (w->wl->more_packages)
			w->wl->more_packages(&w->params, out);
	}
	for (size_t i = 0; i < plan->guest_packages.n; i++)
		strvec__push(out, plan->guest_packages.v[i]);
	strvec__sort_unique(out);
}

bool plan__has_root(const struct plan *plan)
{
	_cleanup_(strvec__release) struct strvec packages = { 0 };

	plan__guest_packages(plan, &packages);
	return packages.n || plan->guest_files.n;
}

void plan__modules(const struct plan *plan, struct strvec *out)
{
	for (size_t i = 0; i < plan->n_workloads; i++) {
		const struct plan_workload *w = &plan->workloads[i];

		push_words(out, w->wl->modules);
		if (w->wl->more_modules)
			w->wl->more_modules(&w->params, out);
	}
	strvec__sort_unique(out);
}

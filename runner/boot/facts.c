// SPDX-License-Identifier: GPL-2.0-only
/* facts.c - facts of a boot that only the host knows: guest size, accelerator, tables, settings. */
#include "runner/boot/facts.h"

#include "collectors/support/env_read.h"
#include "lib/fs.h"
#include "lib/units.h"
#include "runner/boot/machine.h"
#include "runner/host/privileges.h"
#include "runner/plan/tlb_cores.h"

/* Callback of env__read(), for each setting of the host. */
static void record_host_fact(void *arg, const char *name, const char *value)
{
	_free_ char *key = xasprintf("host/%s", name);

	record__fact(arg, key, value);
}

/* Memory that is hotplugged, beside the guest's own: "1.0 GiB in blocks of 2.0 MiB". */
static void record_hotplug(const struct plan_target_opts *t, struct record *rec)
{
	_cleanup_(strvec__release) struct strvec words = { 0 };
	_free_ char *text = NULL;

	for (size_t i = 0; i < t->n_hotplug; i++) {
		char size[32], block[32];

		units__fmt_size(t->hotplug[i].size, size, sizeof(size));
		units__fmt_size(t->hotplug[i].block, block, sizeof(block));
		strvec__pushf(&words, "%s in blocks of %s", size, block);
	}
	text = strvec__join(&words, ", ");
	record__fact(rec, "target/hotplug", words.n ? text : "none");
}

/* The size of the guest, and how its CPUs run. Settings of the host matter only if the guest runs
 * at native speed, so not under emulation. */
static void record_guest(const struct boot_spec *spec, bool emulated, struct record *rec)
{
	const struct plan_target_opts *t = &spec->plan->target;
	_free_ char *cpus = xasprintf("%u", t->cpus);
	char memory[32];

	units__fmt_size(spec->variant->memory, memory, sizeof(memory));
	record__fact(rec, "target/arch", plan__arch(spec->plan));
	record__fact(rec, "target/memory", memory);
	record__fact(rec, "target/cpus", cpus);
	record_hotplug(t, rec);
	record__fact(rec, "target/accel", emulated ? "tcg" : "kvm");
	record__fact(rec, "target/network", spec->plan->guest_network ? "user" : "none");
	if (t->no_kvm)
		record__fact(rec, "target/no-kvm", t->no_kvm);
	if (emulated)
		return;
	record__fact(rec, "target/pinned", t->host_cpus.n ? t->host_cpus.v[0] : "no");
	env__read("", record_host_fact, rec);
}

char *env_host__params(const struct plan_workload *w, char **key)
{
	_cleanup_(strvec__release) struct strvec words = { 0 };

	*key = xasprintf(FACT_PARAMS "%s", w->wl->name);
	for (size_t k = 0; k < w->params.n; k++)
		strvec__pushf(&words, "%s=%s", w->params.v[k].param->name, w->params.v[k].text);
	return strvec__join(&words, " ");
}

/* The parameters of the workloads: campaigns are comparable only if they agree in these. */
static void record_params(const struct boot_spec *spec, struct record *rec)
{
	for (size_t i = 0; i < spec->plan->n_workloads; i++) {
		_free_ char *key = NULL;
		_free_ char *text = env_host__params(&spec->plan->workloads[i], &key);

		if (spec->workload < 0 || (size_t)spec->workload == i)
			record__fact(rec, key, text);
	}
}

/* The boot id tells which sessions ran in the same boot of a kernel. Without it all of them count
 * as one boot, which is the safe assumption. */
static void record_boot_id(const char *root, struct record *rec)
{
	_free_ char *id = fs__boot_id(root);

	if (*id)
		record__fact(rec, FACT_BOOT_ID, id);
}

const char *env_host__events(const struct plan *plan)
{
	const char *table = NULL;

	for (size_t i = 0; i < plan->n_collectors; i++)
		if (streq(plan->collectors[i].col->name, "perf"))
			table = param_set__get(&plan->collectors[i].params, "table")->text;
	return table && !*table ? "none" : table;
}

void env_host__record(const struct boot_spec *spec, const struct target_ops *ops,
		      struct record *rec)
{
	const bool guest = spec->plan->target.kind == TARGET_QEMU;
	/* Emulated by kduel, so that nothing depends on the host. If the host is itself emulated,
	 * that does not count: it is a machine like any other. */
	const bool emulated = guest && !plan__uses_kvm(spec->plan);
	const char *events = env_host__events(spec->plan);
	char key[MACHINE_KEY_LEN];

	/* What configs/ had when the plan was read: CPU, events, TLBs. */
	if (spec->variant->cpu_arg)
		record__fact(rec, FACT_CPU, spec->variant->cpu_arg);
	if (events)
		record__fact(rec, FACT_EVENTS, events);
	if (spec->tlb && spec->tlb->words.n) {
		_free_ char *cores = tlb_cores__fact(spec->tlb);

		record__fact(rec, FACT_TLB_CORES, cores);
	}
	record_params(spec, rec);
	/* It may have several lines, a fact may not. */
	if (spec->variant->command)
		record__agent_words(rec, FACT_COMMAND, spec->variant->command);
	if (spec->variant->fake.boot_id)
		record__fact(rec, FACT_BOOT_ID, spec->variant->fake.boot_id);
	if (ops->platform(spec->plan, boot_spec__root(spec)) == PLATFORM_FAKE)
		return;
	if (guest)
		record_guest(spec, emulated, rec);
	if (emulated)
		return;
	machine__key(spec->plan, ops, spec->qemu, spec->tlb, boot_spec__root(spec), key);
	record__fact(rec, "target/machine", key);
}

void env_host__record_running(const struct boot_spec *spec, struct record *rec)
{
	_cleanup_(strvec__release) struct strvec lacks = { 0 };
	const char *root = boot_spec__root(spec);
	_free_ char *text = NULL;

	if (plan_target__runs(&spec->plan->target) == RUNS_AS_IT_IS)
		record_boot_id(root, rec);
	else if (!spec->machine)
		return;
	privileges__lacks(root, &lacks);
	text = strvec__join(&lacks, "; ");
	record__fact(rec, "target/lacks", lacks.n ? text : "nothing");
}

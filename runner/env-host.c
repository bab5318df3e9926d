// SPDX-License-Identifier: GPL-2.0-only
#include "runner/env-host.h"

#include "collectors/env-read.h"
#include "lib/units.h"
#include "runner/machine.h"
#include "runner/privileges.h"

static void take(void *arg, const char *name, const char *value)
{
	_free_ char *key = xasprintf("host/%s", name);

	record__fact(arg, key, value);
}

static void record_guest(const struct boot_spec *spec, bool emulated, struct record *rec)
{
	const struct plan_target_opts *t = &spec->plan->target;
	_free_ char *cpus = xasprintf("%u", t->cpus);
	char memory[32];

	units__fmt_size(t->memory, memory, sizeof(memory));
	record__fact(rec, "target/memory", memory);
	record__fact(rec, "target/cpus", cpus);
	record__fact(rec, "target/accel", emulated ? "tcg" : "kvm");
	if (emulated)
		return;
	record__fact(rec, "target/pinned", t->host_cpus.n ? t->host_cpus.v[0] : "no");
	env__read("", take, rec);
}

static void record_lacks(struct record *rec)
{
	struct strvec lacks = { 0 };
	_free_ char *text = NULL;

	privileges__lacks("", &lacks);
	text = strvec__join(&lacks, "; ");
	record__fact(rec, "target/lacks", lacks.n ? text : "nothing");
	strvec__release(&lacks);
}

void env_host__record(const struct boot_spec *spec, const struct target_ops *ops,
		      struct record *rec)
{
	enum metric_platform platform = ops->platform(spec->plan);
	bool emulated = platform == PLATFORM_TCG || platform == PLATFORM_ICOUNT;
	char key[MACHINE_KEY_LEN];

	if (platform == PLATFORM_FAKE)
		return;
	if (spec->plan->target.kind == TARGET_LOCAL)
		record_lacks(rec);
	if (spec->plan->target.kind == TARGET_QEMU)
		record_guest(spec, emulated, rec);
	if (emulated)
		return;
	machine__key(spec->plan, ops, spec->qemu, spec->tlb, key);
	record__fact(rec, "target/machine", key);
}

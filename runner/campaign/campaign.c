// SPDX-License-Identifier: GPL-2.0-only
/* campaign.c - turn a prepared campaign into rows of the store, and into boot_specs. */
#include "runner/campaign/campaign.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "reports/store/claim.h"
#include "reports/store/history.h"
#include "runner/host/host.h"
#include "runner/boot/machine.h"
#include "runner/machine/hold.h"
#include "version.h"

/* Target fake may have neither kernels nor initrds. A release that could not be read from the image is
 * NULL: the agent's hello is then not checked against it. */
void campaign_run__spec(const struct campaign_run *c, const struct schedule_slot *slot,
			const char *run_dir, struct boot_spec *spec)
{
	const struct kernel *k = c->kernels ? c->kernels[slot->variant] : NULL;

	*spec = (struct boot_spec){
		.plan = c->plan,
		.variant = &c->plan->variants[slot->variant],
		.qemu = c->qemu,
		.slot = slot->slot,
		.exact = c->plan->exact,
		.workload = slot->workload,
		.tlb = c->plan->exact ? &c->tlb : NULL,
		.seed = slot->boot_seed,
		.built = k,
		.kernel = k ? k->image : NULL,
		.release = k && !streq(k->release, "unknown") ? k->release : NULL,
		.initrd = c->initrds ? c->initrds[slot->variant] : NULL,
		.root = c->root,
		.run_dir = run_dir,
		.modules = c->modules,
		.machine = c->machine,
	};
}

/* In bytes; an allmodconfig has about 300 kB. */
#define CONFIG_MAX (4u << 20)

/* Store a kernel under its hash, with its .config if known. Variants may share a kernel: the store
 * ignores duplicates. */
static int add_kernel(const struct kernel *k, struct store *st, struct err *err)
{
	_free_ char *config = NULL;
	struct store_kernel row = { .release = k->release,
				    .arch = k->arch,
				    .origin = k->origin,
				    .config_hash = k->config_hash };
	int ret = k->config ? fs__read(k->config, CONFIG_MAX, &config, NULL) : 0;

	if (ret)
		return err__set(err, ret, "%s: %s", k->config, strerror(-ret));
	row.config = config;
	memcpy(row.hash, k->hash, sizeof(row.hash));
	return store__add_kernel(st, &row, err);
}

int campaign_run__create(struct campaign_run *c, const struct tags *tags, struct store *st,
			 struct err *err)
{
	const struct plan *plan = c->plan;
	_free_ struct campaign_variant *variants = xcalloc(plan->n_variants, sizeof(*variants));
	_free_ char *lock = lock__format(&c->lock);
	_free_ char *host = c->machine ? xstrdup(c->machine->describe) : hostinfo__describe();
	/* Absolute, as the campaign may be resumed from another directory. */
	_free_ char *path = realpath(plan->path, NULL);
	struct campaign row = {
		.uuid = c->uuid,
		.name = plan->name,
		.plan_path = path ? path : plan->path,
		.plan_text = plan->text,
		.target = c->ops->name,
		.host = host,
		.version = KDUEL_VERSION,
		.lock_text = lock,
		.seed = plan->seed,
		.created_ns = clock__wall_ns(),
		.n_slots = (unsigned int)c->n_slots,
		.variants = variants,
		.n_variants = plan->n_variants,
		.compares = plan->compares,
		.n_compares = plan->n_compares,
		.paired = plan->paired,
		.factorials = plan->factorials,
		.n_factorials = plan->n_factorials,
		.margins = plan->margins,
		.n_margins = plan->n_margins,
	};
	char machine[MACHINE_KEY_LEN];
	int ret;

	for (size_t i = 0; i < plan->n_variants; i++)
		variants[i] = (struct campaign_variant){
			.name = plan->variants[i].name,
			.cpu = plan->variants[i].cpu,
			.cmdline = plan->variants[i].cmdline,
			.baseline = i - i % plan_target__sweep(&plan->target) == plan->baseline,
			.kernel_hash = c->kernels ? c->kernels[i]->hash : "",
		};
	ret = store__begin(st, err);
	if (ret)
		return ret;
	for (size_t i = 0; !ret && c->kernels && i < plan->n_variants; i++)
		ret = add_kernel(c->kernels[i], st, err);
	if (!ret)
		ret = store__add_campaign(st, &row, err);
	/* This tag identifies the machine: histories and noise are kept per machine. */
	machine__key(plan, c->ops, c->qemu, &c->tlb, c->machine ? c->machine->tree : "", machine);
	if (!ret)
		ret = store__tag(st, c->uuid, "machine", machine, row.created_ns, err);
	if (!ret)
		ret = tags__store(tags, st, c->uuid, err);
	if (!ret)
		ret = store__claim(st, c->uuid, 0, err);
	return store__end(st, ret, err);
}

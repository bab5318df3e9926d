// SPDX-License-Identifier: GPL-2.0-only
#include "runner/campaign/campaign.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "reports/store/history.h"
#include "runner/host/host.h"
#include "runner/boot/machine.h"
#include "version.h"

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
		.kernel = k ? k->image : NULL,
		.release = k && !streq(k->release, "unknown") ? k->release : NULL,
		.initrd = c->initrds ? c->initrds[slot->variant] : NULL,
		.root = c->root,
		.run_dir = run_dir,
		.modules = c->modules,
	};
}

#define CONFIG_MAX (4u << 20)

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

static int add_kernels(struct campaign_run *c, struct store *st, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && c->kernels && i < c->plan->n_variants; i++)
		ret = add_kernel(c->kernels[i], st, err);
	return ret;
}

/* History and noise are kept apart by it. */
static int tag_machine(const struct campaign_run *c, struct store *st, uint64_t now,
		       struct err *err)
{
	char key[MACHINE_KEY_LEN];

	machine__key(c->plan, c->ops, c->qemu, &c->tlb, key);
	return store__tag(st, c->uuid, "machine", key, now, err);
}

/* The row's arrays point at the plan's names and the kernels' hashes. */
static void describe_plan(const struct campaign_run *c, struct campaign *row)
{
	const struct plan *plan = c->plan;

	row->variants = xcalloc(plan->n_variants, sizeof(*row->variants));
	row->compares = xcalloc(plan->n_compares + 1, sizeof(*row->compares));
	row->factorials = xcalloc(plan->n_factorials + 1, sizeof(*row->factorials));
	row->margins = xcalloc(plan->n_margins + 1, sizeof(*row->margins));
	for (; row->n_variants < plan->n_variants; row->n_variants++) {
		const struct plan_variant *v = &plan->variants[row->n_variants];

		row->variants[row->n_variants] = (struct campaign_variant){
			.name = v->name,
			.cpu = v->cpu,
			.cmdline = v->cmdline,
			.baseline = row->n_variants == plan->baseline,
			.kernel_hash = c->kernels ? c->kernels[row->n_variants]->hash : "",
		};
	}
	for (; row->n_compares < plan->n_compares; row->n_compares++) {
		const struct plan_compare *p = &plan->compares[row->n_compares];

		row->compares[row->n_compares] = (struct campaign_compare){ p->title, p->candidate,
									    p->baseline };
	}
	for (; row->n_factorials < plan->n_factorials; row->n_factorials++) {
		const struct plan_factorial *p = &plan->factorials[row->n_factorials];

		row->factorials[row->n_factorials] = (struct campaign_factorial){
			p->title, { p->both, p->second, p->first, p->neither }
		};
	}
	for (; row->n_margins < plan->n_margins; row->n_margins++) {
		const struct plan_margin *p = &plan->margins[row->n_margins];

		row->margins[row->n_margins] = (struct campaign_margin){ p->source, p->metric->name,
									 p->abs, p->rel };
	}
}

int campaign_run__create(struct campaign_run *c, struct store *st, struct err *err)
{
	_free_ char *lock = lock__format(&c->lock);
	_free_ char *host = hostinfo__describe();
	/* Whoever resumes it may stand elsewhere. */
	_free_ char *path = realpath(c->plan->path, NULL);
	struct campaign row = {
		.uuid = c->uuid,
		.name = c->plan->name,
		.plan_path = path ? path : c->plan->path,
		.plan_text = c->plan->text,
		.target = c->ops->name,
		.host = host,
		.version = KDUEL_VERSION,
		.lock_text = lock,
		.seed = c->plan->seed,
		.created_ns = clock__wall_ns(),
		.n_slots = (unsigned int)c->n_slots,
		.paired = c->plan->paired,
	};
	int ret = add_kernels(c, st, err);

	if (!ret) {
		describe_plan(c, &row);
		ret = store__add_campaign(st, &row, err);
	}
	free(row.variants);
	free(row.compares);
	free(row.factorials);
	free(row.margins);
	return ret ? ret : tag_machine(c, st, row.created_ns, err);
}

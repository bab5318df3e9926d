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

/* The rest of the row, from the plan: how it is to be judged. */
static int add_campaign(const struct plan *plan, struct store_campaign *row, struct store *st,
			struct err *err)
{
	_free_ struct store_factorial *f = xcalloc(plan->n_factorials + 1, sizeof(*f));
	_free_ struct store_margin *m = xcalloc(plan->n_margins + 1, sizeof(*m));

	for (size_t i = 0; i < plan->n_factorials; i++) {
		const struct plan_factorial *p = &plan->factorials[i];

		f[i].title = p->title;
		f[i].both = plan->variants[p->both].name;
		f[i].second = plan->variants[p->second].name;
		f[i].first = plan->variants[p->first].name;
		f[i].neither = plan->variants[p->neither].name;
	}
	for (size_t i = 0; i < plan->n_margins; i++)
		m[i] = (struct store_margin){ plan->margins[i].source,
					      plan->margins[i].metric->name, plan->margins[i].abs,
					      plan->margins[i].rel };
	row->paired = plan->paired;
	row->factorials = f;
	row->n_factorials = plan->n_factorials;
	row->margins = m;
	row->n_margins = plan->n_margins;
	return store__add_campaign(st, row, err);
}

/* History and noise are kept apart by it. */
static int tag_machine(const struct campaign_run *c, struct store *st, uint64_t now,
		       struct err *err)
{
	char key[MACHINE_KEY_LEN];

	machine__key(c->plan, c->ops, c->qemu, &c->tlb, key);
	return store__tag(st, c->uuid, "machine", key, now, err);
}

int campaign_run__create(struct campaign_run *c, struct store *st, struct err *err)
{
	const struct plan *plan = c->plan;
	_free_ struct store_variant *v = xcalloc(plan->n_variants, sizeof(*v));
	_free_ struct store_compare *cmp = xcalloc(plan->n_compares, sizeof(*cmp));
	_free_ char *lock = lock__format(&c->lock);
	_free_ char *host = hostinfo__describe();
	/* Whoever resumes it may stand elsewhere. */
	_free_ char *path = realpath(plan->path, NULL);
	struct store_campaign row = {
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
		.variants = v,
		.n_variants = plan->n_variants,
		.compares = cmp,
		.n_compares = plan->n_compares,
	};
	int ret = add_kernels(c, st, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < plan->n_variants; i++) {
		v[i].name = plan->variants[i].name;
		v[i].cpu = plan->variants[i].cpu ? plan->variants[i].cpu : "";
		v[i].cmdline = plan->variants[i].cmdline;
		v[i].baseline = i == plan->baseline;
		if (c->kernels)
			memcpy(v[i].kernel_hash, c->kernels[i]->hash, sizeof(v[i].kernel_hash));
	}
	for (size_t i = 0; i < plan->n_compares; i++) {
		cmp[i].title = plan->compares[i].title;
		cmp[i].candidate = plan->variants[plan->compares[i].candidate].name;
		cmp[i].baseline = plan->variants[plan->compares[i].baseline].name;
	}
	memcpy(row.uuid, c->uuid, sizeof(row.uuid));
	ret = add_campaign(plan, &row, st, err);
	return ret ? ret : tag_machine(c, st, row.created_ns, err);
}

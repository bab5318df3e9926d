// SPDX-License-Identifier: GPL-2.0-only
/* hotplug.c - memory that guests hot-add: sizes and block sizes of virtio-mem devices. */
#include "runner/plan/hotplug.h"

#include "runner/host/arch.h"
#include "runner/plan/parse.h"

#define MIB (1024.0 * 1024)
/* An arm64 kernel hot-adds memory in sparsemem sections: 128 MiB with 4K and 16K pages (512 MiB
 * with 64K pages). */
#define SECTION (128ull << 20)
/* QEMU's default block size of virtio-mem: a transparent huge page. */
#define DEFAULT_BLOCK (2ull << 20)
#define MAX_SIZE (1024 * 1024 * MIB)
#define MAX_BLOCK (16 * 1024 * MIB)

static const struct yaml_field device_fields[] = {
	FIELD("size", SIZE, struct plan_hotplug, size, .min = SECTION, .max = MAX_SIZE,
	      .required = true),
	FIELD("block", SIZE, struct plan_hotplug, block, .min = DEFAULT_BLOCK, .max = MAX_BLOCK),
	{ 0 },
};

/* Linux adds only whole sections and whole device blocks: a remainder would never become usable. */
static void check_device(struct plan_ctx *ctx, yaml_node_t *n, const struct plan_hotplug *h)
{
	uint64_t unit = h->block > SECTION ? h->block : SECTION;

	if (h->block & (h->block - 1))
		yaml__note(&ctx->y, n, "'hotplug': 'block' must be a power of two, not %llu MiB",
			   (unsigned long long)(h->block >> 20));
	else if (h->size % unit)
		yaml__note(&ctx->y, n, "'hotplug': 'size' must be a multiple of %llu MiB, %s",
			   (unsigned long long)(unit >> 20),
			   unit == SECTION ? "in which arm64 kernels add memory" : "its 'block'");
}

static void read_device(struct plan_ctx *ctx, yaml_node_t *n, struct plan_target_opts *t)
{
	struct plan_hotplug h = { .block = DEFAULT_BLOCK };
	const size_t before = ctx->y.n_notes;

	if (n->type == YAML_SCALAR_NODE)
		(void)yaml__read_value(&ctx->y, n, &device_fields[0], &h);
	else
		yaml__read(&ctx->y, n, "'hotplug'", device_fields, &h);
	if (ctx->y.n_notes == before)
		check_device(ctx, n, &h);
	t->hotplug[t->n_hotplug++] = h;
}

void plan_hotplug__read(struct plan_ctx *ctx, yaml_node_t *n, struct plan_target_opts *t)
{
	const bool list = n->type == YAML_SEQUENCE_NODE;
	size_t count = list ? yaml__count(&ctx->y, n, "hotplug") : 1;

	if (t->kind != TARGET_QEMU)
		yaml__note(&ctx->y, n,
			   "'hotplug' does not apply: target kind %s cannot add memory (target kind qemu "
			   "can)",
			   plan_target__name(t->kind));
	if (yaml__is_empty_list(n))
		yaml__note(&ctx->y, n, "'hotplug' is empty: leave it out to add no memory");
	if (count > PLAN_MAX_HOTPLUG)
		yaml__note(&ctx->y, n, "'hotplug' has %zu devices; at most %d are possible", count,
			   PLAN_MAX_HOTPLUG);
	for (size_t i = 0; i < count && i < PLAN_MAX_HOTPLUG; i++)
		read_device(ctx, list ? yaml__item(&ctx->y, n, i) : n, t);
}

void plan_hotplug__check(struct plan_ctx *ctx)
{
	const struct plan *p = ctx->plan;
	const char *arch = plan__arch(p);

	/* Measured with two vCPUs: two of five repeats differed, by one page-table walk and by 53
	 * instructions. */
	if (ctx->at.hotplug && p->exact && p->target.cpus > 1)
		yaml__note(&ctx->y, ctx->at.hotplug,
			   "'hotplug' with exact: true needs cpus: 1: with %u CPUs, boots that add memory are "
			   "not always reproducible",
			   p->target.cpus);
	if (ctx->at.hotplug && arch && !streq(arch, ARCH_ARM64))
		yaml__note(&ctx->y, ctx->at.hotplug,
			   "'hotplug' does not apply: memory can only be added to arm64 guests, but these "
			   "kernels are for %s",
			   arch);
}

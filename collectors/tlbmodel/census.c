// SPDX-License-Identifier: GPL-2.0-only
/*
 * census.c - counts the entries of the kernel's page tables by size and permissions, and checks
 * that pages which are read-only in the image, in modules or in vmalloc areas are read-only in the
 * linear map as well.
 */
#include "collectors/tlbmodel/census.h"

/* Descriptor bits: Arm DDI 0487, D8.3 */
#define DESC_USER (1ull << 6) /* AP[1] */
#define DESC_RDONLY (1ull << 7) /* AP[2] */
#define DESC_PXN (1ull << 53)
#define TABLE_SHARING 4 /* limit of references per page of RAM: some kernels share a few tables */

struct walker {
	struct census *c;
	const struct ram *ram;
	const struct walk_half *h;
	const struct regions *regions;
	uint64_t limit; /* of tables, and of `lookups` */
	bool has_offset; /* `offset` is set: the linear map has the lowest addresses of the half */
	uint64_t offset; /* of the linear map: virtual minus physical */
	uint64_t lookups; /* pages looked up in the linear map */
};

/* Add a page that is mapped read-only at `va` but is writable in the linear map. */
static void add_alias(struct census *c, enum section section, uint64_t va, uint64_t bytes)
{
	struct census_alias *a = c->n_aliases ? &c->alias[c->n_aliases - 1] : NULL;

	c->rw_of_ro += bytes;
	if (a && a->section == section && a->end == va) {
		a->end += bytes;
		a->bytes += bytes;
	} else if (c->n_aliases < CENSUS_ALIASES) {
		c->alias[c->n_aliases++] = (struct census_alias){ va, va + bytes, bytes, section };
	} else {
		c->lost_aliases++;
	}
}

/* Look up each page of a read-only leaf in the linear map, which may map it with leaves of another
 * size. A page that is not in the linear map cannot be written through it. */
static void check_aliases(struct walker *w, enum section section, uint64_t va, uint64_t desc,
			  uint64_t size)
{
	const uint64_t pa = walk__next(w->h, desc) & ~(size - 1), page = 1ull << w->h->granule;

	w->lookups += size >> w->h->granule;
	if (!ram__at(w->ram, pa, size) || w->lookups > w->limit)
		return;
	for (uint64_t at = 0; at < size; at += page) {
		struct walk_leaf leaf;

		if (!walk__find(w->ram, w->h, pa + at + w->offset, &leaf))
			continue;
		w->c->ro_checked += page;
		if (!(leaf.desc & DESC_RDONLY))
			add_alias(w->c, section, va + at, page);
	}
}

/* Permissions of the leaf alone, as in ptdump: APTable and PXNTable of the tables above it are not
 * applied. */
static void add_leaf(const struct walker *w, struct census_section *s, int level, uint64_t desc)
{
	uint64_t size = 1ull << walk__level_shift(w->h, level);

	s->leaf[walk__leaf_shift(w->h, level, desc)] += size;
	*(desc & DESC_RDONLY ? &s->ro : &s->rw) += size;
	*(desc & DESC_PXN ? &s->nx : &s->x) += size;
	if (!(desc & (DESC_RDONLY | DESC_PXN)))
		s->wx += size;
	if (desc & DESC_USER)
		s->usr += size;
}

static void count_leaf(struct walker *w, int level, uint64_t va, uint64_t desc)
{
	enum section section = regions__section(w->regions, va);
	uint64_t size = 1ull << walk__level_shift(w->h, level);
	uint64_t pa = walk__next(w->h, desc) & ~(size - 1);

	add_leaf(w, &w->c->section[section], level, desc);
	if (section == SECTION_LINEAR && regions__is_added(w->regions, pa))
		add_leaf(w, &w->c->added, level, desc);
	if (section == SECTION_LINEAR && !w->has_offset) {
		w->has_offset = true;
		w->offset = va - pa;
	} else if ((section == SECTION_MODULES || section == SECTION_VMALLOC) && w->has_offset &&
		   desc & DESC_RDONLY) {
		check_aliases(w, section, va, desc, size);
	}
}

static int walk_table(struct walker *w, int level, uint64_t table, uint64_t base);

static int count_entry(struct walker *w, int level, uint64_t va, uint64_t desc)
{
	switch (walk__type(w->h, level, desc)) {
	case WALK_TABLE:
		return walk_table(w, level + 1, walk__next(w->h, desc), va);
	case WALK_LEAF:
		count_leaf(w, level, va, desc);
		return 0;
	case WALK_INVALID:
		w->c->section[regions__section(w->regions, va)].invalid +=
			1ull << walk__level_shift(w->h, level);
		return 0;
	case WALK_HOLE:
		break;
	}
	return 0;
}

/* Recursion is at most WALK_LEVELS deep. In a broken or hostile guest tables may refer to each
 * other in a way that takes forever to walk, so the total is limited by the size of RAM. */
static int walk_table(struct walker *w, int level, uint64_t table, uint64_t base)
{
	unsigned int n = walk__entries(w->h, level), shift = walk__level_shift(w->h, level);
	int ret = 0;

	if (++w->c->tables > w->limit)
		return -ELOOP;
	if (!ram__at(w->ram, table, 8ull * n))
		return -EFAULT;
	for (uint64_t i = 0; !ret && i < n; i++) {
		uint64_t desc;

		if (!ram__u64(w->ram, table + 8 * i, &desc))
			return -EFAULT;
		ret = count_entry(w, level, base + (i << shift), desc);
	}
	return ret;
}

/* The upper half is the top 2^va_bits bytes of the address space. */
int census__take(struct census *c, const struct ram *ram, const struct walk_half *h,
		 const struct regions *regions)
{
	struct walker w = { .c = c,
			    .ram = ram,
			    .h = h,
			    .regions = regions,
			    .limit = TABLE_SHARING * (ram->size >> h->granule) };

	*c = (struct census){ .granule = h->granule, .has_added = regions->n_added };
	if (!h->on)
		return -EINVAL;
	return walk_table(&w, walk__first_level(h), h->table, ~0ull << h->va_bits);
}

// SPDX-License-Identifier: GPL-2.0-only
/* model.c - looks up accesses in the TLBs of each geometry, and counts misses and walks. */
#include "collectors/tlbmodel/model.h"

#define TCR_A1 22 /* set: the ASID is that of TTBR1_EL1 */

static const struct geometry_tlb *l1_of(const struct geometry *g, enum side side)
{
	return side == SIDE_D ? &g->l1d : &g->l1i;
}

/* L1 TLBs of equal size behave alike: all use LRU. */
static bool same_l1(const struct geometry *a, const struct geometry *b, enum side side)
{
	const struct geometry_tlb *x = l1_of(a, side), *y = l1_of(b, side);

	return x->entries == y->entries && x->ways == y->ways && a->l1_shift == b->l1_shift;
}

int model__add_geometry(struct model *m, const struct geometry *g)
{
	if (m->n == GEOMETRY_MAX)
		return -ENOSPC;
	m->geometry[m->n] = *g;
	if (!m->n || g->l1d.ways < m->l1d_ways)
		m->l1d_ways = g->l1d.ways;
	for (enum side side = 0; side < SIDES; side++) {
		size_t *leader = &m->leader[m->n][side];

		while (*leader < m->n && !same_l1(&m->geometry[*leader], g, side))
			++*leader;
		if (*leader == m->n)
			m->leaders_end[side] = m->n + 1;
	}
	m->n++;
	return 0;
}

/* An L2 entry can hold the largest leaf; an L1 entry at most 2^l1_shift bytes of it. */
static int init_tlbs(struct model *m, struct vcpu *c)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < m->n; i++) {
		const struct geometry *g = &m->geometry[i];

		for (enum side s = 0; !ret && s < SIDES; s++)
			ret = tlb__init(&c->l1[i][s], l1_of(g, s)->entries, l1_of(g, s)->ways,
					g->l1_shift);
		if (!ret)
			ret = tlb__init(&c->l2[i], g->l2.entries, g->l2.ways, GEOMETRY_MAX_SHIFT);
		if (!ret)
			tlb__set_policy(&c->l2[i], g->replacement, g->hashed);
		if (!ret)
			ret = walk_cache__init(&c->walk_cache[i], g->walk_cache);
	}
	return ret;
}

static void free_vcpu(struct vcpu *c)
{
	for (size_t i = 0; c && i < GEOMETRY_MAX; i++) {
		for (enum side s = 0; s < SIDES; s++)
			tlb__release(&c->l1[i][s]);
		tlb__release(&c->l2[i]);
		walk_cache__release(&c->walk_cache[i]);
	}
	free(c);
}

int model__add_vcpu(struct model *m, unsigned int vcpu)
{
	struct vcpu *c;
	int ret;

	if (vcpu >= MODEL_VCPUS)
		return -ENOSPC;
	if (m->vcpu[vcpu])
		return 0;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->code_page = NO_PAGE;
	ret = init_tlbs(m, c);
	if (ret)
		free_vcpu(c);
	else
		m->vcpu[vcpu] = c;
	return ret;
}

void model__reset(struct model *m)
{
	for (size_t v = 0; v < MODEL_VCPUS; v++) {
		struct vcpu *c = m->vcpu[v];

		if (!c)
			continue;
		for (size_t i = 0; i < m->n; i++) {
			for (enum side s = 0; s < SIDES; s++)
				tlb__reset(&c->l1[i][s]);
			tlb__reset(&c->l2[i]);
			walk_cache__reset(&c->walk_cache[i]);
		}
		c->code_page = NO_PAGE;
		c->known = false; /* registers may be written while nothing is measured */
	}
	m->counts = (struct counts){ 0 };
}

void model__registers(struct vcpu *c, uint64_t tcr, uint64_t ttbr0, uint64_t ttbr1)
{
	c->tcr = tcr;
	c->ttbr[0] = ttbr0;
	c->ttbr[1] = ttbr1;
	c->asid = (uint32_t)(c->ttbr[tcr >> TCR_A1 & 1] >> 48);
	c->half[0] = walk__half(tcr, ttbr0, false);
	c->half[1] = walk__half(tcr, ttbr1, true);
	c->code_page = NO_PAGE;
	c->known = true;
}

struct access {
	enum side side;
	enum mode mode;
	uint64_t va, page; /* canonical address, and that >> 12 */
	bool walked; /* `leaf` is valid */
	struct walk_leaf leaf;
	/* To insert into the L1, from the L2's entry: */
	unsigned int shift;
	uint32_t asid; /* or TLB_GLOBAL */
};

/* Count a walk of geometry `i`. Leaf sizes and steps are counted for kernel mode only. */
static void count_walk(struct model *m, size_t i, const struct access *a, unsigned int steps,
		       bool cold)
{
	struct geometry_counts *g = &m->counts.g[i];
	enum region region = regions__of(&m->regions, a->va);

	g->walks[a->side][a->mode][region]++;
	g->walks_cold[a->side][a->mode][region] += cold;
	if (a->mode != MODE_KERNEL)
		return;
	g->leaf[a->leaf.shift]++;
	g->steps[a->side] += steps;
	if (region != REGION_LINEAR)
		return;
	g->linear_leaf[a->leaf.shift]++;
	if (a->side == SIDE_D)
		g->linear_steps += steps;
}

/* Count an event for the block that caused it. The profile has the events of geometry 0 only. */
static void count_block_event(struct model *m, size_t i, enum profile_event event)
{
	struct profile_block *b = i ? NULL : profile__block(&m->profile, m->block);

	if (b)
		b->event[event]++;
}

static unsigned int coalesced_bits(const struct geometry *g)
{
	return (unsigned int)__builtin_ctz(g->coalesce);
}

/* The L1 holds single pages. An L2 entry of 2, 4 or 8 pages is recognised by its size, which no
 * leaf has. */
static unsigned int cut_coalesced(const struct geometry *g, const struct walk_half *half,
				  unsigned int shift)
{
	return g->coalesce && shift == half->granule + coalesced_bits(g) ? half->granule : shift;
}

/* Look up the access in the L2 of geometry `i`, and walk the page tables on a miss. False: nothing
 * is mapped there. */
static bool access_l2(struct model *m, struct vcpu *c, size_t i, struct access *a)
{
	const struct walk_half *half = &c->half[va__is_kernel(a->va)];
	const struct tlb_entry *e = tlb__find(&c->l2[i], a->page, c->asid);
	unsigned int shift, steps;

	if (e) {
		a->shift = cut_coalesced(&m->geometry[i], half, e->shift);
		a->asid = e->asid;
		return true;
	}
	if (!a->walked && !walk__find(&m->ram, half, a->va, &a->leaf))
		return false;
	a->walked = true;
	a->shift = shift = a->leaf.shift;
	a->asid = a->leaf.global ? TLB_GLOBAL : c->asid;
	if (m->geometry[i].coalesce &&
	    walk__coalesces(&m->ram, half, &a->leaf, a->va, m->geometry[i].coalesce))
		shift += coalesced_bits(&m->geometry[i]);
	steps = walk_cache__steps(&c->walk_cache[i], half, &a->leaf, a->page, c->asid);
	count_walk(m, i, a, steps, tlb__insert(&c->l2[i], a->page, a->asid, shift));
	count_block_event(m, i, a->side == SIDE_D ? PROFILE_WALK_D : PROFILE_WALK_I);
	return true;
}

/* The page tables are walked at most once, for all geometries together. */
bool model__access(struct model *m, struct vcpu *c, enum side side, enum mode mode, uint64_t va)
{
	struct access a = { .side = side, .mode = mode, .va = va__canonical(va) };
	unsigned int hits = 0, cold = 0;

	a.page = a.va >> 12;
	for (size_t i = 0; i < m->n; i++) {
		size_t leader = m->leader[i][side];

		if (leader == i && tlb__find(&c->l1[i][side], a.page, c->asid))
			hits |= 1u << i;
		if (hits & 1u << leader)
			continue;
		if (!access_l2(m, c, i, &a)) {
			m->counts.unmapped++;
			return false;
		}
		m->counts.g[i].l1[side][mode]++;
		count_block_event(m, i, side == SIDE_D ? PROFILE_L1D : PROFILE_L1I);
		if (leader == i && tlb__insert(&c->l1[i][side], a.page, a.asid, a.shift))
			cold |= 1u << i;
		m->counts.g[i].l1_cold[side][mode] += cold >> leader & 1;
	}
	return true;
}

bool model__hits_all(const struct model *m, struct vcpu *c, enum side side, uint64_t page)
{
	for (size_t i = 0; i < m->leaders_end[side]; i++)
		if (m->leader[i][side] == i && !tlb__guess(&c->l1[i][side], page, c->asid))
			return false;
	return true;
}

/* Of the L1 TLBs, only those of leaders are in use. */
static void invalidate(struct model *m, struct vcpu *c, const struct tlbi *op)
{
	for (size_t i = 0; i < m->n; i++) {
		for (enum side s = 0; s < SIDES; s++)
			if (m->leader[i][s] == i)
				tlb__invalidate(&c->l1[i][s], op);
		tlb__invalidate(&c->l2[i], op);
		walk_cache__invalidate(&c->walk_cache[i], op);
	}
	c->code_page = NO_PAGE;
}

/* A broadcast reaches all vCPUs of the guest: they are in one shareability domain. */
void model__tlbi(struct model *m, struct vcpu *c, const struct tlbi *op)
{
	m->counts.tlbi[op->scope]++;
	m->counts.broadcast += op->broadcast;
	if (!op->broadcast) {
		invalidate(m, c, op);
		return;
	}
	for (size_t i = 0; i < MODEL_VCPUS; i++)
		if (m->vcpu[i])
			invalidate(m, m->vcpu[i], op);
}

void model__release(struct model *m)
{
	for (size_t i = 0; i < MODEL_VCPUS; i++)
		free_vcpu(m->vcpu[i]);
	profile__release(&m->profile);
	*m = (struct model){ 0 };
}

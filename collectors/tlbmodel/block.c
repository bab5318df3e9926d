// SPDX-License-Identifier: GPL-2.0-only
/* block.c - groups the memory accesses of a block, so that few of them call the model. */
#include "collectors/tlbmodel/block.h"

#include "collectors/tlbmodel/follow.h"

/* A group of accesses at known distances, as far as the block has been read. */
struct group {
	unsigned int root;
	size_t reported, last; /* instructions: the newest that reports, the newest of all */
	int64_t reported_at; /* offset of the former */
	unsigned int reported_nth; /* how many accesses the block had before it */
	unsigned int covered; /* accesses of the group since, which it covers */
	unsigned int others; /* accesses of other groups since, as of the newest of this one */
};

struct plan {
	struct block *b;
	unsigned int between;
	unsigned int accesses; /* so far */
	size_t n;
	struct group group[BLOCK_INSNS];
};

/* Newest first: a block mostly uses the base register that it used last. */
static struct group *find_group(struct plan *p, unsigned int root)
{
	for (size_t i = p->n; i-- > 0;)
		if (p->group[i].root == root)
			return &p->group[i];
	return NULL;
}

/* Instruction `i` reports its own access, and from here on covers others of the group. */
static void report_access(struct plan *p, struct group *g, size_t i, int64_t at)
{
	p->b->insn[i].heed = true;
	g->reported = g->last = i;
	g->reported_at = at;
	g->reported_nth = p->accesses;
	g->covered = g->others = 0;
}

/* If other groups came in between, the newest access reports as well: the order of LRU depends
 * on the last use of a page. */
static void close_group(struct plan *p, const struct group *g)
{
	if (g->others)
		p->b->insn[g->last].heed = true;
}

/* An access at a known distance: cover it by the group's reporter if it is near enough in bytes
 * and in accesses, or else make it the next reporter. */
static void add_access(struct plan *p, size_t i, const struct followed *at)
{
	struct group *g = find_group(p, at->root);
	struct block_insn *reporter;
	int64_t by;

	if (!g) {
		g = &p->group[p->n++];
		g->root = at->root;
		report_access(p, g, i, at->offset);
		return;
	}
	reporter = &p->b->insn[g->reported];
	by = at->offset - g->reported_at;
	if (by <= -BLOCK_REACH || by >= BLOCK_REACH || reporter->high - by >= BLOCK_REACH ||
	    by - reporter->low >= BLOCK_REACH || p->accesses - g->reported_nth > p->between) {
		close_group(p, g);
		report_access(p, g, i, at->offset);
		return;
	}
	if (by < reporter->low)
		reporter->low = (int16_t)by;
	if (by > reporter->high)
		reporter->high = (int16_t)by;
	g->last = i;
	g->others = p->accesses - g->reported_nth - 1 - g->covered++;
}

/* An access of which nothing is known always reports. The order of instructions is that of
 * execution: a block has one entry, and what leaves it early only covers too much. */
void block__plan(struct block *b, unsigned int between)
{
	struct plan p; /* of its groups those in use are set: all take longer than the rest */
	struct follow f;

	p.b = b;
	p.between = between;
	p.accesses = 0;
	p.n = 0;
	follow__start(&f);
	for (size_t i = 0; i < b->n; i++) {
		struct followed at;
		enum follow_access access = follow__step(&f, b->opcode[i], &at);

		b->insn[i] = (struct block_insn){ .heed = access == FOLLOW_UNKNOWN };
		if (access == FOLLOW_KNOWN)
			add_access(&p, i, &at);
		p.accesses += access != FOLLOW_NONE;
	}
	for (size_t i = 0; i < p.n; i++)
		close_group(&p, &p.group[i]);
}

size_t block__run(const struct block *b, size_t i)
{
	size_t end = i;

	while (end < b->n && !b->insn[end].heed)
		end++;
	return end - i;
}

bool block__clears(const struct block *b)
{
	uint32_t rt = b->opcode[0] & 31;

	return b->n == 4 && b->opcode[0] == (0xd50b7420 | rt) && /* dc zva, Xt */
	       (b->opcode[1] & ~(31u << 16)) == (0x8b000000 | rt << 5 | rt) && /* add Xt, Xt, Xm */
	       b->opcode[2] == (0xf2402c1f | rt << 5) && /* tst Xt, #0xfff */
	       b->opcode[3] == 0x54ffffa1; /* b.ne to the first */
}

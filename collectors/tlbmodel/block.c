// SPDX-License-Identifier: GPL-2.0-only
/* block.c - groups the memory accesses of a block, so that few of them call the model. */
#include "collectors/tlbmodel/block.h"

#include "collectors/tlbmodel/follow.h"

/* A group of accesses at known distances, as far as the block has been read. */
struct group {
	unsigned int root;
	size_t told, last; /* instructions: the newest that tells, the newest of all */
	int64_t told_at; /* offset of the former */
	unsigned int told_nth; /* how many accesses the block had before it */
	unsigned int silent; /* accesses of the group since */
	unsigned int foreign; /* accesses of others since, as of the newest of the group */
};

struct plan {
	struct block *b;
	unsigned int between;
	unsigned int accesses; /* so far */
	size_t n;
	struct group group[BLOCK_INSNS];
};

static struct group *find(struct plan *p, unsigned int root)
{
	for (size_t i = p->n; i-- > 0;)
		if (p->group[i].root == root)
			return &p->group[i];
	return NULL;
}

static void tell(struct plan *p, struct group *g, size_t i, int64_t at)
{
	p->b->insn[i].heed = true;
	g->told = g->last = i;
	g->told_at = at;
	g->told_nth = p->accesses;
	g->silent = g->foreign = 0;
}

/* The newest of the group tells itself if others came between: it is the last use of its page. */
static void close_group(struct plan *p, const struct group *g)
{
	if (g->foreign)
		p->b->insn[g->last].heed = true;
}

static void known(struct plan *p, size_t i, const struct followed *at)
{
	struct group *g = find(p, at->root);
	struct block_insn *told;
	int64_t by;

	if (!g) {
		g = &p->group[p->n++];
		g->root = at->root;
		tell(p, g, i, at->offset);
		return;
	}
	told = &p->b->insn[g->told];
	by = at->offset - g->told_at;
	if (by <= -BLOCK_REACH || by >= BLOCK_REACH || told->high - by >= BLOCK_REACH ||
	    by - told->low >= BLOCK_REACH || p->accesses - g->told_nth > p->between) {
		close_group(p, g);
		tell(p, g, i, at->offset);
		return;
	}
	if (by < told->low)
		told->low = (int16_t)by;
	if (by > told->high)
		told->high = (int16_t)by;
	g->last = i;
	g->foreign = p->accesses - g->told_nth - 1 - g->silent++;
}

void block__plan(struct block *b, unsigned int between)
{
	struct plan p = { .between = between };
	struct follow f;

	p.b = b;
	follow__start(&f);
	for (size_t i = 0; i < b->n; i++) {
		struct followed at;
		enum follow_access access = follow__step(&f, b->opcode[i], &at);

		b->insn[i] = (struct block_insn){ .heed = access == FOLLOW_UNKNOWN };
		if (access == FOLLOW_KNOWN)
			known(&p, i, &at);
		p.accesses += access != FOLLOW_NONE;
	}
	for (size_t i = 0; i < p.n; i++)
		close_group(&p, &p.group[i]);
}

bool block__clears(const struct block *b)
{
	uint32_t rt = b->opcode[0] & 31;

	return b->n == 4 && b->opcode[0] == (0xd50b7420 | rt) && /* dc zva, Xt */
	       (b->opcode[1] & ~(31u << 16)) == (0x8b000000 | rt << 5 | rt) && /* add Xt, Xt, Xm */
	       b->opcode[2] == (0xf2402c1f | rt << 5) && /* tst Xt, #0xfff */
	       b->opcode[3] == 0x54ffffa1; /* b.ne to the first */
}

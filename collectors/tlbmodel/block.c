// SPDX-License-Identifier: GPL-2.0-only
/* block.c - groups the data accesses of a block, so that only a few of them call the model. */
#include "collectors/tlbmodel/block.h"

#include "collectors/tlbmodel/follow.h"

/* The group of the latest access. */
struct group {
	bool open; /* there is one: the latest access had a known address */
	unsigned int root;
	size_t reporter;
	int64_t offset; /* of the reporter */
};

/* An access to `at` joins the group if it is known to be close enough to all of it. */
static bool join(struct block *b, const struct group *g, const struct followed *at)
{
	struct block_insn *r = &b->insn[g->reporter];
	const int64_t by = at->offset - g->offset;

	if (!g->open || g->root != at->root || by <= -BLOCK_REACH || by >= BLOCK_REACH ||
	    r->high - by >= BLOCK_REACH || by - r->low >= BLOCK_REACH)
		return false;
	if (by < r->low)
		r->low = (int16_t)by;
	if (by > r->high)
		r->high = (int16_t)by;
	r->last = (int16_t)by;
	return true;
}

/* An access with an unknown address always reports. A block has one entry and runs in order; if it
 * is left early, the reporters merely cover accesses that did not happen. */
void block__plan(struct block *b, bool groups)
{
	struct group g = { 0 };
	bool first = true;
	struct follow f;

	b->stack_first = b->n;
	follow__start(&f);
	for (size_t i = 0; i < b->n; i++) {
		struct followed at;
		enum follow_access access = follow__step(&f, b->opcode[i], &at);

		b->insn[i] = (struct block_insn){ 0 };
		if (access == FOLLOW_NONE)
			continue;
		if (access == FOLLOW_KNOWN && first && at.root == FOLLOW_SP)
			b->stack_first = i;
		first = false;
		if (access == FOLLOW_KNOWN && groups && join(b, &g, &at))
			continue;
		b->insn[i].reports = true;
		g.open = access == FOLLOW_KNOWN;
		if (g.open)
			g = (struct group){ true, at.root, i, at.offset };
	}
}

size_t block__run(const struct block *b, size_t i)
{
	size_t end = i;

	while (end < b->n && !b->insn[end].reports)
		end++;
	return end - i;
}

bool block__clears(const struct block *b)
{
	uint32_t rt = b->opcode[0] & 31;

	return b->n == 4 && b->opcode[0] == (0xd50b7420 | rt) && /* dc zva, Xt */
	       (b->opcode[1] & ~(31u << 16)) == (0x8b000000 | rt << 5 | rt) && /* add Xt, Xt, Xm */
	       b->opcode[2] == (0xf2402c1f | rt << 5) && /* tst Xt, #0xfff */
	       b->opcode[3] == 0x54ffffa1; /* b.ne to the DC ZVA */
}

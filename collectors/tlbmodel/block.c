// SPDX-License-Identifier: GPL-2.0-only
/* block.c - groups the data accesses of a block, so that only a few of them call the model. */
#include "collectors/tlbmodel/block.h"

#include "collectors/tlbmodel/follow.h"

/* Accesses whose addresses are a known distance apart. */
struct group {
	unsigned int root;
	size_t reporter; /* instruction that reports for the group */
	size_t newest; /* the latest instruction of the group */
	int64_t reporter_offset;
	unsigned int reporter_nth; /* number of accesses in the block before the reporter */
	unsigned int covered; /* accesses of this group after the reporter */
	unsigned int others; /* accesses of other groups between the reporter and the newest */
};

struct plan {
	struct block *b;
	unsigned int between;
	unsigned int accesses; /* number of accesses so far */
	size_t n;
	struct group group[BLOCK_INSNS];
};

/* Newest group first: a block mostly keeps using the same base register. */
static struct group *find_group(struct plan *p, unsigned int root)
{
	for (size_t i = p->n; i-- > 0;)
		if (p->group[i].root == root)
			return &p->group[i];
	return NULL;
}

/* Instruction `i` reports, and covers the accesses of the group that follow. */
static void report_access(struct plan *p, struct group *g, size_t i, int64_t at)
{
	p->b->insn[i].reports = true;
	g->reporter = g->newest = i;
	g->reporter_offset = at;
	g->reporter_nth = p->accesses;
	g->covered = g->others = 0;
}

/* If accesses of other groups came in between, the newest access of this group reports as well: LRU
 * order depends on the last use of a page. */
static void close_group(struct plan *p, const struct group *g)
{
	if (g->others)
		p->b->insn[g->newest].reports = true;
}

/* Instruction `i` accesses memory at `at`. If it is close enough to the group's reporter, in bytes
 * and in number of accesses, the reporter covers it; otherwise it becomes the next reporter. */
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
	reporter = &p->b->insn[g->reporter];
	by = at->offset - g->reporter_offset;
	if (by <= -BLOCK_REACH || by >= BLOCK_REACH || reporter->high - by >= BLOCK_REACH ||
	    by - reporter->low >= BLOCK_REACH || p->accesses - g->reporter_nth > p->between) {
		close_group(p, g);
		report_access(p, g, i, at->offset);
		return;
	}
	if (by < reporter->low)
		reporter->low = (int16_t)by;
	if (by > reporter->high)
		reporter->high = (int16_t)by;
	g->newest = i;
	g->others = p->accesses - g->reporter_nth - 1 - g->covered++;
}

/* An access with an unknown address always reports. A block has one entry and runs in order; if it
 * is left early, the reporters merely cover accesses that did not happen. */
void block__plan(struct block *b, unsigned int between)
{
	struct plan p; /* not zeroed: clearing unused groups would cost more than the rest */
	struct follow f;

	p.b = b;
	p.between = between;
	p.accesses = 0;
	p.n = 0;
	b->stack_first = b->n;
	follow__start(&f);
	for (size_t i = 0; i < b->n; i++) {
		struct followed at;
		enum follow_access access = follow__step(&f, b->opcode[i], &at);

		b->insn[i] = (struct block_insn){ .reports = access == FOLLOW_UNKNOWN };
		if (access == FOLLOW_KNOWN && !p.accesses && at.root == FOLLOW_SP)
			b->stack_first = i;
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

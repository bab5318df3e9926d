// SPDX-License-Identifier: GPL-2.0-only
/*
 * tlb_replay.c - an independent implementation of the TLB model: it counts from a trace of the model's input
 * (docs/TLB.md, "The trace") what the model counted. It was written from the Arm Architecture Reference
 * Manual (chapter D8, and C5.5 for TLBI) and docs/TLB.md, and shares no code with the model. TLB sets are
 * arrays in LRU order. Page tables are walked in the descriptors that the model read, which are in the
 * trace; a walk that needs any other word ends the replay with an error.
 *
 *     tlb_replay NAME/L1I/L1D/LARGEST/L2[/coalesceN][/walksN]... <TRACE
 *
 * prints "ITERATION METRIC COUNT" lines, with the names of docs/TLB.md.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CORES 4
#define SIZES 64
#define bits(v, high, low) (((v) >> (low)) & (UINT64_MAX >> (63 - ((high) - (low)))))

/* A TLB entry. It translates first..last, a part of the leaf (page, block or contiguous run) that maps
 * leaf_first..leaf_last. */
struct entry {
	uint64_t first, last;
	uint64_t leaf_first, leaf_last;
	unsigned int size; /* log2 */
	unsigned int asid;
	bool global;
};

struct set {
	struct entry *entry; /* most recently used first */
	unsigned int n;
	unsigned int cold; /* insertions until all ways have been filled once */
};

struct buffer {
	unsigned int sets, ways;
	unsigned int largest; /* log2 of the largest entry */
	struct set *set;
	uint64_t has; /* bit n: entries of 2^n bytes may be in it */
};

/* [side][mode]: side 0 data, 1 instructions; mode 0 user, 1 kernel. */
struct count {
	uint64_t l1[2][2], l1_cold[2][2], walks[2][2], walks_cold[2][2];
	uint64_t linear, linear_cold; /* walks of kernel data accesses */
	uint64_t leaf[SIZES],
		linear_leaf[SIZES]; /* kernel walks of both sides, by log2 of the leaf */
	uint64_t read[2]; /* descriptors read by kernel walks, by side */
	uint64_t linear_read; /* descriptors read by walks of kernel data accesses */
};

/* An entry of the walk cache: the table descriptor that maps first..last for an ASID. */
struct table {
	uint64_t first, last;
	unsigned int asid;
};

#define TABLES 1024

struct core {
	unsigned int coalesce;
	struct buffer l1[2], l2;
	struct table table[TABLES]; /* the walk cache, most recently used first */
	unsigned int tables, room;
	struct count count;
};

struct word {
	uint64_t at, value;
};

static struct {
	struct core core[CORES];
	unsigned int cores;
	uint64_t tcr, ttbr[2];
	struct word word[64]; /* descriptors that the model read for the access */
	unsigned int words;
	uint64_t unmapped;
	uint64_t tlbi[4]; /* all, ASID, address, range */
	uint64_t broadcast;
} sim;

static void die(const char *what, uint64_t value)
{
	fprintf(stderr, "tlb_replay: %s: 0x%" PRIx64 "\n", what, value);
	exit(1);
}

/* --- buffers ------------------------------------------------------------------------------ */

static void empty(struct buffer *b, bool cold)
{
	for (unsigned int i = 0; i < b->sets; i++) {
		b->set[i].n = 0;
		b->set[i].cold = cold ? b->ways : 0;
	}
	b->has = 0;
}

static void make(struct buffer *b, unsigned int entries, unsigned int ways, unsigned int largest)
{
	if (!ways || entries % ways)
		die("ways", ways);
	*b = (struct buffer){ .sets = entries / ways, .ways = ways, .largest = largest };
	b->set = calloc(b->sets, sizeof(*b->set));
	for (unsigned int i = 0; b->set && i < b->sets; i++)
		b->set[i].entry = calloc(ways, sizeof(struct entry));
}

/* The set index depends on the size of the entry. */
static struct set *set_for(struct buffer *b, uint64_t va, unsigned int size)
{
	return &b->set[(va >> size) % b->sets];
}

/* Move entry `i` of a set to its front. */
static struct entry *renew(struct set *s, unsigned int i)
{
	struct entry e = s->entry[i];

	memmove(&s->entry[1], &s->entry[0], i * sizeof(e));
	s->entry[0] = e;
	return &s->entry[0];
}

static unsigned int current_asid(void)
{
	uint64_t ttbr = sim.ttbr[bits(sim.tcr, 22, 22)]; /* A1 */

	/* AS: ASIDs have 16 bits, or 8. */
	return (unsigned int)(bits(sim.tcr, 36, 36) ? bits(ttbr, 63, 48) : bits(ttbr, 55, 48));
}

static struct entry *look_up(struct buffer *b, uint64_t va)
{
	const unsigned int asid = current_asid();

	for (uint64_t left = b->has; left; left &= left - 1) {
		const unsigned int size = (unsigned int)__builtin_ctzll(left);
		struct set *s = set_for(b, va, size);

		for (unsigned int i = 0; i < s->n; i++) {
			const struct entry *e = &s->entry[i];

			if ((b->sets == 1 || e->size == size) && va >= e->first && va <= e->last &&
			    (e->global || e->asid == asid))
				return renew(s, i);
		}
		if (b->sets == 1)
			break; /* fully associative: all entries were compared */
	}
	return NULL;
}

/* Insert an entry; of a leaf that is larger than the buffer's largest entry, the part around va. True if
 * the miss was a cold one. */
static bool insert(struct buffer *b, uint64_t va, struct entry e)
{
	struct set *s;
	bool cold;

	if (e.size > b->largest) {
		e.size = b->largest;
		e.first = va >> e.size << e.size;
		e.last = e.first + ((1ull << e.size) - 1);
	}
	s = set_for(b, va, e.size);
	cold = s->cold > 0;
	s->cold -= cold;
	if (s->n < b->ways)
		s->n++;
	memmove(&s->entry[1], &s->entry[0], (s->n - 1) * sizeof(e));
	s->entry[0] = e;
	b->has |= 1ull << e.size;
	return cold;
}

/* --- translation -------------------------------------------------------------------------- */

static uint64_t memory(uint64_t at)
{
	for (unsigned int i = sim.words; i-- > 0;)
		if (sim.word[i].at == at)
			return sim.word[i].value;
	die("a walk needs a word that the model did not read", at);
	return 0;
}

struct regime {
	unsigned int granule, input; /* log2 of the page size; bits of the input address */
	bool ds, pa52;
	uint64_t table;
};

/* The translation regime of va, from TCR_EL1 and its TTBR. False: EPDn disables walks in this half. */
static bool regime_of(uint64_t va, struct regime *r)
{
	static const unsigned int tg0[] = { 12, 16, 14 }, tg1[] = { 0, 14, 12, 16 };
	const bool upper = bits(va, 55, 55);
	const uint64_t ttbr = sim.ttbr[upper],
		       tg = upper ? bits(sim.tcr, 31, 30) : bits(sim.tcr, 15, 14);

	*r = (struct regime){ 0 };
	if (bits(sim.tcr, upper ? 23 : 7, upper ? 23 : 7)) /* EPD */
		return false;
	if (tg == (upper ? 0 : 3))
		die("a reserved granule in TCR_EL1", sim.tcr);
	r->granule = upper ? tg1[tg] : tg0[tg];
	r->input = 64 - (unsigned int)(upper ? bits(sim.tcr, 21, 16) : bits(sim.tcr, 5, 0));
	r->ds = bits(sim.tcr, 59, 59) && r->granule != 16;
	r->pa52 = r->granule == 16 && bits(sim.tcr, 34, 32) == 6;
	r->table = bits(ttbr, 47, 1) << 1;
	if (r->ds || r->pa52)
		r->table = bits(ttbr, 47, 6) << 6 | bits(ttbr, 5, 2) << 48;
	return true;
}

/* The output address of a descriptor that is aligned to 2^low bytes. */
static uint64_t output(const struct regime *r, uint64_t d, unsigned int low)
{
	if (r->ds)
		return bits(d, 49, low) << low | bits(d, 9, 8) << 50;
	if (r->pa52)
		return bits(d, 47, low) << low | bits(d, 15, 12) << 48;
	return bits(d, 47, low) << low;
}

/* log2 of the number of descriptors in a contiguous run (chapter D8, "the Contiguous bit"). */
static unsigned int run_bits(const struct regime *r, int level)
{
	if (r->granule == 12)
		return 4;
	return r->granule == 16 || level < 3 ? 5 : 7;
}

struct leaf {
	unsigned int
		low[8]; /* log2 of the range that each descriptor of the walk maps, the leaf's last */
	unsigned int depth; /* descriptors of the walk */
	uint64_t at, desc; /* address and value of the leaf descriptor */
	unsigned int size; /* log2 */
	bool page, global;
};

static bool walk(const struct regime *r, uint64_t va, struct leaf *leaf)
{
	const unsigned int stride = r->granule - 3;
	uint64_t table = r->table;
	int level = 3;

	leaf->depth = 0;
	while ((unsigned int)(4 - level) * stride + r->granule < r->input)
		level--;
	for (;; level++) {
		const unsigned int low = (unsigned int)(3 - level) * stride + r->granule;
		const unsigned int top = low + stride < r->input ? low + stride : r->input;
		const uint64_t at = table + 8 * bits(va, top - 1, low), d = memory(at);

		if (!bits(d, 0, 0) || (level == 3 && !bits(d, 1, 1)))
			return false;
		leaf->low[leaf->depth++] = low;
		if (level < 3 && bits(d, 1, 1)) {
			table = output(r, d, r->granule);
			continue;
		}
		leaf->at = at;
		leaf->desc = d;
		leaf->size = low;
		leaf->page = level == 3;
		leaf->global = !bits(d, 11, 11);
		if (bits(d, 52, 52)) {
			leaf->size += run_bits(r, level);
			leaf->page = false;
		}
		return true;
	}
}

/* Can the aligned group of n pages around this one be coalesced into one entry? Their output addresses
 * must be consecutive and aligned like the group, and all other bits of the descriptors the same. */
static bool one_piece(const struct regime *r, const struct leaf *leaf, unsigned int n)
{
	const uint64_t group = leaf->at / (8 * n) * (8 * n), size = (uint64_t)n << r->granule;
	const uint64_t address = bits(~0ull, r->ds ? 49 : 47, r->granule) << r->granule;
	const uint64_t piece = output(r, leaf->desc, r->granule) / size * size;
	const unsigned int place = (unsigned int)(leaf->at - group) / 8;

	if (!leaf->page ||
	    output(r, leaf->desc, r->granule) != piece + ((uint64_t)place << r->granule))
		return false;
	for (unsigned int i = 0; i < n; i++) {
		const uint64_t d = memory(group + 8 * i);

		if ((d & ~address) != (leaf->desc & ~address) ||
		    output(r, d, r->granule) != piece + ((uint64_t)i << r->granule))
			return false;
	}
	return true;
}

/* --- the walk cache ----------------------------------------------------------------------- */

static void remember(struct core *c, const struct table *t)
{
	if (c->tables < c->room)
		c->tables++;
	memmove(&c->table[1], &c->table[0], (c->tables - 1) * sizeof(*t));
	c->table[0] = *t;
}

/* How many descriptors a walk reads, as its last table descriptor in the walk cache and those above it need
 * not be read. Those that were read are cached. */
static unsigned int reads(struct core *c, uint64_t va, const struct leaf *leaf)
{
	unsigned int known = 0; /* descriptors that need not be read */

	if (!c->room)
		return leaf->depth;
	for (unsigned int n = leaf->depth - 1; n > 0 && !known; n--) {
		const uint64_t size = 1ull << leaf->low[n - 1];

		for (unsigned int i = 0; i < c->tables && !known; i++) {
			const struct table t = c->table[i];

			if (t.first != va / size * size || t.last - t.first != size - 1 ||
			    t.asid != current_asid())
				continue;
			memmove(&c->table[1], &c->table[0], i * sizeof(t));
			c->table[0] = t;
			known = n;
		}
	}
	for (unsigned int n = known; n + 1 < leaf->depth; n++) {
		const uint64_t size = 1ull << leaf->low[n], first = va / size * size;

		remember(c, &(struct table){ first, first + (size - 1), current_asid() });
	}
	return leaf->depth - known;
}

/* --- an access ---------------------------------------------------------------------------- */

static struct entry entry_of(uint64_t va, unsigned int size, bool global)
{
	struct entry e = { .size = size, .global = global, .asid = current_asid() };

	e.first = va >> size << size;
	e.last = e.first + ((1ull << size) - 1);
	e.leaf_first = e.first;
	e.leaf_last = e.last;
	return e;
}

static void count_walk(struct count *n, int side, int mode, uint64_t va, unsigned int size,
		       unsigned int read, bool cold)
{
	/* With 48-bit addresses the linear map is the lower half of the kernel's address space. */
	const bool linear = bits(va, 55, 55) && va < 0xffff800000000000;

	n->walks[side][mode]++;
	n->walks_cold[side][mode] += cold;
	if (!mode)
		return;
	n->leaf[size]++;
	n->linear_leaf[size] += linear;
	n->read[side] += read;
	n->linear_read += linear && !side ? read : 0;
	n->linear += linear && !side;
	n->linear_cold += linear && !side && cold;
}

static void use(int side, int mode, uint64_t raw)
{
	const uint64_t va = (uint64_t)((int64_t)(raw << 8) >> 8); /* drop a tag (TBI) */
	struct leaf leaf;
	struct regime r;
	bool walked = false;

	for (unsigned int i = 0; i < sim.cores; i++) {
		struct core *c = &sim.core[i];
		struct entry *held, e;
		bool cold;

		if (look_up(&c->l1[side], va))
			continue;
		held = look_up(&c->l2, va);
		if (held) {
			e = *held;
		} else {
			if (!walked && (!regime_of(va, &r) || !walk(&r, va, &leaf))) {
				sim.unmapped++;
				return;
			}
			walked = true;
			e = entry_of(va, leaf.size, leaf.global);
			if (c->coalesce && one_piece(&r, &leaf, c->coalesce))
				e = entry_of(va,
					     leaf.size + (unsigned int)__builtin_ctz(c->coalesce),
					     leaf.global);
			cold = insert(&c->l2, va, e);
			count_walk(&c->count, side, mode, va, leaf.size, reads(c, va, &leaf), cold);
		}
		/* L1 entries are never coalesced: insert only the page. */
		regime_of(va, &r);
		if (c->coalesce && e.size == r.granule + (unsigned int)__builtin_ctz(c->coalesce))
			e = entry_of(va, r.granule, e.global);
		e.asid = current_asid();
		c->count.l1[side][mode]++;
		c->count.l1_cold[side][mode] += insert(&c->l1[side], va, e);
	}
}

/* --- TLBI --------------------------------------------------------------------------------- */

struct flush {
	bool all, by_asid, by_address, any_asid, last_level;
	unsigned int asid;
	uint64_t first, last;
};

static void drop(struct buffer *b, const struct flush *f)
{
	if (f->all) {
		empty(b, false);
		return;
	}
	for (unsigned int i = 0; i < b->sets; i++) {
		struct set *s = &b->set[i];
		unsigned int left = 0;

		for (unsigned int j = 0; j < s->n; j++) {
			const struct entry *e = &s->entry[j];
			bool goes = !f->by_address ||
				    (e->leaf_last >= f->first && e->leaf_first <= f->last);

			if (f->by_asid)
				goes = goes && !e->global && e->asid == f->asid;
			else if (!f->any_asid)
				goes = goes && (e->global || e->asid == f->asid);
			if (!goes)
				s->entry[left++] = *e;
		}
		s->n = left;
	}
}

static void drop_tables(struct core *c, const struct flush *f)
{
	unsigned int left = 0;

	for (unsigned int i = 0; i < c->tables; i++) {
		const struct table *t = &c->table[i];
		bool stays = f->last_level ||
			     (f->by_address && (t->last < f->first || t->first > f->last)) ||
			     (!f->all && !f->any_asid && t->asid != f->asid);

		if (stays)
			c->table[left++] = *t;
	}
	c->tables = left;
}

/* The address range of a TLBI R*: Xt has ASID, TG, SCALE, NUM, TTL, BaseADDR. */
static void range_of(uint64_t xt, struct flush *f)
{
	static const unsigned int tg[] = { 0, 12, 14, 16 };
	const unsigned int granule = tg[bits(xt, 47, 46)],
			   unit = bits(sim.tcr, 59, 59) ? 16 : granule;
	const uint64_t pages = (bits(xt, 43, 39) + 1) << (5 * bits(xt, 45, 44) + 1);

	if (!granule)
		die("a reserved granule in a TLBI", xt);
	f->first = (bits(xt, 36, 36) ? bits(xt, 36, 0) | ~0ull << 37 : bits(xt, 36, 0)) << unit;
	f->last = f->first + ((pages << granule) - 1);
}

static void tlbi(uint32_t opcode, uint64_t xt)
{
	const unsigned int op1 = bits(opcode, 18, 16), crm = bits(opcode, 11, 8),
			   op2 = bits(opcode, 7, 5);
	const bool range = crm == 2 || crm == 5 || crm == 6, local = crm == 7 || crm == 6;
	struct flush f = { .asid = (unsigned int)bits(xt, 63, 48) };

	if (op1 || (!range && crm != 1 && crm != 3 && crm != 7))
		die("a TLBI of another regime than EL1&0", opcode);
	sim.broadcast += !local;
	switch (op2) {
	case 0: /* VMALLE1 */
		f.all = true;
		sim.tlbi[0]++;
		break;
	case 2: /* ASIDE1 */
		f.by_asid = true;
		sim.tlbi[1]++;
		break;
	case 1: /* VAE1, VAAE1, VALE1, VAALE1, and their range forms */
	case 3:
	case 5:
	case 7:
		f.by_address = true;
		f.any_asid = op2 & 2;
		f.last_level = op2 & 4; /* VALE1, VAALE1: the walk cache is kept */
		sim.tlbi[range ? 3 : 2]++;
		f.first = (bits(xt, 43, 43) ? bits(xt, 43, 0) | ~0ull << 44 : bits(xt, 43, 0))
			  << 12;
		f.last = f.first + 4095;
		if (range)
			range_of(xt, &f);
		break;
	default:
		die("no TLBI", opcode);
	}
	for (unsigned int i = 0; i < sim.cores; i++) {
		drop(&sim.core[i].l1[0], &f);
		drop(&sim.core[i].l1[1], &f);
		drop(&sim.core[i].l2, &f);
		drop_tables(&sim.core[i], &f);
	}
}

/* --- the trace ---------------------------------------------------------------------------- */

static void begin(void)
{
	for (unsigned int i = 0; i < sim.cores; i++) {
		struct core *c = &sim.core[i];

		empty(&c->l1[0], true);
		empty(&c->l1[1], true);
		empty(&c->l2, true);
		c->tables = 0;
		c->count = (struct count){ 0 };
	}
	sim.unmapped = sim.broadcast = 0;
	memset(sim.tlbi, 0, sizeof(sim.tlbi));
}

static uint64_t iteration;

static void line(const char *prefix, const char *metric, uint64_t n)
{
	printf("%" PRIu64 " %s%s %" PRIu64 "\n", iteration, prefix, metric, n);
}

static void report_first(const struct count *n)
{
	static const struct {
		const char *name;
		unsigned int size;
	} leaves[] = { { "4k", 12 }, { "64k", 16 }, { "2m", 21 }, { "32m", 25 }, { "1g", 30 } };

	line("", "kernel.l1d_misses", n->l1[0][1]);
	line("", "kernel.l1i_misses", n->l1[1][1]);
	line("", "kernel.l1d_misses_cold", n->l1_cold[0][1]);
	line("", "kernel.l1i_misses_cold", n->l1_cold[1][1]);
	line("", "user.walks_d", n->walks[0][0]);
	line("", "user.walks_i", n->walks[1][0]);
	line("", "user.walks_d_cold", n->walks_cold[0][0]);
	line("", "user.walks_i_cold", n->walks_cold[1][0]);
	for (unsigned int i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++) {
		char name[32];

		snprintf(name, sizeof(name), "kernel.leaf_%s", leaves[i].name);
		line("", name, n->leaf[leaves[i].size]);
		snprintf(name, sizeof(name), "linear.leaf_%s", leaves[i].name);
		line("", name, n->linear_leaf[leaves[i].size]);
	}
}

static void report(void)
{
	line("", "fault.walks", sim.unmapped);
	line("", "tlbi.all", sim.tlbi[0]);
	line("", "tlbi.asid", sim.tlbi[1]);
	line("", "tlbi.va", sim.tlbi[2]);
	line("", "tlbi.range", sim.tlbi[3]);
	line("", "tlbi.broadcast", sim.broadcast);
	report_first(&sim.core[0].count);
	for (unsigned int i = 0; i < sim.cores; i++) {
		const struct count *n = &sim.core[i].count;
		char prefix[16] = "";

		if (i)
			snprintf(prefix, sizeof(prefix), "core%u.", i);
		line(prefix, "kernel.walks_d", n->walks[0][1]);
		line(prefix, "kernel.walks_i", n->walks[1][1]);
		line(prefix, "kernel.walks_d_cold", n->walks_cold[0][1]);
		line(prefix, "kernel.walks_i_cold", n->walks_cold[1][1]);
		line(prefix, "linear.walks", n->linear);
		line(prefix, "linear.walks_cold", n->linear_cold);
		line(prefix, "kernel.walk_steps_d", n->read[0]);
		line(prefix, "kernel.walk_steps_i", n->read[1]);
		line(prefix, "linear.walk_steps", n->linear_read);
	}
}

/* Process a record, once the 'M' records that follow it are in sim.word. */
static void handle(const uint64_t record[3])
{
	const uint32_t detail = (uint32_t)(record[0] >> 32);

	switch ((char)record[0]) {
	case 'B':
		iteration = record[1];
		begin();
		break;
	case 'E':
		report();
		break;
	case 'R':
		*(detail ? &sim.ttbr[detail - 1] : &sim.tcr) = record[1];
		break;
	case 'D':
		use(0, (int)detail, record[1]);
		break;
	case 'I':
		use(1, (int)detail, record[1]);
		break;
	case 'T':
		tlbi(detail, record[1]);
		break;
	default:
		die("no record of a trace", record[0]);
	}
}

/* Parse the number after the separator at `*at`; `*at` then points behind it. */
static unsigned int number(const char **at)
{
	char *end = NULL;
	unsigned long n = **at ? strtoul(*at + 1, &end, 10) : 0;

	if (!n || n > 65536)
		die("a geometry that is not understood, core", sim.cores);
	*at = end;
	return (unsigned int)n;
}

/* Parse NAME/L1I/L1D/LARGEST/L2[/coalesceN][/walksN]; each buffer is ENTRIESxWAYS. */
static void add_core(const char *word)
{
	struct core *c = &sim.core[sim.cores++];
	const char *at = word + strcspn(word, "/");
	unsigned int n[7];

	for (unsigned int i = 0; i < 7; i++)
		n[i] = number(&at);
	if (strncmp(at, "/coalesce", 9) == 0) {
		at += 8;
		c->coalesce = number(&at);
	}
	if (strncmp(at, "/walks", 6) == 0) {
		at += 5;
		c->room = number(&at);
	}
	if (c->room > TABLES || *at)
		die("a geometry that is not simulated, core", sim.cores);
	make(&c->l1[1], n[0], n[1], n[4]);
	make(&c->l1[0], n[2], n[3], n[4]);
	make(&c->l2, n[5], n[6], SIZES - 1);
}

int main(int argc, char **argv)
{
	uint64_t record[3], held[3];
	bool holds = false;

	if (argc < 2 || argc > CORES + 1)
		die("geometries", (uint64_t)argc - 1);
	for (int i = 1; i < argc; i++)
		add_core(argv[i]);
	while (fread(record, sizeof(record), 1, stdin) == 1) {
		if ((char)record[0] == 'M') {
			if (sim.words == sizeof(sim.word) / sizeof(sim.word[0]))
				sim.words = 0; /* words of a census, which belong to no access */
			sim.word[sim.words++] = (struct word){ record[1], record[2] };
			continue;
		}
		if (holds)
			handle(held);
		sim.words = 0;
		memcpy(held, record, sizeof(held));
		holds = true;
	}
	if (holds)
		handle(held);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * row.c - parses one row: addresses, size, level and attributes, as note_page() prints them (Linux,
 * arch/arm64/mm/ptdump.c); and what a level spans in each granule.
 */
#include "collectors/ptdump/row.h"

#include <ctype.h>

#define ADDRESS_DIGITS 16
#define VA_BITS 52 /* the most that arm64 has */

/* Words after the level. Each occurs at most once. */
enum word {
	WORD_F,
	WORD_USR,
	WORD_RO,
	WORD_RW,
	WORD_NX,
	WORD_X,
	WORD_SHD,
	WORD_AF,
	WORD_NG,
	WORD_CON,
	WORD_BLK,
	WORD_UXN,
	WORD_GP,
	WORD_MEMORY,
	WORD_MAX,
};

static const char *const words[WORD_MEMORY] = {
	"F", "USR", "ro", "RW", "NX", "x", "SHD", "AF", "NG", "CON", "BLK", "UXN", "GP",
};

struct cursor {
	const char *line, *p;
	struct err *err;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_end(char c)
{
	return c == '\0' || c == '\n' || c == '\r';
}

static void skip_blanks(struct cursor *c)
{
	while (is_blank(*c->p))
		c->p++;
}

static size_t word_len(const char *p)
{
	size_t n = 0;

	while (!is_end(p[n]) && !is_blank(p[n]))
		n++;
	return n;
}

/* Set the error "expected WHAT, found ..." at the cursor; what is found is truncated and made
 * printable. */
static int expected(const struct cursor *c, const char *what)
{
	char found[28];
	size_t n = word_len(c->p), i;

	for (i = 0; i < n && i < sizeof(found) - 4; i++)
		found[i] = (char)(isprint((unsigned char)c->p[i]) ? c->p[i] : '?');
	snprintf(found + i, 4, "%s", i < n ? "..." : "");
	return err__set(c->err, -EINVAL, "%zu: expected %s, found %s%s%s",
			(size_t)(c->p - c->line) + 1, what, n ? "'" : "",
			n ? found : "the end of the line", n ? "'" : "");
}

/* Step over "0x" and 16 digits. False: it is something else. */
static bool parse_address(const char **p, uint64_t *out)
{
	uint64_t v = 0;

	if ((*p)[0] != '0' || (*p)[1] != 'x')
		return false;
	for (int i = 0; i < ADDRESS_DIGITS; i++) {
		unsigned char d = (unsigned char)(*p)[2 + i];

		if (!isxdigit(d))
			return false;
		v = v << 4 | (uint64_t)(isdigit(d) ? d - '0' : tolower(d) - 'a' + 10);
	}
	*p += 2 + ADDRESS_DIGITS;
	*out = v;
	return true;
}

bool ptdump_row__looks_like(const char *text)
{
	uint64_t v;

	return parse_address(&text, &v) && *text++ == '-' && parse_address(&text, &v) &&
	       is_blank(*text);
}

/* With addresses of 52 bits, everything lies in the highest or in the lowest 2^52 bytes. */
static bool fits_va(uint64_t start, uint64_t size)
{
	uint64_t span = 1ull << VA_BITS;

	return start >= -span ? size <= -start : start < span && size <= span - start;
}

bool ptdump_row__is_from_zero(const struct ptdump_row *row)
{
	return !row->start && row->kind == ROW_HOLE && row->size >= -(1ull << VA_BITS);
}

static int parse_range(struct cursor *c, struct ptdump_row *row)
{
	const char *begin = c->p;
	uint64_t end;

	if (!parse_address(&c->p, &row->start))
		return expected(c, "an address (0x and 16 hexadecimal digits)");
	if (*c->p != '-')
		return expected(c, "'-' and the address where the row ends");
	c->p++;
	if (!parse_address(&c->p, &end))
		return expected(c, "an address (0x and 16 hexadecimal digits)");
	row->size = end - row->start;
	if (fits_va(row->start, row->size) || ptdump_row__is_from_zero(row))
		return 0;
	c->p = begin;
	return expected(c, "a range that ends after it begins, within 52 bits of address space");
}

/* "1984K": the kernel only divides while nothing is lost, so the product is exactly the size. */
static int parse_size(struct cursor *c, const struct ptdump_row *row)
{
	static const char units[] = "KMGTPE";
	const char *begin = c->p, *unit;
	uint64_t v = 0;

	for (int i = 0; i < 16 && isdigit((unsigned char)*c->p); i++)
		v = v * 10 + (uint64_t)(*c->p++ - '0');
	unit = c->p > begin && *c->p ? strchr(units, *c->p) : NULL;
	if (!unit || !is_blank(c->p[1])) {
		c->p = begin;
		return expected(c, "the size of the row (digits and one of K, M, G, T, P, E)");
	}
	for (const char *u = units; u <= unit; u++)
		v = v >> 54 ? UINT64_MAX >> 10 << 10 : v << 10;
	c->p++;
	if (v == row->size)
		return 0;
	c->p = begin;
	return expected(c, "the size to be the difference of the two addresses");
}

const char *ptdump_level__name(enum ptdump_level level)
{
	static const char *const names[] = { "PTE", "PMD", "PUD", "P4D", "PGD" };

	return names[level];
}

static int parse_level(struct cursor *c, struct ptdump_row *row)
{
	size_t n = word_len(c->p);

	for (int l = 0; l < LEVEL_MAX; l++) {
		if (n != 3 || strncmp(c->p, ptdump_level__name((enum ptdump_level)l), 3))
			continue;
		row->level = (enum ptdump_level)l;
		c->p += n;
		return 0;
	}
	return expected(c, "a level (PGD, P4D, PUD, PMD or PTE)");
}

static enum word find_word(const char *p, size_t n)
{
	if (str_starts(p, "MEM/") || str_starts(p, "DEVICE/"))
		return WORD_MEMORY;
	for (int w = 0; w < WORD_MEMORY; w++)
		if (strlen(words[w]) == n && !strncmp(p, words[w], n))
			return (enum word)w;
	return WORD_MAX;
}

/* Collect the attributes of a row as bits. The kernel prints them in the order of enum word. */
static int parse_words(struct cursor *c, unsigned int *set)
{
	*set = 0;
	for (skip_blanks(c); !is_end(*c->p); skip_blanks(c)) {
		size_t n = word_len(c->p);
		enum word w = find_word(c->p, n);

		if (w == WORD_MAX)
			return expected(c, "an attribute (F, USR, ro, RW, NX, x, SHD, AF, NG, CON, "
					   "BLK, UXN, GP, MEM/... or DEVICE/...)");
		if (*set >> w)
			return expected(c, "the attributes in the kernel's order, each once");
		*set |= 1u << w;
		c->p += n;
	}
	return 0;
}

static bool has(unsigned int set, enum word w)
{
	return set >> w & 1;
}

/* A valid leaf has exactly one of each pair of permissions, BLK above the last level, and a memory
 * type. */
static int check_leaf(struct cursor *c, const struct ptdump_row *row, unsigned int set)
{
	if (has(set, WORD_RO) == has(set, WORD_RW))
		return expected(c, "one of ro and RW among the attributes");
	if (has(set, WORD_NX) == has(set, WORD_X))
		return expected(c, "one of NX and x among the attributes");
	if (row->level != LEVEL_PTE && !has(set, WORD_BLK))
		return expected(c, "BLK among the attributes, as the level is above PTE");
	if (row->level == LEVEL_PTE && has(set, WORD_BLK))
		return expected(c, "no BLK among the attributes, as the level is PTE");
	if (!has(set, WORD_MEMORY))
		return expected(c, "a memory type (MEM/... or DEVICE/...) as the last attribute");
	return 0;
}

int ptdump_row__parse(const char *line, const char *text, struct ptdump_row *row, struct err *err)
{
	struct cursor c = { .line = line, .p = text, .err = err };
	unsigned int set;
	int ret;

	*row = (struct ptdump_row){ .kind = ROW_HOLE };
	ret = parse_range(&c, row);
	skip_blanks(&c);
	if (!ret)
		ret = parse_size(&c, row);
	skip_blanks(&c);
	if (!ret)
		ret = parse_level(&c, row);
	if (!ret)
		ret = parse_words(&c, &set);
	if (ret || !set)
		return ret;
	if (ptdump_row__is_from_zero(row))
		return expected(&c,
				"no attributes, as the row is the hole below the kernel's addresses");
	row->kind = has(set, WORD_F) ? ROW_INVALID : ROW_LEAF;
	row->usr = has(set, WORD_USR);
	row->ro = has(set, WORD_RO);
	row->x = has(set, WORD_X);
	row->con = has(set, WORD_CON);
	/* The bits of an entry that is not valid may mean anything. */
	return row->kind == ROW_LEAF ? check_leaf(&c, row, set) : 0;
}

#define K(n) ((uint64_t)(n) << 10)
#define M(n) ((uint64_t)(n) << 20)
#define G(n) ((uint64_t)(n) << 30)

/*
 * PGD is the name of the first level. It has blocks only if there are few levels: with 4K it is the
 * first of three (39 bits), with 16K and 64K the first of two (36 and 42 bits).
 */
uint64_t ptdump_row__leaf_size(const struct ptdump_row *row, enum layout_granule g)
{
	static const uint64_t sizes[GRANULE_MAX][LEVEL_MAX][2] = {
		[GRANULE_4K] = {
			[LEVEL_PTE] = { K(4), K(64) },
			[LEVEL_PMD] = { M(2), M(32) },
			[LEVEL_PUD] = { G(1), 0 },
			[LEVEL_PGD] = { G(1), 0 },
		},
		[GRANULE_16K] = {
			[LEVEL_PTE] = { K(16), M(2) },
			[LEVEL_PMD] = { M(32), G(1) },
			[LEVEL_PGD] = { M(32), G(1) },
		},
		[GRANULE_64K] = {
			[LEVEL_PTE] = { K(64), M(2) },
			[LEVEL_PMD] = { M(512), G(16) },
			[LEVEL_PGD] = { M(512), G(16) },
		},
	};

	return sizes[g][row->level][row->con];
}

uint64_t ptdump_row__hole_size(const struct ptdump_row *row, enum layout_granule g)
{
	static const uint64_t sizes[GRANULE_MAX][LEVEL_MAX] = {
		[GRANULE_4K] = {
			[LEVEL_PTE] = K(4),
			[LEVEL_PMD] = M(2),
			[LEVEL_PUD] = G(1),
			[LEVEL_P4D] = G(512),
			[LEVEL_PGD] = G(1),
		},
		[GRANULE_16K] = {
			[LEVEL_PTE] = K(16),
			[LEVEL_PMD] = M(32),
			[LEVEL_PUD] = G(64),
			[LEVEL_P4D] = M(32),
			[LEVEL_PGD] = M(32),
		},
		[GRANULE_64K] = {
			[LEVEL_PTE] = K(64),
			[LEVEL_PMD] = M(512),
			[LEVEL_P4D] = M(512),
			[LEVEL_PGD] = M(512),
		},
	};

	return sizes[g][row->level];
}

// SPDX-License-Identifier: GPL-2.0-only
/* profile_blocks.c - translates the plugin's blocks to offsets in functions, which are the same in
 * every boot. */
#include "runner/boot/profile_blocks.h"

#include "reports/profile/blocks.h"

#include <inttypes.h>

/* The part of a block that is in one function. */
struct piece {
	struct symbol of;
	uint64_t first, n, runs; /* first: instructions from the start of the function */
};

static uint64_t size_of(const struct symbol *of)
{
	return (of->end - of->start + 3) & ~(uint64_t)3;
}

static int by_place(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	if (x->of.start != y->of.start)
		return x->of.start < y->of.start ? -1 : 1;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->n > y->n) - (x->n < y->n);
}

static void add_block(const struct symbols *symbols, const struct profile_line *b, struct piece **v,
		      size_t *n)
{
	uint64_t va = b->va;

	for (uint64_t left = b->runs && !b->sizes ? b->n : 0; left;) {
		const struct symbol of = symbols__find(symbols, va);
		const uint64_t room = (of.end - va + 3) / 4, part = room < left ? room : left;

		if (*of.name && size_of(&of) <= BLOCKS_SIZE_MAX)
			*APPEND(*v, *n) = (struct piece){ of, (va - of.start) / 4, part, b->runs };
		va += 4 * part;
		left -= part;
	}
}

char *profile_blocks__text(const struct profile_part *part, const struct symbols *symbols,
			   uint64_t operations)
{
	struct piece *v = NULL;
	size_t n = 0, len;
	char *text;
	FILE *f = xmemstream(&text, &len);

	for (size_t i = 0; i < part->n; i++)
		add_block(symbols, &part->v[i], &v, &n);
	if (n)
		qsort(v, n, sizeof(*v), by_place);
	fprintf(f, BLOCKS_HEAD "%" PRIu64 "\n", operations);
	for (size_t i = 0; i < n; i++) {
		const struct symbol *of = &v[i].of;
		uint64_t runs = v[i].runs;

		if (!i || v[i - 1].of.start != of->start)
			fprintf(f, ":%s\t%s\t%s\t%" PRIu64 "\t%" PRIu64 "\n", of->name, of->module,
				of->section, of->at, size_of(of));
		/* QEMU may translate the same code several times. */
		for (; i + 1 < n && !by_place(&v[i], &v[i + 1]); i++)
			runs += v[i + 1].runs;
		fprintf(f, "%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n", v[i].first, v[i].n, runs);
	}
	fclose(f);
	free(v);
	return text;
}

// SPDX-License-Identifier: GPL-2.0-only
/* profile_lines.c - parses the plugin's file of blocks, which collectors/tlbmodel/report.c
 * writes. */
#include "runner/boot/profile_lines.h"

#include "collectors/tlbmodel/block.h"
#include "collectors/tlbmodel/format.h"

#include <inttypes.h>

#define ITERATIONS_MAX 100000 /* limits memory if the file is damaged */

struct reader {
	struct profile_lines *lines;
	struct profile_part *part; /* the one being read, or NULL */
	uint64_t sum; /* instructions in its blocks */
	bool ended;
};

/* Parse a number at *at, in base 10 or 16, and skip the blank after it. */
static bool number(const char **at, int base, uint64_t *v)
{
	char *end;

	if (!strchr(base == 16 ? "0123456789abcdef" : "0123456789", **at) || !**at)
		return false;
	errno = 0;
	*v = strtoull(*at, &end, base);
	if (errno || (*end != ' ' && *end != '\n'))
		return false;
	*at = end + (*end == ' ');
	return true;
}

/* "iteration N" and "left-out N" begin a new part. */
static const char *begin_part(struct reader *r, const char *at, bool left_out)
{
	struct profile_lines *l = r->lines;
	uint64_t iteration;

	if (r->part)
		return "an iteration begins within another";
	if (!number(&at, 10, &iteration) || iteration >= ITERATIONS_MAX || *at != '\n' ||
	    (l->n && (int)iteration <= l->v[l->n - 1].iteration))
		return "iterations are not numbered in order";
	GROW(l->v, l->n);
	l->v[l->n++] = (struct profile_part){ .iteration = (int)iteration, .left_out = left_out };
	r->part = left_out ? NULL : &l->v[l->n - 1];
	r->sum = 0;
	return NULL;
}

static const char *read_range(const char *at, struct range *range)
{
	return number(&at, 16, &range->start) && number(&at, 16, &range->end) && *at == '\n' &&
			       range->start < range->end ?
		       NULL :
		       "no range of addresses";
}

/* Parse a block. Here the sum must not overflow; end_part() compares it with the total. */
static const char *read_block(struct reader *r, const char *at)
{
	struct profile_line b = { 0 };
	uint64_t n, last, insns;
	const char *sizes = NULL;
	bool ok = number(&at, 16, &b.va);

	if (r->lines->x86) {
		sizes = at;
		n = strspn(at, "123456789abcdef");
		at += n;
		ok = ok && *at++ == ' ';
	} else {
		ok = ok && number(&at, 10, &n);
	}
	ok = ok && number(&at, 10, &b.runs) && number(&at, 16, &last);

	const bool events = ok && *at != '\n';

	for (size_t i = 0; ok && events && i < PROFILE_EVENTS; i++)
		ok = number(&at, 10, &b.event[i]);
	if (!ok || *at != '\n' || !n || n > BLOCK_INSNS || last > UINT32_MAX ||
	    (!sizes && b.va % 4))
		return "no block of code";
	if (__builtin_mul_overflow(n, b.runs, &insns) ||
	    __builtin_add_overflow(r->sum, insns, &r->sum))
		return "more instructions than there can be";
	b.n = (uint32_t)n;
	b.last = (uint32_t)last;
	b.sizes = sizes ? xstrndup(sizes, n) : NULL;
	*APPEND(r->part->v, r->part->n) = b;
	return NULL;
}

static const char *end_part(struct reader *r, const char *at)
{
	if (!number(&at, 10, &r->part->total) || *at != '\n')
		return "no total";
	if (!r->part->image.end)
		return "an iteration does not say where the kernel is";
	if (r->sum > r->part->total)
		return "the blocks have more instructions than the kernel";
	r->part = NULL;
	return NULL;
}

/* Returns what is wrong with the line, or NULL. */
static const char *read_line(struct reader *r, const char *at)
{
	struct profile_part *p = r->part;

	if (r->ended)
		return "there is more after the end";
	if (str_starts(at, "iteration "))
		return begin_part(r, at + 10, false);
	if (str_starts(at, "left-out "))
		return begin_part(r, at + 9, true);
	if (str_starts(at, "end\n")) {
		r->ended = true;
		return p ? "an iteration has no total" : NULL;
	}
	if (!p)
		return "a line outside of iterations";
	if (str_starts(at, "image "))
		return read_range(at + 6, &p->image);
	if (str_starts(at, "area ") && p->n_areas < REGION_AREAS)
		return read_range(at + 5, &p->area[p->n_areas++]);
	if (str_starts(at, "total "))
		return end_part(r, at + 6);
	return read_block(r, at);
}

uint32_t profile_line__up_to(const struct profile_line *b, uint32_t first, uint64_t end,
			     uint64_t *va)
{
	uint32_t n = 0;

	if (b->sizes) {
		do {
			const char c = b->sizes[first + n++];

			*va += (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
		} while (first + n < b->n && *va < end);
		return n;
	}
	n = b->n - first;
	if ((end - *va + 3) / 4 < n)
		n = (uint32_t)((end - *va + 3) / 4);
	*va += 4ull * n;
	return n;
}

int profile_lines__parse(struct profile_lines *lines, const char *path, const char *text,
			 struct err *err)
{
	_free_ char *head = xasprintf("profile %d", TLB_PROFILE_FORMAT);
	struct reader r = { .lines = lines };
	const char *wrong = NULL;
	unsigned int line = 1;

	*lines = (struct profile_lines){ 0 };
	lines->x86 = str_starts(text, head) && str_starts(text + strlen(head), " " TLB_X86 "\n");
	if (!lines->x86 && !(str_starts(text, head) && text[strlen(head)] == '\n'))
		return err__set(err, -EPROTO,
				"%s:1: the plugin's profile is of another format than this kduel "
				"reads; rebuild it",
				path);
	for (text = strchr(text, '\n') + 1; !wrong && strchr(text, '\n');
	     text = strchr(text, '\n') + 1) {
		line++;
		wrong = read_line(&r, text);
	}
	if (wrong)
		return err__set(err, -EPROTO, "%s:%u: the plugin's profile: %s", path, line, wrong);
	return r.ended && !*text ? 0 :
				   err__set(err, -EPROTO,
					    "%s: the plugin's profile is cut off: QEMU was killed, "
					    "or the disk was full",
					    path);
}

void profile_lines__release(struct profile_lines *l)
{
	for (size_t i = 0; i < l->n; i++) {
		for (size_t k = 0; k < l->v[i].n; k++)
			free(l->v[i].v[k].sizes);
		free(l->v[i].v);
	}
	free(l->v);
	*l = (struct profile_lines){ 0 };
}

// SPDX-License-Identifier: GPL-2.0-only
/* annotate.c - aligns two disassemblies. */
#include "reports/profile/annotate.h"

/* Most cells of the alignment table. Functions that need more are not aligned. */
#define CELLS_MAX ((size_t)1 << 26)

/* Are two instructions the same? Ignores offsets within a function, which change with every
 * instruction inserted before them, and the pages of adrp, which change with every build. */
static bool are_alike(const char *x, const char *y)
{
	const char *end = str_starts(x, "adrp\t") && str_starts(y, "adrp\t") ? "," : "+";
	const size_t nx = strcspn(x, end), ny = strcspn(y, end);

	return nx == ny && !strncmp(x, y, nx) && !x[nx] == !y[ny];
}

struct texts {
	char *const *x, *const *y;
	size_t nx, ny;
};

/* Longest common subsequence: lengths[i * (ny + 1) + j] is its length for the instructions from i
 * and j on. */
static uint16_t *measure(const struct texts *t)
{
	const size_t wide = t->ny + 1;
	uint16_t *lengths = xcalloc((t->nx + 1) * wide, sizeof(*lengths));

	for (size_t i = t->nx; i-- > 0;)
		for (size_t j = t->ny; j-- > 0;) {
			const uint16_t down = lengths[(i + 1) * wide + j];
			const uint16_t right = lengths[i * wide + j + 1];

			lengths[i * wide + j] = are_alike(t->x[i], t->y[j]) ?
							(uint16_t)(lengths[(i + 1) * wide + j + 1] +
								   1) :
						down > right ? down :
							       right;
		}
	return lengths;
}

/* Add a line for instruction i of the baseline, j of the candidate, or both (NO_INSN: none).
 * Unmatched instructions of both sides within the same gap share lines; *gap is where the gap
 * starts. */
static void add_line(struct annotate *a, size_t i, size_t j, size_t *gap)
{
	const size_t side = i == NO_INSN ? EXPLAIN_AFTER : EXPLAIN_BEFORE;
	size_t at = *gap;

	if (i != NO_INSN && j != NO_INSN) {
		GROW(a->v, a->n);
		a->v[a->n++] = (struct annotate_line){ { i, j }, true };
		*gap = a->n;
		return;
	}
	while (at < a->n && a->v[at].insn[side] != NO_INSN)
		at++;
	if (at == a->n) {
		GROW(a->v, a->n);
		a->v[a->n++] = (struct annotate_line){ { NO_INSN, NO_INSN }, false };
	}
	a->v[at].insn[side] = side == EXPLAIN_AFTER ? j : i;
}

void annotate__align(struct annotate *a)
{
	const struct strvec *before = &a->side[EXPLAIN_BEFORE].text;
	const struct strvec *after = &a->side[EXPLAIN_AFTER].text;
	const struct texts t = { before->v, after->v, before->n, after->n };
	const bool fits = t.nx < UINT16_MAX && t.ny < UINT16_MAX &&
			  (t.nx + 1) * (t.ny + 1) <= CELLS_MAX;
	_free_ uint16_t *lengths = fits ? measure(&t) : NULL;
	size_t i = 0, j = 0, gap = 0;

	while (i < t.nx || j < t.ny) {
		const uint16_t *at = fits ? &lengths[i * (t.ny + 1) + j] : NULL;

		if (fits && i < t.nx && j < t.ny && are_alike(t.x[i], t.y[j])) {
			add_line(a, i++, j++, &gap);
		} else if (i < t.nx && (!fits || j == t.ny || at[t.ny + 1] >= at[1])) {
			add_line(a, i++, NO_INSN, &gap);
		} else {
			add_line(a, NO_INSN, j++, &gap);
		}
	}
}

void annotate__release(struct annotate *a)
{
	for (size_t i = 0; i < EXPLAIN_SIDES; i++) {
		struct annotate_side *s = &a->side[i];

		free(s->f.name);
		free(s->f.module);
		free(s->f.section);
		free(s->f.runs);
		strvec__release(&s->others);
		strvec__release(&s->text);
	}
	free(a->v);
	*a = (struct annotate){ 0 };
}

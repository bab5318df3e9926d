// SPDX-License-Identifier: GPL-2.0-only
/* fit.c - finds the granule, which a dump does not name, by excluding those that some row does not
 * fit. */
#include "collectors/ptdump/fit.h"

#define MARKS_NEEDED 2

/* Does the row consist of whole leaves of this size? `unit` 0: there are no such leaves. */
static bool spans(const struct ptdump_row *row, uint64_t unit)
{
	return unit && row->start % unit == 0 && row->size % unit == 0;
}

/* Explain why no remaining granule fits a row, in terms of the smallest one that is left. */
static int report_misfit(const struct ptdump_fit *fit, const struct ptdump_row *row,
			 struct err *err)
{
	const char *level = ptdump_level__name(row->level), *con = row->con ? " CON" : "";

	for (int g = 0; g < GRANULE_MAX; g++) {
		uint64_t unit = ptdump_row__leaf_size(row, (enum layout_granule)g);

		if (fit->excluded[g])
			continue;
		if (!unit)
			return err__set(err, -EINVAL,
					"expected no %s%s row, as a %s granule has no such leaves",
					level, con, layout__granule_name((enum layout_granule)g));
		return err__set(err, -EINVAL,
				"expected a %s%s row to begin and end on multiples of %llu KiB, "
				"as with a %s granule; found 0x%016llx and %llu KiB",
				level, con, (unsigned long long)(unit >> 10),
				layout__granule_name((enum layout_granule)g),
				(unsigned long long)row->start,
				(unsigned long long)(row->size >> 10));
	}
	return err__set(err, -EINVAL, "no granule fits this dump");
}

/* How much a row that fits a granule speaks for it against smaller ones: a block or a contiguous
 * run of the larger size suffices alone; a row that ends on an odd page counts half. */
static unsigned int evidence(const struct ptdump_row *row, enum layout_granule g)
{
	uint64_t page = layout__leaves(g)[0].size;

	if (row->level != LEVEL_PTE || row->con)
		return MARKS_NEEDED;
	return (row->start + row->size) / page % 2;
}

static void note_hole(struct ptdump_fit *fit, const struct ptdump_row *row)
{
	/* Holes exclude only larger granules, while 4K is left: a hole alone does not make a dump
	 * wrong. */
	for (int g = GRANULE_4K + 1; g < GRANULE_MAX; g++)
		if (!spans(row, ptdump_row__hole_size(row, (enum layout_granule)g)) &&
		    !fit->excluded[GRANULE_4K])
			fit->excluded[g] = true;
}

/* Exclude the granules that the row does not fit. If none would be left, the row is wrong and
 * excludes none. */
static int note_leaf(struct ptdump_fit *fit, const struct ptdump_row *row, struct err *err)
{
	struct ptdump_fit next = *fit;
	bool any = false;

	for (int g = 0; g < GRANULE_MAX; g++) {
		if (!spans(row, ptdump_row__leaf_size(row, (enum layout_granule)g)))
			next.excluded[g] = true;
		if (next.marks[g] < MARKS_NEEDED)
			next.marks[g] += evidence(row, (enum layout_granule)g);
		any |= !next.excluded[g];
	}
	if (!any)
		return report_misfit(fit, row, err);
	*fit = next;
	return 0;
}

int ptdump_fit__row(struct ptdump_fit *fit, const struct ptdump_row *row, struct err *err)
{
	if (row->kind == ROW_LEAF)
		return note_leaf(fit, row, err);
	if (row->kind == ROW_HOLE)
		note_hole(fit, row);
	return 0;
}

void ptdump_fit__demand(struct ptdump_fit *fit, enum layout_granule g)
{
	for (int i = 0; i < GRANULE_MAX; i++)
		fit->excluded[i] = i != (int)g;
}

enum layout_granule ptdump_fit__granule(const struct ptdump_fit *fit, enum layout_source *source)
{
	int left = 0, last = GRANULE_4K;

	for (int g = 0; g < GRANULE_MAX; g++) {
		if (fit->excluded[g])
			continue;
		left++;
		last = g;
	}
	*source = GRANULE_DETECTED;
	if (left == 1)
		return (enum layout_granule)last;
	for (int g = GRANULE_MAX - 1; g > GRANULE_4K; g--)
		if (!fit->excluded[g] && fit->marks[g] >= MARKS_NEEDED)
			return (enum layout_granule)g;
	*source = GRANULE_ASSUMED;
	return fit->excluded[GRANULE_4K] ? (enum layout_granule)last : GRANULE_4K;
}

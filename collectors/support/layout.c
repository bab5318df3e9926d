// SPDX-License-Identifier: GPL-2.0-only
/* layout.c - sections of a kernel's address space with bytes per leaf size. */
#include "collectors/support/layout.h"

#define K(n) ((uint64_t)(n) << 10)
#define M(n) ((uint64_t)(n) << 20)
#define G(n) ((uint64_t)(n) << 30)

/* Name; size; is it a block (not a last-level page)? is it a contiguous run? Arm DDI 0487, D8. */
static const struct layout_leaf leaves[GRANULE_MAX][LAYOUT_LEAVES + 1] = {
	[GRANULE_4K] = {
		{ "4K", K(4), false, false },
		{ "64K", K(64), false, true },
		{ "2M", M(2), true, false },
		{ "32M", M(32), true, true },
		{ "1G", G(1), true, false },
	},
	[GRANULE_16K] = {
		{ "16K", K(16), false, false },
		{ "2M", M(2), false, true },
		{ "32M", M(32), true, false },
		{ "1G", G(1), true, true },
	},
	[GRANULE_64K] = {
		{ "64K", K(64), false, false },
		{ "2M", M(2), false, true },
		{ "512M", M(512), true, false },
		{ "16G", G(16), true, true },
	},
};

const struct layout_leaf *layout__leaves(enum layout_granule g)
{
	return leaves[g];
}

const char *layout__granule_name(enum layout_granule g)
{
	return leaves[g][0].name;
}

int layout__granule_parse(const char *word)
{
	for (int g = 0; g < GRANULE_MAX; g++)
		if (streq(word, leaves[g][0].name))
			return g;
	return -EINVAL;
}

const char *layout__source_name(enum layout_source s)
{
	static const char *const names[] = {
		[GRANULE_GIVEN] = "given",
		[GRANULE_DETECTED] = "detected",
		[GRANULE_ASSUMED] = "assumed",
	};

	return names[s];
}

uint64_t layout__mapped(const struct layout_section *s)
{
	return s->ro + s->rw;
}

uint64_t layout__block(const struct layout *l, const struct layout_section *s)
{
	const struct layout_leaf *leaf = layout__leaves(l->granule);
	uint64_t sum = 0;

	for (size_t i = 0; leaf[i].name; i++)
		if (leaf[i].block)
			sum += s->leaf[i];
	return sum;
}

struct layout_section *layout__find(const struct layout *l, const char *name)
{
	for (size_t i = 0; i < l->n_sections; i++)
		if (streq(l->sections[i].name, name))
			return &l->sections[i];
	return NULL;
}

struct layout_section *layout__add(struct layout *l, const char *name)
{
	struct layout_section *s = APPEND(l->sections, l->n_sections);

	memset(s, 0, sizeof(*s));
	snprintf(s->name, sizeof(s->name), "%s", name);
	return s;
}

void layout__free(struct layout *l)
{
	if (!l)
		return;
	free(l->sections);
	free(l);
}

// SPDX-License-Identifier: GPL-2.0-only
/* ptdump.c - page-table dumps: any text yields consistent sums, or an error that quotes it. */
#include "collectors/ptdump/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct layout *l)
{
	const struct layout_leaf *leaf = layout__leaves(l->granule);

	for (size_t i = 0; i < l->n_sections; i++) {
		const struct layout_section *s = &l->sections[i];
		uint64_t sum = 0;

		for (size_t k = 0; k < LAYOUT_LEAVES; k++)
			sum += s->leaf[k];
		for (size_t k = 0; leaf[k].name; k++)
			if (s->leaf[k] % leaf[k].size)
				abort();
		if (sum != s->ro + s->rw || sum != s->nx + s->x || s->usr > sum)
			abort();
		if (s->wx > s->rw || s->wx > s->x || layout__block(l, s) > sum)
			abort();
		if (!*s->name || layout__find(l, s->name) != s)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int granule = size ? data[size - 1] % (GRANULE_MAX + 1) - 1 : PTDUMP_GRANULE_AUTO;
	struct layout *l = NULL;
	struct err err = { .msg = "" };

	if (!ptdump__parse("fuzz", (const char *)data, size, granule, &l, &err))
		check(l);
	else if (l || !str_starts(err.msg, "fuzz:"))
		abort();
	layout__free(l);
	return 0;
}

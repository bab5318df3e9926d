// SPDX-License-Identifier: GPL-2.0-only
/* layout_metrics.c - one set of figures for page-table dumps and for the TLB model's census. */
#include "collectors/support/layout_metrics.h"

static const struct {
	const char *leaf, *metric;
} leaf_metrics[] = {
	{ "4K", LAYOUT_LINEAR ".bytes_4k" },   { "16K", LAYOUT_LINEAR ".bytes_16k" },
	{ "64K", LAYOUT_LINEAR ".bytes_64k" }, { "2M", LAYOUT_LINEAR ".bytes_2m" },
	{ "32M", LAYOUT_LINEAR ".bytes_32m" }, { "512M", LAYOUT_LINEAR ".bytes_512m" },
	{ "1G", LAYOUT_LINEAR ".bytes_1g" },   { "16G", LAYOUT_LINEAR ".bytes_16g" },
};

int layout_metrics__put(const struct layout *l, bool all, layout_put put, void *arg)
{
	const struct layout_section *s = layout__find(l, LAYOUT_LINEAR);
	const struct layout_leaf *leaf = layout__leaves(l->granule);
	uint64_t mapped = s ? layout__mapped(s) : 0, wx = 0;

	if (!s)
		return -ENOENT;
	if (mapped)
		put(arg, LAYOUT_LINEAR ".block_share",
		    100.0 * (double)layout__block(l, s) / (double)mapped);
	for (size_t i = 0; leaf[i].name; i++)
		for (size_t k = 0; k < ARRAY_SIZE(leaf_metrics); k++)
			if (streq(leaf[i].name, leaf_metrics[k].leaf))
				put(arg, leaf_metrics[k].metric, (double)s->leaf[i]);
	if (!all)
		return 0;
	put(arg, LAYOUT_LINEAR ".bytes_ro", (double)s->ro);
	put(arg, LAYOUT_LINEAR ".bytes_rw", (double)s->rw);
	put(arg, LAYOUT_LINEAR ".bytes_x", (double)s->x);
	put(arg, LAYOUT_LINEAR ".bytes_invalid", (double)s->invalid);
	for (size_t i = 0; i < l->n_sections; i++)
		wx += l->sections[i].wx;
	put(arg, "kernel.bytes_wx", (double)wx);
	return 0;
}

char *layout_metrics__line(const struct layout *l, const struct layout_section *s)
{
	const struct layout_leaf *leaf = layout__leaves(l->granule);
	char text[512];
	size_t used = 0;

	for (size_t i = 0; leaf[i].name; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s %llu, ",
					 leaf[i].name, (unsigned long long)s->leaf[i]);
	return xasprintf("%sro %llu, rw %llu, x %llu, wx %llu, user %llu, invalid %llu", text,
			 (unsigned long long)s->ro, (unsigned long long)s->rw,
			 (unsigned long long)s->x, (unsigned long long)s->wx,
			 (unsigned long long)s->usr, (unsigned long long)s->invalid);
}

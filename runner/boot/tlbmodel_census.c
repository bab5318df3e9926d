// SPDX-License-Identifier: GPL-2.0-only
/* tlbmodel_census.c - the plugin's census of page tables as a layout, and its figures. */
#include "collectors/support/layout_metrics.h"
#include "collectors/tlbmodel/region.h"
#include "runner/boot/tlb_samples.h"

static int wrong(struct err *err, const char *what)
{
	return err__set(err, -EPROTO, "TLB model: the plugin's census: %s", what);
}

static int leaf_sizes(const json_t *leaves, const struct layout *l, struct layout_section *s,
		      struct err *err)
{
	const struct layout_leaf *leaf = layout__leaves(l->granule);
	const char *key;
	json_t *bytes;

	json_object_foreach((json_t *)leaves, key, bytes)
	{
		unsigned long shift = strtoul(key, NULL, 10);
		size_t i = 0;

		while (leaf[i].name && (shift > 63 || leaf[i].size != 1ull << shift))
			i++;
		if (!leaf[i].name)
			return wrong(err, "a leaf size that this granule does not have");
		s->leaf[i] = (uint64_t)json_integer_value(bytes);
	}
	return 0;
}

static int section(struct layout *l, const char *name, json_t *o, struct err *err)
{
	struct layout_section *s = layout__add(l, name);
	json_int_t ro, rw, nx, x, wx, usr, invalid;
	json_t *leaves;

	if (json_unpack(o, "{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o}", "ro", &ro, "rw", &rw, "nx", &nx,
			"x", &x, "wx", &wx, "usr", &usr, "invalid", &invalid, "leaf", &leaves))
		return wrong(err, "a section is not complete");
	s->ro = (uint64_t)ro;
	s->rw = (uint64_t)rw;
	s->nx = (uint64_t)nx;
	s->x = (uint64_t)x;
	s->wx = (uint64_t)wx;
	s->usr = (uint64_t)usr;
	s->invalid = (uint64_t)invalid;
	return leaf_sizes(leaves, l, s, err);
}

static int granule(const json_t *census)
{
	switch (json_integer_value(json_object_get(census, "page_shift"))) {
	case 12:
		return GRANULE_4K;
	case 14:
		return GRANULE_16K;
	case 16:
		return GRANULE_64K;
	default:
		return -EINVAL;
	}
}

int tlb_census__layout(const json_t *census, struct layout **layout, struct err *err)
{
	struct layout *l = xcalloc(1, sizeof(*l));
	int ret = granule(census);

	*layout = NULL;
	if (ret < 0) {
		free(l);
		return wrong(err, "no granule of arm64");
	}
	l->granule = (enum layout_granule)ret;
	l->source = GRANULE_GIVEN;
	ret = 0;
	for (enum section s = 0; !ret && s < SECTION_MAX; s++) {
		json_t *o = json_object_get(census, section__name(s));

		ret = o ? section(l, section__name(s), o, err) : wrong(err, "a section is missing");
	}
	if (ret)
		layout__free(l);
	else
		*layout = l;
	return ret;
}

static void put(void *arg, const char *metric, double value)
{
	struct tlb_samples *out = arg;

	out->v = xrealloc(out->v, out->n + 1, sizeof(*out->v));
	out->v[out->n++] = (struct tlb_sample){ metric, value };
}

int tlb_samples__census(const json_t *census, bool all, struct tlb_samples *out, struct err *err)
{
	const json_t *tables = json_object_get(census, "tables");
	struct layout *l;
	int ret = tlb_census__layout(census, &l, err);

	if (ret || !l)
		return ret;
	layout_metrics__put(l, all, put, out);
	put(out, "kernel.table_bytes",
	    (double)json_integer_value(tables) * (double)layout__leaves(l->granule)[0].size);
	layout__free(l);
	return 0;
}

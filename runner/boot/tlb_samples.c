// SPDX-License-Identifier: GPL-2.0-only
/*
 * tlb_samples.c - computes the metrics of collector tlbmodel, ratios and sums, from the plugin's
 * raw counts.
 */
#include "runner/boot/tlb_samples.h"

#include "collectors/collector.h"
#include "collectors/support/layout_metrics.h"
#include "collectors/tlbmodel/format.h"
#include "collectors/tlbmodel/geometry.h"
#include "collectors/tlbmodel/region.h"
#include "lib/units.h"
#include "workloads/workload.h"

#include <stdarg.h>

/* Collects metrics. If a count is missing, the first error is kept in `ret`, and the rest is
 * read. */
struct source {
	struct tlb_samples *out;
	struct err *err;
	double kinsns; /* thousands of kernel instructions */
	double ops;
	int ret;
};

/* A count in an object. If it is missing, the value is 0, and -EPROTO becomes the result for the
 * whole line. */
static double count(struct source *s, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	if (json_is_integer(v) && json_integer_value(v) >= 0)
		return (double)json_integer_value(v);
	if (!s->ret)
		s->ret = err__set(s->err, -EPROTO,
				  "TLB model: the plugin's line has no count "
				  "'%s'",
				  key);
	return 0;
}

/* An object in an object. NULL if it is missing: counts in NULL are 0. */
static const json_t *member(struct source *s, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_object(v) && !s->ret)
		s->ret = err__set(s->err, -EPROTO,
				  "TLB model: the plugin's line has no object "
				  "'%s'",
				  key);
	return v;
}

/* Add a value for the metric whose name is formatted from parts. */
static void __printf(3, 4) put(struct source *s, double value, const char *fmt, ...)
{
	char name[64];
	const struct metric *m;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(name, sizeof(name), fmt, ap);
	va_end(ap);
	m = metric__find(collector__find("tlbmodel")->metrics, name);
	if (!m) {
		if (!s->ret)
			s->ret = err__set(s->err, -EPROTO, "TLB model: no metric '%s'", name);
		return;
	}
	s->out->v = xrealloc(s->out->v, s->out->n + 1, sizeof(*s->out->v));
	s->out->v[s->out->n++] = (struct tlb_sample){ m, value };
}

/* Without kernel instructions there is no ratio. */
static void put_mpki(struct source *s, double n, const char *prefix, const char *name)
{
	if (s->kinsns > 0)
		put(s, n / s->kinsns, "%s%s", prefix, name);
}

/* The sum over all regions: the plugin counts walks by the region of the address that missed. */
static double sum_walks(struct source *s, const json_t *walks)
{
	double sum = 0;

	for (enum region r = 0; r < REGION_MAX; r++)
		sum += count(s, walks, region__name(r));
	return sum;
}

/* Table entries read by the walks: of all levels, except those that hit in a walk cache. */
static void put_steps(struct source *s, const json_t *core, const char *prefix, double walks_d)
{
	double d = count(s, core, "kernel_steps_d");

	put(s, d, "%skernel.walk_steps_d", prefix);
	put(s, count(s, core, "kernel_steps_i"), "%skernel.walk_steps_i", prefix);
	put(s, count(s, core, "linear_steps"), "%slinear.walk_steps", prefix);
	put_mpki(s, d, prefix, "kernel.walk_step_d_mpki");
	if (walks_d > 0)
		put(s, d / walks_d, "%skernel.steps_per_walk", prefix);
}

/* Metrics of each core; `prefix` is "" or "core1.". */
static void put_core(struct source *s, const json_t *core, const char *prefix)
{
	const json_t *walks = member(s, core, "kernel_walks_d");
	const json_t *cold = member(s, core, "kernel_walks_d_cold");
	double d = sum_walks(s, walks), i = sum_walks(s, member(s, core, "kernel_walks_i"));
	double linear = count(s, walks, region__name(REGION_LINEAR));

	put(s, d, "%skernel.walks_d", prefix);
	put(s, i, "%skernel.walks_i", prefix);
	put_mpki(s, d, prefix, "kernel.walk_d_mpki");
	put_mpki(s, i, prefix, "kernel.walk_i_mpki");
	put_mpki(s, count(s, core, "kernel_l1d"), prefix, "kernel.l1d_mpki");
	put(s, linear, "%slinear.walks", prefix);
	put_mpki(s, linear, prefix, "linear.walk_mpki");
	if (d > 0)
		put(s, 100 * linear / d, "%slinear.share", prefix);
	put(s, sum_walks(s, cold), "%skernel.walks_d_cold", prefix);
	put(s, sum_walks(s, member(s, core, "kernel_walks_i_cold")), "%skernel.walks_i_cold",
	    prefix);
	put(s, count(s, cold, region__name(REGION_LINEAR)), "%slinear.walks_cold", prefix);
	put_steps(s, core, prefix, d);
}

/* All leaf sizes of the granule, including those that did not occur. */
static void put_leaves(struct source *s, const json_t *counts, const char *prefix,
		       unsigned int page_shift)
{
	const struct layout_leaf *leaf = layout__leaves(page_shift == 12 ? GRANULE_4K :
							page_shift == 14 ? GRANULE_16K :
									   GRANULE_64K);

	for (; leaf->name; leaf++) {
		char shift[8], name[16];

		snprintf(shift, sizeof(shift), "%d", __builtin_ctzll(leaf->size));
		snprintf(name, sizeof(name), "%s", leaf->name);
		for (char *c = name; *c; c++)
			/* metric names are in lower case */
			*c |= 0x20;
		put(s, (double)json_integer_value(json_object_get(counts, shift)), "%s.leaf_%s",
		    prefix, name);
	}
}

/* Metrics of the first core only. */
static void put_first(struct source *s, const json_t *core, unsigned int page_shift)
{
	static const unsigned int penalties[] = { 30, 60, 100 };
	double l1i = count(s, core, "kernel_l1i");
	const json_t *walks_d = member(s, core, "kernel_walks_d");
	double walks = sum_walks(s, walks_d) + sum_walks(s, member(s, core, "kernel_walks_i"));

	put(s, count(s, core, "kernel_l1d"), "kernel.l1d_misses");
	put(s, l1i, "kernel.l1i_misses");
	put_mpki(s, l1i, "", "kernel.l1i_mpki");
	put(s, sum_walks(s, member(s, core, "user_walks_d")), "user.walks_d");
	put(s, sum_walks(s, member(s, core, "user_walks_i")), "user.walks_i");
	put(s, count(s, core, "kernel_l1d_cold"), "kernel.l1d_misses_cold");
	put(s, count(s, core, "kernel_l1i_cold"), "kernel.l1i_misses_cold");
	put(s, sum_walks(s, member(s, core, "user_walks_d_cold")), "user.walks_d_cold");
	put(s, sum_walks(s, member(s, core, "user_walks_i_cold")), "user.walks_i_cold");
	/* Data-side walks by region: which part of the kernel's memory misses. */
	for (enum region r = 0; r < REGION_MAX; r++) {
		double n = count(s, walks_d, region__name(r));

		if (r != REGION_LINEAR) {
			put(s, n, "%s.walks", region__name(r));
			put_mpki(s, n, region__name(r), ".walk_mpki");
		} else if (s->ops > 0) { /* put_core() has its other metrics */
			put(s, n / s->ops, "linear.walks_per_op");
		}
	}
	put_leaves(s, member(s, core, "leaf"), "kernel", page_shift);
	put_leaves(s, member(s, core, "linear_leaf"), "linear", page_shift);
	for (size_t i = 0; s->kinsns > 0 && i < ARRAY_SIZE(penalties); i++)
		put(s, walks * penalties[i] / s->kinsns, "kernel.walk_cycles_%u", penalties[i]);
}

static void put_instructions(struct source *s, const json_t *it)
{
	double kernel = count(s, it, "kernel_instructions");
	double user = count(s, it, "user_instructions");

	s->kinsns = kernel / 1000;
	put(s, kernel, "kernel.instructions");
	put(s, user, "user.instructions");
	if (s->ops > 0) {
		put(s, kernel / s->ops, "kernel.instructions_per_op");
		put(s, user / s->ops, "user.instructions_per_op");
	}
}

/* Instructions and TLB invalidations are those of the guest, not of a simulated core. */
static void put_counts(struct source *s, const json_t *it)
{
	static const char *const kinds[] = { "all", "asid", "va", "range", "broadcast" };

	put_instructions(s, it);
	put(s, count(s, it, "unmapped"), "fault.walks");
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		put(s, count(s, member(s, it, "tlbi"), kinds[i]), "tlbi.%s", kinds[i]);
}

int tlb_samples__iteration(const json_t *it, uint64_t ops, struct tlb_samples *out, struct err *err)
{
	struct source s = { .out = out, .err = err, .ops = (double)ops };
	const json_t *cores = json_object_get(it, "cores");
	size_t n = json_array_size(cores);

	if (json_is_true(json_object_get(it, "boot")) ||
	    json_is_true(json_object_get(it, TLB_X86))) {
		put_instructions(&s, it);
		return s.ret;
	}
	if (!n || n > GEOMETRY_MAX)
		return err__set(err, -EPROTO, "TLB model: the plugin's line has no cores");
	put_counts(&s, it);
	put_first(&s, json_array_get(cores, 0),
		  (unsigned int)units__whole(count(&s, it, "page_shift")));
	for (size_t i = 0; i < n; i++) {
		char prefix[16] = "";

		if (i)
			snprintf(prefix, sizeof(prefix), "core%zu.", i);
		put_core(&s, json_array_get(cores, i), prefix);
	}
	return s.ret;
}

/* The census is not as a plugin of this format writes it. */
static int wrong(struct err *err, const char *what)
{
	return err__set(err, -EPROTO, "TLB model: the plugin's census: %s", what);
}

/* Bytes mapped per leaf size. Keys are log2 of the size. */
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

/* Add a section of the census (a range of the kernel's address space) to a layout. */
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

/* Translation granule from the page shift. -EINVAL: arm64 has no such granule. */
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

int tlb_samples__layout(const json_t *census, struct layout **layout, struct err *err)
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

int tlb_samples__added(const json_t *census, struct layout **layout, struct err *err)
{
	json_t *o = json_object_get(census, TLB_ADDED);
	int ret;

	*layout = NULL;
	if (!o)
		return -ENOENT;
	ret = tlb_samples__layout(census, layout, err);
	if (!ret)
		ret = section(*layout, TLB_ADDED, o, err);
	if (ret) {
		layout__free(*layout);
		*layout = NULL;
	}
	return ret;
}

/* How the linear map covers hotplugged memory; nothing if there is none. */
static int put_added(struct source *s, const json_t *census)
{
	_cleanup_(layout__freep) struct layout *l = NULL;
	int ret = tlb_samples__added(census, &l, s->err);
	const struct layout_section *added = l ? layout__find(l, TLB_ADDED) : NULL;
	uint64_t mapped = added ? layout__mapped(added) : 0;

	if (!added)
		return ret == -ENOENT ? 0 : ret;
	put(s, (double)mapped, LAYOUT_LINEAR ".added_bytes");
	if (mapped)
		put(s, 100.0 * (double)layout__block(l, added) / (double)mapped,
		    LAYOUT_LINEAR ".added_block_share");
	return 0;
}

/* Callback of layout_metrics__put(), for each metric. */
static void put_layout(void *arg, const char *metric, double value)
{
	put(arg, value, "%s", metric);
}

int tlb_samples__census(const json_t *census, bool all, struct tlb_samples *out, struct err *err)
{
	struct source s = { .out = out, .err = err };
	struct layout *l;
	int ret = tlb_samples__layout(census, &l, err);

	if (!l)
		return ret;
	layout_metrics__put(l, all, put_layout, &s);
	put(&s,
	    (double)json_integer_value(json_object_get(census, "tables")) *
		    (double)layout__leaves(l->granule)[0].size,
	    "kernel.table_bytes");
	layout__free(l);
	if (json_object_get(census, "ro_checked")) {
		put(&s, count(&s, census, "rw_of_ro"), "alias.rw_of_ro_bytes");
		put(&s, count(&s, census, "ro_checked"), "alias.ro_bytes");
	}
	ret = put_added(&s, census);
	return ret ? ret : s.ret;
}

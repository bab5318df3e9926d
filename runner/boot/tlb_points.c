// SPDX-License-Identifier: GPL-2.0-only
/* tlb_points.c - merges the plugin's figures into the guest's points, and names the owners of
 * aliases. */
#include "runner/boot/tlb_points.h"

#include "collectors/support/layout_metrics.h"
#include "lib/units.h"
#include "runner/boot/tlb_samples.h"
#include "workloads/workload.h"

/* The points of a boot, into which the plugin's figures are filled. */
struct filler {
	struct points points;
	bool filled[POINT_VALUES]; /* by the plugin, as the guest did not know the value */
	struct err *err;
};

static int wrong(struct err *err, const char *what)
{
	return err__set(err, -EPROTO, "TLB model: points: %s", what);
}

/* A value that the guest measured itself is kept. */
static void fill(struct filler *f, size_t i, enum point_value value, uint64_t v)
{
	uint64_t *at = &f->points.v[i].v[value];

	if (*at != POINT_UNKNOWN)
		return;
	*at = v;
	f->filled[value] = true;
}

static int fill_count(struct filler *f, size_t i, enum point_value value, const json_t *o,
		      const char *key)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return wrong(f->err, "the plugin's line lacks a count");
	fill(f, i, value, (uint64_t)json_integer_value(v));
	return 0;
}

/* Bytes of table pages, and bytes per leaf size; which sizes there are depends on the granule. */
static int fill_census(struct filler *f, size_t i, const json_t *o)
{
	struct layout *l;
	const struct layout_section *s;
	const struct layout_leaf *leaf;
	const json_t *tables = json_object_get(o, "tables");
	int ret = tlb_samples__layout(o, &l, f->err);

	if (ret)
		return ret;
	s = layout__find(l, LAYOUT_LINEAR);
	leaf = layout__leaves(l->granule);
	if (json_integer_value(tables) >= 0)
		fill(f, i, POINT_TABLE_BYTES, (uint64_t)json_integer_value(tables) * leaf[0].size);
	for (size_t k = 0; s && leaf[k].name; k++) {
		enum point_value value = point__of_leaf(leaf[k].name);

		if (value != POINT_VALUES)
			fill(f, i, value, s->leaf[k]);
	}
	layout__free(l);
	return 0;
}

static int fill_point(struct filler *f, size_t i, const json_t *o, bool only_counts)
{
	static const struct {
		enum point_value value;
		const char *key;
	} kinds[] = {
		{ POINT_TLBI_ALL, "all" },
		{ POINT_TLBI_ASID, "asid" },
		{ POINT_TLBI_VA, "va" },
		{ POINT_TLBI_RANGE, "range" },
	};
	int ret = fill_count(f, i, POINT_INSNS, o, "kernel_instructions");

	if (only_counts)
		return ret;
	for (size_t k = 0; !ret && k < ARRAY_SIZE(kinds); k++)
		ret = fill_count(f, i, kinds[k].value, json_object_get(o, "tlbi"), kinds[k].key);
	return ret ? ret : fill_census(f, i, o);
}

/* The plugin counts from the beginning of the measured part; a point counts from the beginning of
 * its own part. */
static int count_from_begin(struct filler *f, enum point_value value)
{
	struct points *p = &f->points;
	uint64_t begin = 0;

	for (size_t i = 0; f->filled[value] && i < p->n; i++) {
		uint64_t *at = &p->v[i].v[value];

		if (!i || !streq(p->v[i].part, p->v[i - 1].part))
			begin = *at;
		if (*at < begin)
			return wrong(f->err, "a count went back");
		*at -= begin;
	}
	return 0;
}

/* Add the rates of a part, for values that the plugin filled in. */
static int add_samples(struct filler *f, const char *part, struct record *rec, const char *workload,
		       const struct metric *metrics)
{
	const struct workload *wl = workload__find(workload);

	for (size_t k = 0; k < POINT_VALUES; k++) {
		_free_ char *name = xasprintf("%s.%s", part, point__name(k));
		struct store_sample s = { .workload = workload,
					  .source = wl->name,
					  .version = wl->version };
		int ret;

		if (!f->filled[k] || !points__rate(&f->points, part, k, &s.value))
			continue;
		s.metric = metrics ? metric__find(metrics, name) : NULL;
		if (!s.metric)
			return wrong(f->err, "a part that the workload does not have");
		ret = record__sample(rec, &s, f->err);
		if (ret)
			return ret;
	}
	return 0;
}

int tlb_points__add(struct record *rec, const struct tlb_lines *lines, const char *workload,
		    const struct metric *metrics, struct err *err)
{
	_free_ char *name = xasprintf(POINTS_PREFIX "%s", workload);
	_free_ char *text = record__take_text(rec, name), *whole = NULL;
	struct filler f = { .err = err };
	int ret;

	if (!text)
		return lines->n_points ? wrong(err, "the guest says nothing of its own") : 0;
	ret = points__parse(name, text, &f.points, err);
	if (!ret && f.points.n != lines->n_points)
		ret = wrong(err, "the guest came to others than the plugin");
	for (size_t i = 0; !ret && i < f.points.n; i++)
		ret = fill_point(&f, i, lines->point[i], lines->only_counts);
	for (size_t k = POINT_INSNS; !ret && k <= POINT_TLBI_RANGE; k++)
		ret = count_from_begin(&f, k);
	for (size_t i = 0; !ret && i < f.points.n; i++)
		if (!i || !streq(f.points.v[i].part, f.points.v[i - 1].part))
			ret = add_samples(&f, f.points.v[i].part, rec, workload, metrics);
	whole = ret ? NULL : points__format(&f.points);
	if (!ret)
		ret = record__text(rec, name, whole, err);
	points__release(&f.points);
	return ret;
}

/* --- aliases ------------------------------------------------------------------------------ */

/* Who created the area that contains this address: the rest of its line "START-END WHO". NULL: not
 * known. */
static const char *owner(const char *areas, uint64_t va, int *len)
{
	for (const char *line = areas; line && *line;) {
		const char *at = line;
		uint64_t start, end;

		line += strcspn(line, "\n");
		line += *line == '\n';
		if (units__hex(&at, &start) || *at++ != '-' || units__hex(&at, &end) ||
		    *at++ != ' ' || va < start || va >= end)
			continue;
		*len = (int)strcspn(at, "\n");
		return at;
	}
	return NULL;
}

char *tlb_points__aliases(const json_t *census, const char *areas)
{
	const json_t *list = json_object_get(census, "aliases");
	json_int_t lost = json_integer_value(json_object_get(census, "lost_aliases"));
	char *text = NULL;
	size_t len = 0, i;
	json_t *o;
	FILE *f;

	if (!json_array_size(list))
		return NULL;
	f = xmemstream(&text, &len);
	json_array_foreach(list, i, o)
	{
		const char *start, *end, *section, *who;
		json_int_t bytes;
		uint64_t va;
		int n = 0;

		if (json_unpack(o, "[s,s,I,s!]", &start, &end, &bytes, &section))
			continue;
		fprintf(f, "%s%s-%s %s: %lld B", i ? "\n" : "", start, end, section,
			(long long)bytes);
		who = units__hex(&start, &va) ? NULL : owner(areas, va, &n);
		if (who)
			fprintf(f, ", %.*s", n, who);
	}
	if (lost > 0)
		fprintf(f, "\nand %lld pages more", (long long)lost);
	fclose(f);
	return text;
}

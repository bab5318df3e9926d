// SPDX-License-Identifier: GPL-2.0-only
/* samples.c - loads the samples behind a row, by boot. */
#include "reports/report/samples.h"
#include "reports/stats/stats.h"

#include <math.h>

/* The series of a row on one side; NULL if that side lacks the metric. */
static const struct series *find_series(const struct report_variant *v,
					const struct report_row *row)
{
	for (size_t i = 0; i < v->data->n_series; i++) {
		const struct series *s = &v->data->series[i];

		if (streq(s->workload, row->workload) && streq(s->source, row->source) &&
		    streq(s->metric.name, row->metric->name))
			return s;
	}
	return NULL;
}

/* Find or add the entry for the boot in a slot. */
static struct strip_boot *strip_boot_of(struct strip_side *side, unsigned int slot)
{
	for (size_t i = side->n; i-- > 0;)
		if (side->boots[i].slot == slot)
			return &side->boots[i];
	side->boots = xrealloc(side->boots, side->n + 1, sizeof(*side->boots));
	side->boots[side->n] = (struct strip_boot){ .slot = slot, .median = NAN };
	return &side->boots[side->n++];
}

/* Keep samples that do not count: they are shown, but marked as left out. Sessions on the same boot
 * share an entry. */
static void add_reading(struct strip_side *side, const struct boot_units *u,
			const struct reading *r)
{
	const struct unit_of *of = boot_units__find(u, r->boot);
	const struct campaign_boot *boot = of ? &u->boots[of->unit] : NULL;
	struct strip_boot *b = strip_boot_of(side, boot ? boot->slot : 0);
	bool counts = boot && of->ok && !boot->repeat;

	b->v = xrealloc(b->v, b->n + 1, sizeof(*b->v));
	b->left_out = xrealloc(b->left_out, b->n + 1, sizeof(*b->left_out));
	b->v[b->n] = r->value;
	b->left_out[b->n++] = r->warmup || r->tainted || !counts;
}

static int by_slot(const void *x, const void *y)
{
	const struct strip_boot *a = x, *b = y;

	return (a->slot > b->slot) - (a->slot < b->slot);
}

/* A computed row has one value per boot. */
static void add_computed(const struct report_variant *v, const struct boot_stat *stats, size_t n,
			 struct strip_side *side)
{
	for (size_t i = 0; i < n; i++)
		add_reading(side, &v->units,
			    &(struct reading){ .boot = stats[i].boot, .value = stats[i].median });
}

/* Add the samples of series `s` (NULL: none) and complete the side: the median of each boot, and
 * boots in the order of slots. */
static int load_side(struct store *st, const struct report_variant *v, const struct series *s,
		     struct strip_side *side, struct err *err)
{
	side->label = v->label;
	side->typical = NAN;
	for (size_t k = 0; s && k < v->n_parts; k++) {
		struct reading *list;
		size_t n;
		int ret = store__readings(st, v->parts[k].v->id, s->id, &list, &n, err);

		if (ret)
			return ret;
		for (size_t i = 0; i < n; i++)
			add_reading(side, &v->units, &list[i]);
		free(list);
	}
	for (size_t i = 0; i < side->n; i++) {
		struct strip_boot *b = &side->boots[i];
		_free_ double *counted = xcalloc(b->n + 1, sizeof(*counted));
		size_t n_counted = 0;

		for (size_t k = 0; k < b->n; k++)
			if (!b->left_out[k])
				counted[n_counted++] = b->v[k];
		b->median = n_counted ? stats__median(counted, n_counted) : NAN;
	}
	if (side->n)
		qsort(side->boots, side->n, sizeof(*side->boots), by_slot);
	return 0;
}

/* A 2x2 has no typical values: the row compares a sum of cells, not a cell. */
int row_samples__load(struct store *st, const struct report *r, const struct report_block *b,
		      const struct report_row *row, struct row_samples *s, struct err *err)
{
	size_t n = b->factorial ? FACTORIAL_CELLS : 2;
	int ret = 0;

	*s = (struct row_samples){ .n_sides = n };
	for (size_t i = 0; !ret && i < n; i++) {
		size_t side = n - 1 - i; /* candidate first, as elsewhere in the report */
		size_t variant = b->factorial ? b->cell[side] : side ? b->baseline : b->candidate;

		s->variants[i] = &r->variants[variant];
		if (row->computed)
			add_computed(s->variants[i], row->computed->stats[side],
				     row->computed->n[side], &s->sides[i]);
		ret = load_side(st, s->variants[i], find_series(s->variants[i], row), &s->sides[i],
				err);
	}
	if (!b->factorial) {
		s->sides[0].typical = row->j.a;
		s->sides[1].typical = row->j.b;
	}
	return ret;
}

void row_samples__release(struct row_samples *s)
{
	for (size_t i = 0; i < s->n_sides; i++) {
		for (size_t k = 0; k < s->sides[i].n; k++) {
			free(s->sides[i].boots[k].v);
			free(s->sides[i].boots[k].left_out);
		}
		free(s->sides[i].boots);
	}
	*s = (struct row_samples){ 0 };
}

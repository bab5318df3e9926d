// SPDX-License-Identifier: GPL-2.0-only
/* side.c - merges the parts of a side: pooled campaigns, and sessions on the same boot. */
#include "reports/report/side.h"

#include <math.h>

/* Sort order of store__series(). */
static int compare_series(const void *x, const void *y)
{
	const struct series *a = x, *b = y;
	int c = strcmp(a->workload, b->workload);

	if (!c)
		c = strcmp(a->source, b->source);
	if (!c)
		c = strcmp(a->metric.name, b->metric.name);
	return c ? c : (a->id > b->id) - (a->id < b->id);
}

static int compare_reading(const void *x, const void *y)
{
	const struct reading *a = x, *b = y;

	if (a->series != b->series)
		return a->series < b->series ? -1 : 1;
	if (a->boot != b->boot)
		return a->boot < b->boot ? -1 : 1;
	return (a->iter > b->iter) - (a->iter < b->iter);
}

static int compare_stat(const void *x, const void *y)
{
	const struct boot_stat *a = x, *b = y;

	if (a->series != b->series)
		return a->series < b->series ? -1 : 1;
	return (a->boot > b->boot) - (a->boot < b->boot);
}

static int compare_fact(const void *x, const void *y)
{
	const struct variant_fact *a = x, *b = y;
	int c = strcmp(a->key, b->key);

	if (!c)
		c = strcmp(a->value, b->value);
	return c ? c : (a->boot > b->boot) - (a->boot < b->boot);
}

/* Append an array of n_from elements to one of n_to elements of the same type. */
#define APPEND_LIST(to, n_to, from, n_from)                                      \
	do {                                                                     \
		(to) = xrealloc((to), (n_to) + (n_from) + 1, sizeof(*(to)));     \
		if (n_from)                                                      \
			memcpy((to) + (n_to), (from), (n_from) * sizeof(*(to))); \
		(n_to) += (n_from);                                              \
	} while (0)

/* If pooled plans set different margins, the smaller one counts: it claims less. */
static void take_smaller(struct metric *to, const struct metric *from)
{
	to->margin_abs = fmin(to->margin_abs, from->margin_abs);
	to->margin_rel = fmin(to->margin_rel, from->margin_rel);
}

static int compare_profile(const void *x, const void *y)
{
	const struct store_profile *a = x, *b = y;

	if (a->boot != b->boot)
		return a->boot < b->boot ? -1 : 1;
	return (a->iter > b->iter) - (a->iter < b->iter);
}

/* Collect the profiles of each workload from all parts; what they point to is borrowed. */
static void join_profiles(struct dataset_variant *j, const struct report_part *parts,
			  size_t n_parts)
{
	for (size_t i = 0; i < n_parts; i++) {
		for (size_t k = 0; k < parts[i].data->n_profiles; k++) {
			const struct dataset_profiles *p = &parts[i].data->profiles[k];
			struct dataset_profiles *to = dataset_variant__profiles(j, p->workload);

			if (!to) {
				to = APPEND(j->profiles, j->n_profiles);
				*to = (struct dataset_profiles){ .workload = p->workload };
			}
			APPEND_LIST(to->v, to->n, p->v, p->n);
		}
	}
	for (size_t i = 0; i < j->n_profiles; i++)
		qsort(j->profiles[i].v, j->profiles[i].n, sizeof(*j->profiles[i].v),
		      compare_profile);
}

/* Concatenate the lists of all parts and sort them as documented in dataset.h. Strings are borrowed
 * from the parts. Duplicate series are merged. */
static void join_lists(struct dataset_variant *j, const struct report_part *parts, size_t n_parts)
{
	size_t n = 0;

	for (size_t i = 0; i < n_parts; i++) {
		const struct dataset_variant *p = parts[i].data;

		APPEND_LIST(j->series, j->n_series, p->series, p->n_series);
		APPEND_LIST(j->stats, j->n_stats, p->stats, p->n_stats);
		APPEND_LIST(j->counts, j->n_counts, p->counts, p->n_counts);
		APPEND_LIST(j->facts, j->n_facts, p->facts, p->n_facts);
		APPEND_LIST(j->readings, j->n_readings, p->readings, p->n_readings);
	}
	join_profiles(j, parts, n_parts);
	if (n_parts < 2)
		return;
	qsort(j->series, j->n_series, sizeof(*j->series), compare_series);
	qsort(j->stats, j->n_stats, sizeof(*j->stats), compare_stat);
	qsort(j->counts, j->n_counts, sizeof(*j->counts), compare_reading);
	qsort(j->facts, j->n_facts, sizeof(*j->facts), compare_fact);
	qsort(j->readings, j->n_readings, sizeof(*j->readings), compare_reading);
	for (size_t i = 0; i < j->n_series; i++) {
		if (!n || j->series[n - 1].id != j->series[i].id)
			j->series[n++] = j->series[i];
		else
			take_smaller(&j->series[n - 1].metric, &j->series[i].metric);
	}
	j->n_series = n;
}

static struct boot_units make_units(const struct report_part *parts, size_t n)
{
	_free_ struct unit_part *of = xcalloc(n, sizeof(*of));
	struct boot_units u;

	for (size_t i = 0; i < n; i++)
		of[i] = (struct unit_part){ parts[i].campaign,
					    (size_t)(parts[i].v - parts[i].campaign->variants) };
	boot_units__make(&u, of, n);
	return u;
}

/* Usually a side is a variant of one campaign whose boots are not sessions, and is used without a
 * copy. */
void report_side__join(struct report_variant *v)
{
	struct boot_stat *stats;
	size_t n;

	v->units = make_units(v->parts, v->n_parts);
	v->data = v->parts[0].data;
	if (v->n_parts < 2 && !v->units.shared)
		return;
	v->joined = xcalloc(1, sizeof(*v->joined));
	join_lists(v->joined, v->parts, v->n_parts);
	stats = boot_units__stats(&v->units, v->joined->stats, v->joined->n_stats,
				  v->joined->readings, v->joined->n_readings, &n);
	free(v->joined->stats);
	v->joined->stats = stats;
	v->joined->n_stats = n;
	v->data = v->joined;
}

static void drop_lists(struct dataset_variant *j)
{
	free(j->stats);
	free(j->counts);
	free(j->facts);
	free(j->readings);
	for (size_t i = 0; i < j->n_profiles; i++)
		free(j->profiles[i].v);
	free(j->profiles);
	*j = (struct dataset_variant){ .series = j->series, .n_series = j->n_series };
}

void report_side__drop(struct report *r)
{
	for (size_t i = 0; i < r->n_variants; i++)
		if (r->variants[i].joined)
			drop_lists(r->variants[i].joined);
}

void report_side__release(struct report_variant *v)
{
	if (v->joined) {
		drop_lists(v->joined);
		free(v->joined->series);
	}
	free(v->joined);
	free(v->parts);
	boot_units__release(&v->units);
}

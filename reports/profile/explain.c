// SPDX-License-Identifier: GPL-2.0-only
/* explain.c - breaks the difference of a row down by function. */
#include "reports/profile/explain.h"

#include "reports/profile/table.h"

#include <math.h>

#define LITTLE 0.001 /* functions below this share of the largest difference are not listed */

/* Mean cost of a call over the boots of a side. */
static double each_of(const struct profile_table *t, const struct table_function *f, size_t side)
{
	const double *value = profile_table__side(t, f->value, side);
	const double *calls = profile_table__side(t, f->calls, side);
	double sum = 0;

	for (size_t i = 0; i < t->n_boots[side]; i++)
		sum += value[i] / calls[i];
	return sum / (double)t->n_boots[side];
}

static struct explain_function explain_function(const struct profile_table *t,
						struct table_function *f)
{
	struct explain_function ef = { .all = explain_part__test(f->value, t->n_boots) };

	sampling__difference(f->sampled, t->heaviest, ef.noise);
	ef.name = f->name;
	ef.module = f->module;
	ef.folded = f->folded;
	f->name = f->module = NULL;
	f->folded = (struct strvec){ 0 };
	for (size_t side = 0; side < EXPLAIN_SIDES; side++) {
		ef.samples[side] = f->sampled[side].n;
		ef.value[side] = stats__mean(profile_table__side(t, f->value, side),
					     t->n_boots[side]);
		ef.calls[side] = stats__mean(profile_table__side(t, f->calls, side),
					     t->n_boots[side]);
		ef.each[side] = profile_table__is_called(t, f, side) ? each_of(t, f, side) : NAN;
	}
	ef.has_calls = !isnan(ef.each[EXPLAIN_BEFORE]) && !isnan(ef.each[EXPLAIN_AFTER]);
	if (ef.has_calls)
		ef.per_call = (ef.calls[EXPLAIN_BEFORE] + ef.calls[EXPLAIN_AFTER]) / 2 *
			      (ef.each[EXPLAIN_AFTER] - ef.each[EXPLAIN_BEFORE]);
	return ef;
}

static int by_difference(const void *a, const void *b)
{
	const struct explain_function *x = a, *y = b;
	const double dx = fabs(x->all.diff), dy = fabs(y->all.diff);

	if (dx != dy)
		return dx > dy ? -1 : 1;
	return strcmp(x->name, y->name) ? strcmp(x->name, y->name) : strcmp(x->module, y->module);
}

static int by_group_difference(const void *a, const void *b)
{
	const struct explain_group *x = a, *y = b;
	const double dx = fabs(x->all.diff), dy = fabs(y->all.diff);

	if (dx != dy)
		return dx > dy ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Sum up functions by module. Functions folded into a caller count for the caller's module. */
static void add_groups(struct explain *e, const struct profile_table *t)
{
	const size_t boots = t->n_boots[0] + t->n_boots[1];
	_cleanup_(names__release) struct names modules = { 0 };
	_free_ double *sums = xcalloc(t->n * boots + 1, sizeof(*sums));

	for (size_t i = 0; i < t->n; i++) {
		const uint32_t g = names__add(&modules, t->v[i].module);

		if (g == e->n_groups) {
			GROW(e->groups, e->n_groups);
			e->groups[e->n_groups++] =
				(struct explain_group){ .name = xstrdup(t->v[i].module) };
		}
		for (size_t k = 0; k < boots; k++)
			sums[g * boots + k] += t->v[i].value[k];
	}
	for (size_t g = 0; g < e->n_groups; g++) {
		const double *v = sums + g * boots;

		e->groups[g].all = explain_part__test(v, t->n_boots);
		for (size_t side = 0; side < EXPLAIN_SIDES; side++)
			e->groups[g].value[side] = stats__mean(profile_table__side(t, v, side),
							       t->n_boots[side]);
	}
	if (e->n_groups)
		qsort(e->groups, e->n_groups, sizeof(*e->groups), by_group_difference);
}

/* Skips functions that were folded into others; keeps all that ran, even if nothing changed. */
void explain__fill(struct explain *e, struct profile_table *t)
{
	struct profile_parts parts;

	profile_table__split(t, &parts);
	add_groups(e, t);
	for (size_t i = 0; i < t->n; i++) {
		struct table_function *f = &t->v[i];

		if (!profile_table__ran(t, f, EXPLAIN_BEFORE) &&
		    !profile_table__ran(t, f, EXPLAIN_AFTER))
			continue;
		GROW(e->v, e->n);
		e->v[e->n++] = explain_function(t, f);
	}
	sampling__difference(t->sampled, t->heaviest, e->noise);
	for (size_t side = 0; side < EXPLAIN_SIDES; side++) {
		e->samples[side] = t->sampled[side].n;
		e->n_boots[side] = t->n_boots[side];
		e->value[side] = stats__mean(profile_table__side(t, t->whole, side),
					     t->n_boots[side]);
	}
	e->all = explain_part__test(t->whole, t->n_boots);
	e->per_call = explain_part__test(parts.per_call, t->n_boots);
	e->calls = explain_part__test(parts.calls, t->n_boots);
	e->other = explain_part__test(parts.other, t->n_boots);
	profile_parts__release(&parts);
	if (e->n)
		qsort(e->v, e->n, sizeof(*e->v), by_difference);
}

size_t explain__listed(const struct explain *e, size_t most)
{
	size_t n = 0;

	while (n < e->n && n < most && fabs(e->v[n].all.diff) > LITTLE * fabs(e->v[0].all.diff))
		n++;
	return n;
}

char *explain_group__label(const struct explain_group *g)
{
	return *g->name ? xasprintf("module %s", g->name) : xstrdup("the kernel");
}

char *explain_function__label(const struct explain_function *f)
{
	return explain__label(f->name, f->module);
}

void explain__free(struct explain *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->n; i++) {
		free(e->v[i].name);
		free(e->v[i].module);
		strvec__release(&e->v[i].folded);
	}
	for (size_t i = 0; i < e->n_groups; i++)
		free(e->groups[i].name);
	free(e->groups);
	places__release(&e->places);
	free(e->v);
	free(e->workload);
	free(e->metric);
	campaign__free(e->c);
	if (e->against)
		campaign__free(e->against);
	free(e);
}

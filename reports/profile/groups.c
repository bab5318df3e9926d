// SPDX-License-Identifier: GPL-2.0-only
/* groups.c - sums up places by function, file or subsystem. */
#include "reports/profile/groups.h"

#include <math.h>

#define LITTLE 0.001 /* groups below this share of the largest difference are not listed */
#define PARTS_MAX 4 /* most inlined chains shown for a function */
#define PART_MIN 0.05 /* least share of the function's difference for that */
#define ADDED "(functions of one side)"

char *explain__subsystem(const struct place *p)
{
	_free_ char *name = place__subsystem(p);

	return xstrdup(*name ? name : "(no file known)");
}

/* Name of the group of a place, or NULL to skip it. The caller frees. */
typedef char *(*key_fn)(const struct place *p, const void *arg);

static char *by_function(const struct place *p, const void *arg)
{
	(void)arg;
	return explain__label(p->name, p->module);
}

static char *by_inlined(const struct place *p, const void *arg)
{
	(void)arg;
	return explain__label(place__function(p), p->module);
}

static char *by_file(const struct place *p, const void *arg)
{
	(void)arg;
	return xstrdup(*p->file ? p->file : "(no file known)");
}

static char *by_subsystem(const struct place *p, const void *arg)
{
	(void)arg;
	return explain__subsystem(p);
}

static char *of_function(const struct place *p, const void *arg)
{
	const struct explain_function *f = arg;

	return streq(p->name, f->name) && streq(p->module, f->module) ?
		       strvec__join(&p->inlined, " > ") :
		       NULL;
}

static int by_difference(const void *a, const void *b)
{
	const struct explain_group *x = a, *y = b;
	const double dx = fabs(x->all.diff), dy = fabs(y->all.diff);

	if (dx != dy)
		return dx > dy ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void add_up(const struct explain *e, key_fn key, const void *arg,
		   struct explain_group **list, size_t *n)
{
	const struct places *p = &e->places;
	const size_t boots = p->n_boots[EXPLAIN_BEFORE] + p->n_boots[EXPLAIN_AFTER];
	_cleanup_(names__release) struct names names = { 0 };
	double *sums = xcalloc(1, sizeof(*sums)); /* per group and boot */

	for (size_t i = 0; i < p->n; i++) {
		_free_ char *name = key(&p->v[i], arg);
		const uint32_t g = name ? names__add(&names, name) : NAMES_NONE;

		if (g == NAMES_NONE)
			continue;
		if (g == *n) {
			*APPEND(*list, *n) = (struct explain_group){ .name = xstrdup(name) };
			sums = xrealloc(sums, *n * boots + 1, sizeof(*sums));
			memset(sums + g * boots, 0, boots * sizeof(*sums));
		}
		for (size_t k = 0; k < boots; k++)
			sums[g * boots + k] += p->v[i].value[k];
	}
	for (size_t g = 0; g < *n; g++) {
		const double *v = sums + g * boots;
		struct explain_group *group = &(*list)[g];

		group->all = explain_part__test(v, p->n_boots);
		group->value[EXPLAIN_BEFORE] = stats__mean(v, p->n_boots[EXPLAIN_BEFORE]);
		group->value[EXPLAIN_AFTER] = stats__mean(v + p->n_boots[EXPLAIN_BEFORE],
							  p->n_boots[EXPLAIN_AFTER]);
	}
	free(sums);
	if (*n)
		qsort(*list, *n, sizeof(**list), by_difference);
}

int explain__can_group(const struct explain *e, enum explain_by by, struct err *err)
{
	for (size_t side = 0; side < EXPLAIN_SIDES; side++)
		if (!e->places.known[side] && by != BY_FUNCTION)
			return err__set(err, -ENOENT,
					"the boots of %s have no debug information: their kernel needs "
					"CONFIG_DEBUG_INFO_DWARF5=y, or its debug package on the "
					"machine that runs the plan (docs/EXACT.md)",
					side == EXPLAIN_BEFORE ? e->baseline : e->candidate);
	return 0;
}

int explain__group(const struct explain *e, enum explain_by by, struct explain_group **list,
		   size_t *n, struct err *err)
{
	static const key_fn keys[EXPLAIN_BYS] = { by_function, by_inlined, by_file, by_subsystem };
	int ret = explain__can_group(e, by, err);

	*list = NULL;
	*n = 0;
	if (!ret)
		add_up(e, keys[by], NULL, list, n);
	return ret;
}

size_t explain_groups__listed(const struct explain_group *list, size_t n, size_t most)
{
	size_t listed = 0;

	while (listed < n && listed < most &&
	       fabs(list[listed].all.diff) > LITTLE * fabs(list[0].all.diff))
		listed++;
	return listed;
}

/* The rest of a function's value is due to callees of one side that were folded into it. */
static void add_folded(const struct explain_function *f, struct explain_group **list, size_t *n)
{
	struct explain_group rest = { .all = { f->all.diff, NAN, NAN, NAN } };

	for (size_t side = 0; side < EXPLAIN_SIDES; side++)
		rest.value[side] = f->value[side];
	for (size_t i = 0; i < *n; i++) {
		rest.all.diff -= (*list)[i].all.diff;
		for (size_t side = 0; side < EXPLAIN_SIDES; side++)
			rest.value[side] -= (*list)[i].value[side];
	}
	rest.name = xstrdup(ADDED);
	*APPEND(*list, *n) = rest;
	qsort(*list, *n, sizeof(**list), by_difference);
}

void explain__parts(const struct explain *e, const struct explain_function *f,
		    struct explain_group **list, size_t *n)
{
	*list = NULL;
	*n = 0;
	if (!*f->name || !e->places.known[EXPLAIN_BEFORE] || !e->places.known[EXPLAIN_AFTER])
		return;
	add_up(e, of_function, f, list, n);
	if (*n == 1 && !*(*list)[0].name) {
		explain_groups__free(*list, *n);
		*list = NULL;
		*n = 0;
	}
	if (*n && f->folded.n)
		add_folded(f, list, n);
}

size_t explain__parts_listed(const struct explain_function *f, const struct explain_group *list,
			     size_t n)
{
	size_t listed = 0;

	while (listed < n && listed < PARTS_MAX &&
	       fabs(list[listed].all.diff) > PART_MIN * fabs(f->all.diff))
		listed++;
	return listed;
}

void explain_groups__free(struct explain_group *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i].name);
	free(list);
}

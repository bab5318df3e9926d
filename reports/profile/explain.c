// SPDX-License-Identifier: GPL-2.0-only
/* explain.c - the difference of a row, function by function. */
#include "reports/profile/explain.h"

#include "reports/profile/table.h"

#include <math.h>

#define SOURCE "tlbmodel"
#define LITTLE 0.001 /* of the largest difference: not listed */

static const struct {
	const char *metric, *unit;
	enum function_count count;
	bool per_op;
} rows[] = {
	{ "kernel.instructions_per_op", "insns/op", FUNCTION_INSNS, true },
	{ "kernel.instructions", "insns", FUNCTION_INSNS, false },
	{ "kernel.walks_d", "walks", FUNCTION_WALKS_D, false },
	{ "kernel.walks_i", "walks", FUNCTION_WALKS_I, false },
	{ "kernel.l1d_misses", "misses", FUNCTION_L1D, false },
	{ "kernel.l1i_misses", "misses", FUNCTION_L1I, false },
};

/* The workload of a row that names none: the only one of the campaign. */
static char *only_workload(const struct campaign *c, const char *row, struct err *err)
{
	const char *only = NULL;

	for (size_t i = 0; i < c->n_boots; i++) {
		const char *w = c->boots[i].workload;

		if (!*w || (only && streq(w, only)))
			continue;
		if (only) {
			err__set(err, -EINVAL,
				 "which workload? The campaign has %s, %s and perhaps more: say "
				 "WORKLOAD/%.100s",
				 only, w, row);
			return NULL;
		}
		only = w;
	}
	if (!only)
		err__set(err, -ENOENT, "campaign %.8s has no boots in exact mode: no profiles",
			 c->uuid);
	return only ? xstrdup(only) : NULL;
}

static int find_row(struct explain *e, const char *row, struct err *err)
{
	const char *slash = strrchr(row, '/'), *metric = slash ? slash + 1 : row;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!streq(metric, rows[i].metric))
			continue;
		e->metric = xstrdup(metric);
		e->unit = rows[i].unit;
		e->count = rows[i].count;
		e->per_op = rows[i].per_op;
		e->workload = slash ? xstrndup(row, (size_t)(slash - row)) :
				      only_workload(e->c, row, err);
		return e->workload ? 0 : -EINVAL;
	}
	return err__set(err, -EINVAL,
			"'%.100s' is not counted by function: kernel.instructions_per_op, "
			"kernel.instructions, kernel.walks_d, kernel.walks_i, kernel.l1d_misses and "
			"kernel.l1i_misses are",
			row);
}

/* The variants that were asked for, or else the plan's first comparison. */
static int find_sides(const struct explain *e, const struct explain_request *req,
		      size_t sides[EXPLAIN_SIDES], struct err *err)
{
	const struct campaign *c = e->c;
	const char *const names[EXPLAIN_SIDES] = { req->baseline, req->candidate };

	if (!c->n_compares && (!req->baseline || !req->candidate))
		return err__set(err, -EINVAL,
				"the plan compares nothing: name --candidate and --baseline");
	for (size_t i = 0; i < EXPLAIN_SIDES; i++) {
		int v = !names[i] ? (int)(i == EXPLAIN_AFTER ? c->compares[0].candidate :
							       c->compares[0].baseline) :
				    campaign__variant(c, names[i], err);

		if (v < 0)
			return v;
		sides[i] = (size_t)v;
	}
	return 0;
}

/* Does a boot count? Repeats say nothing of their own. */
static bool counts(const struct campaign *c, int64_t boot)
{
	for (size_t i = 0; i < c->n_boots; i++)
		if (c->boots[i].id == boot)
			return !c->boots[i].repeat;
	return false;
}

/* Read the profiles of a side into the table. */
static int load_side(struct store *st, struct explain *e, size_t variant, struct profile_table *t,
		     struct err *err)
{
	struct store_profile *list, *use;
	size_t n, n_use = 0;
	int ret = store__profiles(st, e->c->variants[variant].id, e->workload, &list, &n, err);

	if (ret)
		return ret;
	use = xcalloc(n, sizeof(*use));
	for (size_t i = 0; i < n; i++)
		if (counts(e->c, list[i].boot))
			use[n_use++] = list[i];
	if (!n_use)
		ret = err__set(err, -ENOENT,
			       "no boot of %s with workload %s has a profile: exact mode makes them, "
			       "unless the plan says profile: false (or a fact tlbmodel/profile of "
			       "the boot says why not)",
			       e->c->variants[variant].name, e->workload);
	else
		ret = profile_table__add(t, use, n_use, e->count, e->per_op, err);
	free(use); /* the profiles in it are those of the list */
	profile__free(list, n);
	return ret;
}

/* The difference of two sides of boots. */
static struct explain_part test(const struct profile_table *t, const double *v)
{
	const double *a = profile_table__side(t, v, EXPLAIN_BEFORE);
	const double *b = profile_table__side(t, v, EXPLAIN_AFTER);
	const size_t na = t->n_boots[EXPLAIN_BEFORE], nb = t->n_boots[EXPLAIN_AFTER];
	struct explain_part part = { stats__mean(b, nb) - stats__mean(a, na), NAN, NAN, NAN };
	struct stats_test w;

	if (!stats__welch(a, na, b, nb, 0, &w)) {
		part.lo = w.lo95;
		part.hi = w.hi95;
		part.p = w.p;
	}
	return part;
}

/* What a call cost on a side: mean of the boots in which there were calls. NAN: there were none. */
static double each_of(const struct profile_table *t, const struct table_function *f, size_t side)
{
	const double *value = profile_table__side(t, f->value, side);
	const double *calls = profile_table__side(t, f->calls, side);
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < t->n_boots[side]; i++) {
		if (!(calls[i] > 0))
			continue;
		sum += value[i] / calls[i];
		n++;
	}
	return n ? sum / (double)n : NAN;
}

/* Add to each boot what a function would have cost there with the mean number of calls of both sides,
 * and to `rest` what is in no such cost. A boot without calls gets the cost of its side. */
static void add_per_call(const struct profile_table *t, const struct table_function *f,
			 const struct explain_function *ef, double *per_call, double *rest)
{
	const double mean = (ef->calls[EXPLAIN_BEFORE] + ef->calls[EXPLAIN_AFTER]) / 2;

	for (size_t i = 0; i < t->n_boots[0] + t->n_boots[1]; i++) {
		const size_t side = i >= t->n_boots[EXPLAIN_BEFORE];

		if (!ef->has_calls)
			rest[i] += f->value[i];
		else
			per_call[i] += mean * (f->calls[i] > 0 ? f->value[i] / f->calls[i] :
								 ef->each[side]);
	}
}

static struct explain_function explain_function(const struct profile_table *t,
						struct table_function *f)
{
	struct explain_function ef = { .all = test(t, f->value) };

	ef.name = f->name;
	ef.module = f->module;
	ef.folded = f->folded;
	f->name = f->module = NULL;
	f->folded = (struct strvec){ 0 };
	for (size_t side = 0; side < EXPLAIN_SIDES; side++) {
		ef.value[side] = stats__mean(profile_table__side(t, f->value, side),
					     t->n_boots[side]);
		ef.calls[side] = stats__mean(profile_table__side(t, f->calls, side),
					     t->n_boots[side]);
		ef.each[side] = each_of(t, f, side);
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

/* Functions whose mass is all in others are gone; those that ran stay, whatever they did. */
static void explain_all(struct explain *e, struct profile_table *t)
{
	const size_t boots = t->n_boots[0] + t->n_boots[1];
	_free_ double *per_call = xcalloc(boots, sizeof(double));
	_free_ double *rest = xcalloc(boots, sizeof(double));

	for (size_t i = 0; i < t->n; i++) {
		struct table_function *f = &t->v[i];

		if (!profile_table__ran(t, f, EXPLAIN_BEFORE) &&
		    !profile_table__ran(t, f, EXPLAIN_AFTER))
			continue;
		GROW(e->v, e->n);
		e->v[e->n] = explain_function(t, f);
		add_per_call(t, f, &e->v[e->n], per_call, rest);
		e->n++;
	}
	for (size_t side = 0; side < EXPLAIN_SIDES; side++) {
		e->n_boots[side] = t->n_boots[side];
		e->value[side] = stats__mean(profile_table__side(t, t->whole, side),
					     t->n_boots[side]);
	}
	e->all = test(t, t->whole);
	e->per_call = test(t, per_call);
	e->other = test(t, rest);
	for (size_t i = 0; i < boots; i++) /* what is left */
		rest[i] = t->whole[i] - per_call[i] - rest[i];
	e->calls = test(t, rest);
	if (e->n)
		qsort(e->v, e->n, sizeof(*e->v), by_difference);
}

int explain__make(struct store *st, const char *campaign, const struct explain_request *req,
		  struct explain **out, struct err *err)
{
	struct explain *e = xcalloc(1, sizeof(*e));
	struct profile_table t = { 0 };
	size_t sides[EXPLAIN_SIDES] = { 0 };
	int ret = store__load(st, campaign, &e->c, err);

	*out = NULL;
	if (!ret)
		ret = find_row(e, req->row, err);
	if (!ret)
		ret = find_sides(e, req, sides, err);
	for (size_t i = 0; !ret && i < EXPLAIN_SIDES; i++)
		ret = load_side(st, e, sides[i], &t, err);
	if (!ret) {
		e->baseline = e->c->variants[sides[EXPLAIN_BEFORE]].name;
		e->candidate = e->c->variants[sides[EXPLAIN_AFTER]].name;
		if (req->fold)
			profile_table__fold(&t, (const char *const[]){ e->baseline, e->candidate });
		explain_all(e, &t);
		*out = e;
	} else {
		explain__free(e);
	}
	profile_table__release(&t);
	return ret;
}

bool explain__is_row(const char *source, const char *metric)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (streq(metric, rows[i].metric))
			return streq(source, SOURCE);
	return false;
}

size_t explain__listed(const struct explain *e, size_t most)
{
	size_t n = 0;

	while (n < e->n && n < most && fabs(e->v[n].all.diff) > LITTLE * fabs(e->v[0].all.diff))
		n++;
	return n;
}

char *explain_function__label(const struct explain_function *f)
{
	const char *name = *f->name ? f->name : "(no symbol)";

	return *f->module ? xasprintf("%s [%s]", name, f->module) : xstrdup(name);
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
	free(e->v);
	free(e->workload);
	free(e->metric);
	campaign__free(e->c);
	free(e);
}

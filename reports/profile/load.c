// SPDX-License-Identifier: GPL-2.0-only
/* load.c - loads the profiles of both sides of a row. */
#include "reports/profile/load.h"

#include "collectors/support/sampled.h"
#include "reports/profile/table.h"
#include "reports/store/series.h"
#include "reports/store/read.h"

#define SOURCE "tlbmodel"

static const struct {
	const char *metric, *unit;
	enum function_count count;
	bool per_op;
	const char *event; /* sampled by the collector perf-record; NULL: counted in exact mode */
} rows[] = {
	/* The first one is the row of explain__has_companion(). */
	{ "kernel.instructions_per_op", "insns/op", FUNCTION_INSNS, true, NULL },
	{ "kernel.instructions", "insns", FUNCTION_INSNS, false, NULL },
	{ "kernel.walks_d", "walks", FUNCTION_WALKS_D, false, NULL },
	{ "kernel.walks_i", "walks", FUNCTION_WALKS_I, false, NULL },
	{ "kernel.l1d_misses", "misses", FUNCTION_L1D, false, NULL },
	{ "kernel.l1i_misses", "misses", FUNCTION_L1I, false, NULL },
#define SAMPLED(event, unit, type, config, kind, words)                    \
	{ SAMPLED_PER_OP(unit), unit "/op", FUNCTION_INSNS, true, event }, \
		{ SAMPLED_METRIC(unit), unit, FUNCTION_INSNS, false, event },
	SAMPLED_EVENTS(SAMPLED)
#undef SAMPLED
};

/* Samples are stored in the place of instruction counts. */
static const char *source_of(size_t row)
{
	return rows[row].event ? "perf-record" : SOURCE;
}

/* The workload if a row names none: the only one of the campaign. The caller frees. */
static char *only_workload(const struct campaign *c, const char *row, struct err *err)
{
	const char *only = NULL;

	for (size_t i = 0; i < c->n_boots; i++) {
		const char *w = c->boots[i].workload;

		if (!*w || (only && streq(w, only)))
			continue;
		if (only) {
			err__set(err, -EINVAL,
				 "which workload? The campaign has %s, %s and perhaps more: use "
				 "WORKLOAD/%.100s",
				 only, w, row);
			return NULL;
		}
		only = w;
	}
	if (!only)
		err__set(err, -ENOENT,
			 "campaign %.8s has no boots of one workload in exact mode, and so no "
			 "profiles; for samples use WORKLOAD/%.100s",
			 c->uuid, row);
	return only ? xstrdup(only) : NULL;
}

static int find_row(struct explain *e, const char *row, struct err *err)
{
	const char *slash = strrchr(row, '/'), *metric = slash ? slash + 1 : row;

	/* The computed row is one of the parts shown for this one. */
	if (streq(metric, EXPLAIN_PER_CALL))
		metric = rows[0].metric;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!streq(metric, rows[i].metric))
			continue;
		e->metric = xstrdup(metric);
		e->unit = rows[i].unit;
		e->count = rows[i].count;
		e->per_op = rows[i].per_op;
		e->event = rows[i].event;
		e->workload = slash ? xstrndup(row, (size_t)(slash - row)) :
				      only_workload(e->c, row, err);
		return e->workload ? 0 : -EINVAL;
	}
	return err__set(err, -EINVAL,
			"'%.100s' is not counted by function; these are: kernel.instructions_per_op, "
			"kernel.instructions, kernel.walks_d, kernel.walks_i, kernel.l1d_misses and "
			"kernel.l1i_misses, and from samples kernel.sampled_insns, _cycles and _ns, each "
			"also with _per_op",
			row);
}

/* The campaign of a side. */
static const struct campaign *side_of(const struct explain *e, size_t side)
{
	return side == EXPLAIN_BEFORE && e->against ? e->against : e->c;
}

/* The requested variants, or those of the first comparison of the plan. */
static int find_sides(const struct explain *e, const struct explain_request *req,
		      size_t sides[EXPLAIN_SIDES], struct err *err)
{
	const char *const names[EXPLAIN_SIDES] = { req->baseline, req->candidate };

	for (size_t i = 0; i < EXPLAIN_SIDES; i++) {
		const struct campaign *c = side_of(e, i);
		int v;

		if (e->against && !names[i] && c->n_variants == 1) {
			sides[i] = 0;
			continue;
		}
		if (!names[i] && (e->against || !c->n_compares))
			return err__set(err, -EINVAL,
					"the plan compares nothing: give --candidate and "
					"--baseline");
		v = !names[i] ? (int)(i == EXPLAIN_AFTER ? c->compares[0].candidate :
							   c->compares[0].baseline) :
				campaign__variant(c, names[i], err);

		if (v < 0)
			return v;
		sides[i] = (size_t)v;
	}
	return 0;
}

/* Does a boot count? Repeats do not. */
static bool counts(const struct campaign *c, int64_t boot)
{
	for (size_t i = 0; i < c->n_boots; i++)
		if (c->boots[i].id == boot)
			return !c->boots[i].repeat;
	return false;
}

/* Load the counts by source function of a boot; most kernels have none, as they lack debug
 * information. */
static int read_sources(struct store *st, int64_t boot, struct sources *s, bool *has,
			struct err *err)
{
	_free_ char *text = NULL;
	size_t len;
	int ret = store__text(st, boot, SOURCES_TEXT, &text, &len, err);

	*has = !ret;
	if (ret)
		return ret == -ENOENT ? 0 : ret;
	return sources__parse(s, text, err);
}

/* Add the profiles of a side, sorted by boot, to the places by source function. */
static int load_places(struct store *st, struct explain *e, const struct store_profile *list,
		       size_t n, size_t side, struct err *err)
{
	const size_t before = side == EXPLAIN_AFTER ? e->places.n_boots[EXPLAIN_BEFORE] : 0;
	size_t boots = 0;
	int ret = 0;

	for (size_t i = 0; i < n; i++)
		boots += !i || list[i].boot != list[i - 1].boot;
	places__begin(&e->places, side, boots);
	boots = before;
	for (size_t i = 0, end; !ret && i < n; i = end, boots++) {
		_cleanup_(sources__release) struct sources s = { 0 };
		bool has;

		for (end = i; end < n && list[end].boot == list[i].boot; end++)
			;
		ret = read_sources(st, list[i].boot, &s, &has, err);
		for (size_t k = i; !ret && k < end; k++) {
			const double per = (e->per_op ? (double)list[k].operations : 1) /
					   (list[k].event ? (double)list[k].period : 1);

			ret = places__add(&e->places, &list[k], has ? &s : NULL, side, boots,
					  e->count, 1 / (per * (double)(end - i)), err);
		}
	}
	return ret;
}

/* Is a profile of the kind that the row needs: samples of its event, or counts? */
static bool is_about(const struct explain *e, const struct store_profile *p)
{
	return e->event ? p->event && streq(p->event, e->event) : !p->event;
}

/* Load the profiles of a side into the table and the places. */
static int load_side(struct store *st, struct explain *e, size_t side, size_t variant,
		     struct profile_table *t, struct err *err)
{
	const struct campaign *c = side_of(e, side);
	struct store_profile *list, *use;
	size_t n, n_use = 0;
	int ret = store__profiles(st, c->variants[variant].id, e->workload, &list, &n, err);

	if (ret)
		return ret;
	use = xcalloc(n, sizeof(*use));
	for (size_t i = 0; i < n; i++) {
		if (!counts(c, list[i].boot) || !is_about(e, &list[i]))
			continue;
		e->period = !e->n_profiles++ || e->period == list[i].period ? list[i].period : 0;
		use[n_use++] = list[i];
	}
	if (!n_use && e->event)
		ret = err__set(err, -ENOENT,
			       "no boot of %s with workload %s has samples of %s: collector "
			       "perf-record takes them (the boot's fact perf-record/status says if "
			       "it could not)",
			       c->variants[variant].name, e->workload, e->event);
	else if (!n_use)
		ret = err__set(err, -ENOENT,
			       "no boot of %s with workload %s has a profile: exact mode makes them, "
			       "unless the plan says profile: false (or a fact tlbmodel/profile of "
			       "the boot says why not)",
			       c->variants[variant].name, e->workload);
	else
		ret = profile_table__add(t, use, n_use, e->count, e->per_op, err);
	if (!ret)
		ret = load_places(st, e, use, n_use, side, err);
	free(use); /* shallow copies of profiles in `list` */
	profile__free(list, n);
	return ret;
}

/* The basis of the samples: under emulation, times and rates only show that the workload ran. */
static int load_basis(struct store *st, struct explain *e, int64_t variant, struct err *err)
{
	struct series *list;
	size_t n;
	int ret = store__series(st, variant, &list, &n, err);

	if (ret)
		return ret;
	e->basis = BASIS_EMULATED; /* unless the series of the row says otherwise */
	for (size_t i = 0; i < n; i++)
		if (streq(list[i].metric.name, e->metric) && streq(list[i].workload, e->workload))
			e->basis = list[i].basis;
	series__free(list, n);
	return 0;
}

bool explain__is_row(const char *source, const char *metric)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (streq(metric, rows[i].metric))
			return streq(source, source_of(i));
	return streq(metric, EXPLAIN_PER_CALL) && streq(source, SOURCE);
}

bool explain__has_companion(const char *source, const char *metric)
{
	return streq(metric, rows[0].metric) && streq(source, SOURCE);
}

int explain__make(struct store *st, const char *campaign, const struct explain_request *req,
		  struct explain **out, struct err *err)
{
	struct explain *e = xcalloc(1, sizeof(*e));
	struct profile_table t = { 0 };
	size_t sides[EXPLAIN_SIDES] = { 0 };
	int ret = store__load(st, campaign, &e->c, err);

	*out = NULL;
	if (!ret && req->against)
		ret = store__load(st, req->against, &e->against, err);
	if (!ret)
		ret = find_row(e, req->row, err);
	if (!ret)
		ret = find_sides(e, req, sides, err);
	for (size_t i = 0; !ret && i < EXPLAIN_SIDES; i++)
		ret = load_side(st, e, i, sides[i], &t, err);
	if (!ret && e->event)
		ret = load_basis(st, e, e->c->variants[sides[EXPLAIN_AFTER]].id, err);
	if (!ret) {
		e->baseline = side_of(e, EXPLAIN_BEFORE)->variants[sides[EXPLAIN_BEFORE]].name;
		e->candidate = e->c->variants[sides[EXPLAIN_AFTER]].name;
		if (req->fold)
			profile_table__fold(&t, (const char *const[]){ e->baseline, e->candidate });
		explain__fill(e, &t);
		*out = e;
	} else {
		explain__free(e);
	}
	profile_table__release(&t);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
/* per_call.c - computes the cost of boots as if each function had been called equally often. */
#include "reports/report/per_call.h"

#include "reports/profile/load.h"
#include "reports/profile/table.h"
#include "reports/report/row.h"

#include <math.h>

#define FUNCTION_LEAST 0.05 /* of the whole change, for a function to be named */

void report_computed__free(struct report_computed *c)
{
	if (!c)
		return;
	for (size_t side = 0; side < SIDES; side++)
		free(c->stats[side]);
	free(c);
}

void report_functions__free(struct report_functions *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i].label);
	free(f);
}

/* Does a boot count? Repeats and boots identical to another do not; boots that failed have no
 * profiles here. */
static bool counts(const struct report_variant *v, const bool *identical, int64_t boot)
{
	for (size_t i = 0; i < v->units.n; i++)
		if (v->units.boots[i].id == boot)
			return !v->units.boots[i].repeat && !(identical && identical[i]);
	return false;
}

/* Add the boots of one side to the profile table and, with no value yet, to the row. -ENOENT if no
 * boot counts. */
static int add_side(const struct report_variant *v, const struct dataset_profiles *p,
		    const bool *identical, struct profile_table *t, struct report_computed *c,
		    size_t side)
{
	_free_ struct store_profile *use = xcalloc(p->n + 1, sizeof(*use));
	struct err unused;
	size_t n = 0;

	c->stats[side] = xcalloc(p->n + 1, sizeof(*c->stats[side]));
	for (size_t i = 0; i < p->n; i++) {
		if (p->v[i].event || !counts(v, identical, p->v[i].boot))
			continue;
		if (!n || use[n - 1].boot != p->v[i].boot)
			c->stats[side][c->n[side]++] = (struct boot_stat){ .boot = p->v[i].boot,
									   .least_ran = 1 };
		use[n++] = p->v[i];
	}
	return n ? profile_table__add(t, use, n, FUNCTION_INSNS, true, &unused) : -ENOENT;
}

static double difference(const struct profile_table *t, const double *v)
{
	return stats__mean(profile_table__side(t, v, EXPLAIN_AFTER), t->n_boots[EXPLAIN_AFTER]) -
	       stats__mean(profile_table__side(t, v, EXPLAIN_BEFORE), t->n_boots[EXPLAIN_BEFORE]);
}

/* Break the difference down. All parts are always given: where work moved into more calls, only the
 * second one shows it. */
static void note_parts(struct report_row *row, const struct profile_table *t,
		       const struct profile_parts *parts)
{
	report_row__note(row,
			 "of %+.2f %s in all, %+.2f are from the cost of a call, %+.2f from the number "
			 "of calls, %+.2f in functions not called in every boot",
			 difference(t, t->whole), row->metric->unit, difference(t, parts->per_call),
			 difference(t, parts->calls), difference(t, parts->other));
}

/* Fill the row from the computed value of each boot, as if boots had measured it. */
static void fill(const struct report *r, const struct report_block *b, const bool *const *identical,
		 const struct profile_table *t, struct report_row *row, struct report_computed *c)
{
	const size_t variant[SIDES] = { b->candidate, b->baseline };
	struct report_source s[SIDES] = { { 0 } };
	struct profile_parts parts;

	profile_table__split(t, &parts);
	for (size_t side = 0; side < SIDES; side++) {
		const double *v = profile_table__side(t, parts.per_call,
						      side == SIDE_BASELINE ? EXPLAIN_BEFORE :
									      EXPLAIN_AFTER);

		for (size_t i = 0; i < c->n[side]; i++) {
			c->stats[side][i].median = v[i];
			spread__of(&v[i], 1, &c->stats[side][i].spread);
		}
		s[side] = (struct report_source){ .variant = &r->variants[variant[side]],
						  .identical = identical[side],
						  .series = &c->series,
						  .n_series = 1,
						  .stats = c->stats[side],
						  .n_stats = c->n[side] };
	}
	report_row__fill(r, b, s, SIDES, row);
	row->computed = c;
	note_parts(row, t, &parts);
	profile_parts__release(&parts);
}

/* Does a function account for a part of the change that is worth naming? Identical boots have an interval
 * of no width. */
static bool stands_out(const struct explain_part *part, const struct explain_part *all)
{
	return (part->diff > 0) == (all->diff > 0) &&
	       fabs(part->diff) >= FUNCTION_LEAST * fabs(all->diff) &&
	       (part->lo > 0 || part->hi < 0);
}

/* Takes ownership of the names in the table. NULL: no function stands out, or the functions together did not
 * change as the row did (`change`), whose boots count by their medians. The caller frees. */
static struct report_functions *find_functions(struct profile_table *t, double change)
{
	struct explain *e = xcalloc(1, sizeof(*e));
	struct report_functions *f = xcalloc(1, sizeof(*f));

	explain__fill(e, t);
	f->all = e->all.diff;
	for (size_t i = 0; f->all * change > 0 && i < e->n && f->n < REPORT_FUNCTIONS; i++) {
		if (!stands_out(&e->v[i].all, &e->all))
			continue;
		f->v[f->n].label = explain_function__label(&e->v[i]);
		f->v[f->n++].diff = e->v[i].all.diff;
	}
	explain__free(e);
	if (f->n)
		return f;
	report_functions__free(f);
	return NULL;
}

/* Of pooled sides, does each boot of the row have a profile? Those of one campaign may have none, and the
 * campaigns would be mixed in other shares than in the row. */
static bool is_whole(const struct report_variant *v, size_t have, size_t want)
{
	return v->n_parts < 2 || have == want;
}

void report_per_call__add(const struct report *r, struct report_block *b,
			  const bool *const *identical)
{
	const struct report_variant *cand = &r->variants[b->candidate];
	const struct report_variant *base = &r->variants[b->baseline];
	const size_t n = b->n_rows;

	b->rows = xrealloc(b->rows, 2 * n + 1, sizeof(*b->rows));
	for (size_t i = 0; i < n; i++) {
		struct report_row *row = &b->rows[i];
		const struct dataset_profiles *x = dataset_variant__profiles(base->data,
									     row->workload);
		const struct dataset_profiles *y = dataset_variant__profiles(cand->data,
									     row->workload);
		struct profile_table t = { 0 };
		struct report_computed *c;

		if (!x || !y || row->apart ||
		    !explain__has_companion(row->source, row->metric->name))
			continue;
		c = xcalloc(1, sizeof(*c));
		c->series = (struct series){ .workload = row->workload,
					     .source = row->source,
					     .version = row->version,
					     .metric = *row->metric,
					     .basis = row->basis };
		c->series.metric.name = EXPLAIN_PER_CALL;
		c->series.metric.help = "instructions in the kernel per operation, had both sides "
					"called each function equally often";
		if (!add_side(base, x, identical[SIDE_BASELINE], &t, c, SIDE_BASELINE) &&
		    !add_side(cand, y, identical[SIDE_CANDIDATE], &t, c, SIDE_CANDIDATE) &&
		    is_whole(base, c->n[SIDE_BASELINE], row->n_a) &&
		    is_whole(cand, c->n[SIDE_CANDIDATE], row->n_b)) {
			profile_table__fold(&t, (const char *const[]){ base->label, cand->label });
			fill(r, b, identical, &t, &b->rows[b->n_rows++], c);
			row->functions = find_functions(&t, row->j.change);
		} else {
			report_computed__free(c);
		}
		profile_table__release(&t);
	}
}

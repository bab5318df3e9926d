// SPDX-License-Identifier: GPL-2.0-only
/* outcome.c - what all rows of a report come to. */
#include "reports/report/outcome.h"

struct gate_row report_row__gate(const struct report_row *row)
{
	return (struct gate_row){ row->workload, row->source, row->metric->name,
				  row->metric->primary };
}

static bool fails_on_nothing(const struct report *r)
{
	return strvec__has(&r->gate.fail_on, "none");
}

bool report_row__fails(const struct report *r, const struct report_row *row)
{
	const struct gate_row as_seen = report_row__gate(row);

	return !fails_on_nothing(r) &&
	       ((row->j.verdict == VERDICT_REGRESSION && gate__watches(&r->gate, &as_seen)) ||
		(row->j.verdict == VERDICT_DIFFERS && gate__names(&r->gate, &as_seen)));
}

bool report_block__fails(const struct report *r, const struct report_block *b)
{
	return !fails_on_nothing(r) && b->failures.regression;
}

/* Does the verdict answer whether the row got worse? */
static bool decides(enum verdict v)
{
	return v == VERDICT_IMPROVEMENT || v == VERDICT_REGRESSION || v == VERDICT_NO_CHANGE ||
	       v == VERDICT_SMALL;
}

static void count_row(const struct gate *gate, const struct report_row *row, struct outcome *o)
{
	const struct gate_row as_seen = report_row__gate(row);
	bool watched = gate__watches(gate, &as_seen), primary = row->metric->primary;
	enum verdict v = row->j.verdict;
	bool lacks = v == VERDICT_INSUFFICIENT, open = lacks || v == VERDICT_INCONCLUSIVE;
	bool judged = v != VERDICT_NONE && !lacks;

	o->rows++;
	o->count[v]++;
	o->primary[v] += primary;
	o->worse += v == VERDICT_REGRESSION;
	o->worse_watched += v == VERDICT_REGRESSION && watched;
	o->differ_named += v == VERDICT_DIFFERS && gate__names(gate, &as_seen);
	o->decided += decides(v);
	o->decided_primary += decides(v) && primary;
	o->open_primary += open && primary;
	o->judged += judged;
	o->judged_watched += judged && watched;
	o->open_watched += open && watched;
	o->short_watched += lacks && watched;
}

struct outcome report__outcome(const struct report *r)
{
	struct outcome o = { 0 };

	for (size_t i = 0; i < r->n_blocks; i++) {
		const struct report_block *b = &r->blocks[i];

		o.failures += b->failures.regression;
		for (size_t k = 0; k < b->n_rows; k++)
			count_row(&r->gate, &b->rows[k], &o);
	}
	return o;
}

const struct campaign_boot *report__first_failed(const struct report *r)
{
	const struct campaign *c = r->campaign;

	for (size_t i = 0; i < r->n_blocks; i++) {
		const struct report_block *b = &r->blocks[i];
		const struct report_variant *v = &r->variants[b->candidate];

		if (!b->failures.regression || v->campaign != c)
			continue;
		for (size_t k = 0; k < c->n_boots; k++)
			if (&c->variants[c->boots[k].variant] == v->v &&
			    boot_status__is_failure(c->boots[k].status))
				return &c->boots[k];
	}
	return NULL;
}

int report__exit_code(const struct report *r)
{
	struct outcome o = report__outcome(r);
	bool fails = !fails_on_nothing(r);
	/* What must not stay open: what is watched; primary rows where nothing is singled out. */
	bool all = !fails || strvec__has(&r->gate.fail_on, "any");
	unsigned int open = all ? o.open_primary : o.open_watched;
	unsigned int decided = all ? o.decided_primary + o.primary[VERDICT_TOO_FEW] :
				     o.judged_watched;

	if (r->unfit)
		return 3;
	if (r->expects.count[EXPECT_FAIL])
		return 1;
	if (fails && (o.worse_watched || o.differ_named || o.failures))
		return 1;
	/* Where no row can fail, what was expected is all that was asked. */
	if (r->expects.count[EXPECT_CANNOT_SAY] ||
	    ((fails || !r->expects.n) && (!o.judged || (!o.judged_watched && o.short_watched))))
		return 4;
	return r->gate.conclusive && (open || !decided) ? 6 : 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* conclusion.c - the result of a report in one sentence. */
#include "reports/render/conclusion.h"
#include "reports/report/words.h"
#include "reports/report/outcome.h"

#include <ctype.h>

#define NAMED 6 /* most rows to name; the rest are counted */
#define NAMED_OF_SEVERAL 2 /* the same with several comparisons, which are named with each row */

/* Selects rows of a report. */
struct meant {
	enum verdict verdict;
	bool watched; /* watched by the gate */
	bool any_watched; /* ignore `watched` */
	bool primary; /* primary rows only */
	bool named; /* only rows that match a pattern of the gate */
};

static bool is_meant(const struct report *r, const struct report_row *row, const struct meant *m)
{
	const struct gate_row as_seen = report_row__gate(row);

	return row->j.verdict == m->verdict && (row->metric->primary || !m->primary) &&
	       (!m->named || gate__names(&r->gate, &as_seen)) &&
	       (m->any_watched || gate__watches(&r->gate, &as_seen) == m->watched);
}

/* Names of the first few selected rows, with their comparison if there are several. The caller
 * frees. */
static char *names(const struct report *r, const struct meant *m)
{
	struct strvec list = { 0 };
	size_t n = 0, most = r->n_blocks > 1 ? NAMED_OF_SEVERAL : NAMED;
	char *text;

	for (size_t i = 0; i < r->n_blocks; i++) {
		const struct report_block *b = &r->blocks[i];

		for (size_t k = 0; k < b->n_rows; k++) {
			const struct report_row *row = &b->rows[k];

			if (!is_meant(r, row, m) || n++ >= most)
				continue;
			if (r->n_blocks > 1)
				strvec__pushf(&list, "%s/%s (%s/%s)", row->workload,
					      row->metric->name, r->variants[b->candidate].label,
					      report_block__against(r, b));
			else
				strvec__pushf(&list, "%s/%s", row->workload, row->metric->name);
		}
	}
	if (n > most)
		strvec__pushf(&list, "%zu more", n - most);
	text = strvec__join(&list, ", ");
	strvec__release(&list);
	return text;
}

static const char *rows(unsigned int n)
{
	return n == 1 ? "row" : "rows";
}

/* Add "2 primary rows are inconclusive: A, B", if there are any. */
static void add_open(const struct report *r, enum verdict v, unsigned int n, struct strvec *parts)
{
	const struct meant m = { .verdict = v, .any_watched = true, .primary = true };
	_free_ char *list = n ? names(r, &m) : NULL;

	const char *verb = v == VERDICT_TOO_FEW ? n == 1 ? "has" : "have" : n == 1 ? "is" : "are";

	if (n)
		strvec__pushf(parts, "%u primary %s %s %s: %s", n, rows(n), verb, words__verdict(v),
			      list);
}

/* Add what got worse, including rows that do not fail the run. */
static void add_worse(const struct report *r, const struct outcome *o, struct strvec *parts)
{
	const struct meant fails = { .verdict = VERDICT_REGRESSION, .watched = true };
	const struct meant rest = { .verdict = VERDICT_REGRESSION };
	const struct meant differ = { .verdict = VERDICT_DIFFERS, .watched = true, .named = true };
	unsigned int n = o->worse_watched, others = o->worse - n;
	_free_ char *list = names(r, &fails), *more = names(r, &rest);
	_free_ char *named = names(r, &differ);

	if (o->failures)
		strvec__push(parts, "boots of the candidate fail");
	if (n)
		strvec__pushf(parts, "%u %s got worse: %s", n, rows(n), list);
	if (o->differ_named)
		strvec__pushf(parts, "%u %s that --fail-on names %s: %s", o->differ_named,
			      rows(o->differ_named), o->differ_named == 1 ? "differs" : "differ",
			      named);
	if (others)
		strvec__pushf(parts, "%u %s got worse that --fail-on does not watch: %s", others,
			      rows(others), more);
}

/* Add in how many rows nothing got worse, or that no row could tell. */
static void add_fine(const struct outcome *o, struct strvec *parts)
{
	if (o->decided) {
		strvec__pushf(parts, "nothing got worse in %u %s%s", o->decided,
			      o->decided_primary ? "" : "secondary ", rows(o->decided));
		return;
	}
	if (!o->rows) {
		strvec__push(parts, "nothing was measured on either side, so nothing can be said");
		return;
	}
	strvec__pushf(parts, "no row could show whether anything got worse");
}

/* The number of expectations that fail or could not be checked; the finding names them. The caller
 * frees. */
static char *expected_text(const struct report_expects *e)
{
	unsigned int bad = e->count[EXPECT_FAIL];

	return xasprintf("%u of %zu expectations %s", bad ? bad : e->count[EXPECT_CANNOT_SAY], e->n,
			 bad ? "fail" : "cannot be checked");
}

char *conclusion__text(const struct report *r, bool alone)
{
	struct outcome o = report__outcome(r);
	struct strvec parts = { 0 };
	_free_ char *list = NULL;
	char *text;

	if (r->unfit)
		return xstrdup("Boots of exact mode did not repeat: no verdict can be relied on.");
	if (r->expects.n && !alone && r->expects.count[EXPECT_PASS] < r->expects.n) {
		_free_ char *said = expected_text(&r->expects);

		strvec__push(&parts, said);
	} else if (r->expects.n && alone) {
		_free_ char *said = expect__sentence(&r->expects);

		said[strlen(said) - 1] = '\0';
		strvec__push(&parts, said);
	}
	if (o.worse || o.differ_named || o.failures)
		add_worse(r, &o, &parts);
	else
		add_fine(&o, &parts);
	add_open(r, VERDICT_INCONCLUSIVE, o.primary[VERDICT_INCONCLUSIVE], &parts);
	add_open(r, VERDICT_INSUFFICIENT, o.primary[VERDICT_INSUFFICIENT], &parts);
	add_open(r, VERDICT_TOO_FEW, o.primary[VERDICT_TOO_FEW], &parts);
	if (o.primary[VERDICT_NONE] && !o.decided_primary && !o.open_primary)
		strvec__push(&parts, "no primary row has a basis that allows a verdict");
	list = strvec__join(&parts, "; ");
	strvec__release(&parts);
	text = xasprintf("%s%s.", report__is_provisional(r) ? "provisional: " : "", list);
	*text = (char)toupper((unsigned char)*text);
	return text;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * junit.c - a comparison as JUnit XML, for CI systems: one suite per comparison, one test case per
 * metric and one for the boots. A case fails exactly if the exit status would be 1 because of it,
 * is skipped if the row is undecided, and passes otherwise. There is no common schema; the elements
 * are those that Jenkins and GitLab document.
 */
#include "reports/render/expect.h"
#include "reports/render/html.h"
#include "reports/render/render.h"
#include "reports/report/finding.h"
#include "reports/report/outcome.h"
#include "reports/report/words.h"

#include <time.h>

struct counts {
	unsigned int tests, failures, errors, skipped;
};

static bool is_open(enum verdict v)
{
	return v == VERDICT_INSUFFICIENT || v == VERDICT_INCONCLUSIVE || v == VERDICT_TOO_FEW ||
	       v == VERDICT_NONE;
}

/* "-10.4 % [-11.0,-9.8], worse (R): NOTE". The caller frees. */
static char *describe(const struct report_row *row)
{
	_free_ char *change = words__change(&row->j), *ci = words__ci(&row->j);
	_free_ char *verdict = words__judged(row);

	if (row->j.verdict == VERDICT_NONE || row->j.verdict == VERDICT_INSUFFICIENT)
		return xasprintf("%s%s%s", row->j.verdict == VERDICT_NONE ? "no verdict" : verdict,
				 *row->note ? ": " : "", row->note);
	return xasprintf("%s %s, %s%s%s", change, ci, verdict, *row->note ? ": " : "", row->note);
}

static void put_row(struct html *h, const struct report *r, const struct report_row *row,
		    struct counts *n)
{
	_free_ char *text = describe(row);

	n->tests++;
	html__fmt(h, "    <testcase classname=\"%s.%s\" name=\"%s\"", r->campaign->name,
		  row->workload, row->metric->name);
	if (report_row__fails(r, row)) {
		n->failures++;
		html__fmt(h, ">\n      <failure type=\"%s\" message=\"%s\"/>\n    </testcase>\n",
			  verdict__name(row->j.verdict), text);
	} else if (is_open(row->j.verdict)) {
		n->skipped++;
		html__fmt(h, ">\n      <skipped message=\"%s\"/>\n    </testcase>\n", text);
	} else {
		html__fmt(h, ">\n      <system-out>%s</system-out>\n    </testcase>\n", text);
	}
}

/* Failed boots have no samples and appear in no row. */
static void put_boots(struct html *h, const struct report *r, const struct report_block *b,
		      struct counts *n)
{
	const struct report_variant *cand = &r->variants[b->candidate];
	_free_ char *ours = words__boots(cand);
	_free_ char *theirs = words__boots(&r->variants[b->baseline]);

	n->tests++;
	html__fmt(h, "    <testcase classname=\"%s.boots\" name=\"%s\">\n", r->campaign->name,
		  cand->label);
	if (report_block__fails(r, b)) {
		n->failures++;
		html__fmt(h, "      <failure type=\"boots\" message=\"%s; %s: %s\"/>\n", ours,
			  r->variants[b->baseline].label, theirs);
	} else {
		html__fmt(h, "      <system-out>%s; %s: %s</system-out>\n", ours,
			  r->variants[b->baseline].label, theirs);
	}
	html__put(h, "    </testcase>\n");
}

/* No figure can be trusted: CI must not take that for a pass. */
static void put_unfit(struct html *h, const struct report *r, struct counts *n)
{
	n->tests++;
	n->errors++;
	html__fmt(h,
		  "    <testcase classname=\"%s\" name=\"campaign\">\n"
		  "      <error type=\"unfit\" message=\"boots with the same seed did not repeat: "
		  "no verdict counts\"/>\n    </testcase>\n",
		  r->campaign->name);
}

static void put_counts(struct html *h, const struct counts *n)
{
	html__fmt(h, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\"", n->tests,
		  n->failures, n->errors, n->skipped);
}

static void put_suite(struct html *h, const struct report *r, const struct view_block *v,
		      struct counts *total)
{
	const struct report_block *b = v->b;
	const time_t begun = (time_t)(r->campaign->created_ns / 1000000000);
	struct html cases = { 0 };
	struct counts n = { 0 };
	char date[32];
	struct tm tm;

	put_boots(&cases, r, b, &n);
	if (r->unfit)
		put_unfit(&cases, r, &n);
	for (size_t i = 0; i < v->n_rows; i++)
		put_row(&cases, r, v->rows[i], &n);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", gmtime_r(&begun, &tm));
	html__fmt(h, "  <testsuite name=\"%s%s%s against %s\" hostname=\"%s\" timestamp=\"%s\"",
		  b->title, *b->title ? ": " : "", r->variants[b->candidate].label,
		  b->against ? b->against : r->variants[b->baseline].label, r->campaign->host,
		  date);
	put_counts(h, &n);
	html__fmt(h,
		  ">\n    <properties>\n      <property name=\"campaign\" value=\"%s\"/>\n"
		  "    </properties>\n",
		  r->campaign->uuid);
	html__append(h, &cases);
	html__put(h, "  </testsuite>\n");
	total->tests += n.tests;
	total->failures += n.failures;
	total->errors += n.errors;
	total->skipped += n.skipped;
}

void format_junit(const struct report_view *v, FILE *out)
{
	struct html page = { 0 }, suites = { 0 };
	const struct report_expects *e = &v->r->expects;
	struct counts total = { 0 };
	struct finding f;

	expect__junit(&suites, v->r->campaign->name, &v->r->expects);
	total.tests += (unsigned int)e->n;
	total.failures += e->count[EXPECT_FAIL];
	total.errors += e->count[EXPECT_CANNOT_SAY];
	total.skipped += e->count[EXPECT_NOT_RUN];
	for (size_t i = 0; i < v->r->n_blocks; i++)
		if (!v->blocks[i].hidden)
			put_suite(&suites, v->r, &v->blocks[i], &total);
	html__put(&page, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	html__fmt(&page, "<testsuites name=\"%s\"", v->r->campaign->name);
	put_counts(&page, &total);
	html__put(&page, ">\n");
	html__append(&page, &suites);
	finding__make(v->r, &f);
	html__put(&page, "  <system-out>");
	for (size_t i = 0; i < f.n; i++)
		html__fmt(&page, "%s%s", i ? "\n" : "", f.line[i].text);
	html__put(&page, "</system-out>\n</testsuites>\n");
	finding__release(&f);
	fwrite(page.buf, 1, page.len, out);
	html__release(&page);
}

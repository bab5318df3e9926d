// SPDX-License-Identifier: GPL-2.0-only
/* text.c - a report for a terminal: a table for each comparison, and what is needed to read it. */
#include "reports/report/published.h"
#include "reports/render/expect.h"
#include "reports/render/render.h"
#include "reports/render/notes.h"
#include "reports/render/table.h"

#define WIDTH 80 /* without a terminal; long names may need more, up to WIDTH_MAX */
#define WIDTH_MAX 100
#define TERMINAL_MIN 60
#define TERMINAL_MAX 200
#define LABEL_MAX 20 /* width of the column of variants; longer names stick out */

static size_t width_of(const struct report_view *v)
{
	if (!v->width)
		return WIDTH;
	return v->width < TERMINAL_MIN ? TERMINAL_MIN :
	       v->width > TERMINAL_MAX ? TERMINAL_MAX :
					 v->width;
}

static void put_campaign(const struct campaign *c, const char *role, size_t columns, FILE *out)
{
	struct para p = { .out = out, .width = columns, .indent = 2 };
	_free_ char *date = words__date(c->created_ns);

	para__add(&p, "%sCampaign %s (%.8s), %s, %s", role, c->name, c->uuid, date, c->state);
	para__end(&p);
	para__add(&p, "%s on %s", c->target, c->host);
	para__end(&p);
	para__add(&p, "kduel %s, boots interleaved from seed %llu", c->version,
		  (unsigned long long)c->seed);
	para__end(&p);
}

static void put_variant(const struct report_variant *v, int width, size_t columns, bool evidence,
			FILE *out)
{
	const struct campaign_variant *cv = v->v;
	struct para p = { .out = out, .width = columns, .indent = (size_t)width + 4 };
	_free_ char *boots = words__boots(v), *label = words__clean(v->label);

	p.col = (size_t)fprintf(out, "  %s", label);
	p.begun = true;
	p.gap = p.col < p.indent ? p.indent - p.col : 1;
	if (*cv->release)
		para__add(&p, "%s (%.8s),", cv->release, cv->kernel_hash);
	if (*cv->cpu)
		para__add(&p, "cpu %s,", cv->cpu);
	para__add(&p, "%s", boots);
	para__end(&p);
	/* The file name of a package contains the release; any other origin adds information. */
	if (*cv->kernel_hash && !strstr(cv->origin, cv->release))
		notes__line(out, columns, p.indent, "from %s", cv->origin);
	if (*cv->cmdline)
		notes__line(out, columns, p.indent, "command line: %s", cv->cmdline);
	for (size_t i = 0; evidence && i < v->n_evidence; i++)
		notes__line(out, columns, p.indent, "%s: %s (%u of %u boots)", v->evidence[i].label,
			    v->evidence[i].value, v->evidence[i].boots, v->ok);
}

/* Do all variants show the same evidence of the feature under test? Then it is no difference
 * between them. */
static bool same_evidence(const struct report *r)
{
	const struct report_variant *a = &r->variants[0];

	for (size_t i = 1; i < r->n_variants; i++) {
		const struct report_variant *b = &r->variants[i];

		if (a->n_evidence != 1 || b->n_evidence != 1 ||
		    !streq(a->evidence->key, b->evidence->key) ||
		    !streq(a->evidence->value, b->evidence->value))
			return false;
	}
	return true;
}

static void put_header(const struct report *r, size_t columns, bool brief, FILE *out)
{
	int width = 0;

	put_campaign(r->campaign, r->other ? "Candidate: " : "", columns, out);
	if (r->other)
		put_campaign(r->other, "Baseline: ", columns, out);
	for (size_t i = 0; i < r->cautions.n; i++)
		notes__line(out, columns, 0, "NOTE %s", r->cautions.v[i]);
	fputc('\n', out);
	for (size_t i = 0; i < r->n_variants; i++) {
		int len = (int)strlen(r->variants[i].label);

		width = len > width ? len : width;
	}
	width = width > LABEL_MAX ? LABEL_MAX : width;
	for (size_t i = 0; i < r->n_variants; i++)
		put_variant(&r->variants[i], width, columns, !brief || !same_evidence(r), out);
}

static void put_title(const struct report *r, const struct view_block *v, size_t columns, FILE *out)
{
	const struct report_block *b = v->b;
	const char *cand = r->variants[b->candidate].label;
	const char *base = report_block__against(r, b);
	struct table_common c = table__common(v);
	_free_ char *names = xasprintf("%s against %s", cand, base);
	struct para p = { .out = out, .width = columns, .indent = 3 };

	fputc('\n', out);
	para__add(&p, "== %s ==", *b->title ? b->title : names);
	para__end(&p);
	p.indent = 0;
	if (*b->title && !streq(b->title, names))
		para__add(&p, "%s", names);
	if (c.n_rows && c.same_n)
		notes__boots(&p, p.begun ? "| " : "", r, v);
	if (c.n_rows && c.same_basis)
		para__add(&p, "%sbasis: %s", p.begun ? "| " : "", metric__basis_name(c.basis));
	para__end(&p);
}

/* A line for each row shown, if the ranges of both sides are known. */
static void put_ranges(const struct report_view *view, const struct view_block *v, size_t columns,
		       FILE *out)
{
	for (size_t i = 0; view->ranges && i < v->n_rows; i++) {
		_free_ char *text = words__ranges(v->rows[i]);

		if (text)
			notes__line(out, columns, 2, "%s/%s %s.", v->rows[i]->workload,
				    v->rows[i]->metric->name, text);
	}
}

/* Changed rows, then counts by verdict; the finding has said the rest. */
static void put_brief(const struct report_view *view, const struct view_block *v, size_t columns,
		      FILE *out)
{
	const struct table_style style = { .aim = columns,
					   .max = view->width ? columns : WIDTH_MAX };

	table__print(view->r, v, &style, out);
	put_ranges(view, v, columns, out);
	notes__summary(view->r, v->b, columns, out);
	published__print(view->published, v, v == view->blocks, false, out);
	if (v->folded_moved)
		notes__line(out, columns, 0, "%u more changed.", v->folded_moved);
}

static void put_block(const struct report_view *view, const struct view_block *v, size_t columns,
		      FILE *out)
{
	const struct table_style style = { .aim = columns,
					   .max = view->width ? columns : WIDTH_MAX };

	put_title(view->r, v, columns, out);
	if (!v->b->n_rows) {
		fprintf(out, "Neither side has a single sample.\n");
		return;
	}
	if (view->brief) {
		put_brief(view, v, columns, out);
		return;
	}
	notes__summary(view->r, v->b, columns, out);
	if (table__common(v).n_rows)
		fputc('\n', out);
	table__print(view->r, v, &style, out);
	fputc('\n', out);
	put_ranges(view, v, columns, out);
	notes__below(v, columns, out);
	notes__put_config(v->b, columns, out);
	published__print(view->published, v, v == view->blocks, false, out);
	notes__emulated(v, columns, out);
	notes__hidden(v, columns, "--all shows them", out);
}

void format_text(const struct report_view *v, FILE *out)
{
	size_t columns = width_of(v);

	notes__finding(v->r, columns, out);
	fputc('\n', out);
	put_header(v->r, columns, v->brief, out);
	expect__text(&v->r->expects, columns, out);
	for (size_t i = 0; i < v->r->n_blocks; i++)
		if (!v->blocks[i].hidden)
			put_block(v, &v->blocks[i], columns, out);
	fputc('\n', out);
	if (v->brief)
		notes__more(v, columns, out);
	notes__legend(v, columns, true, out);
	fputc('\n', out);
	notes__conclusion(v->r, columns, out);
}

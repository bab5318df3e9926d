// SPDX-License-Identifier: GPL-2.0-only
/* markdown.c - a comparison as GitHub Flavored Markdown; untrusted text is escaped. */
#include "reports/report/finding.h"
#include "reports/report/published.h"
#include "reports/render/expect.h"
#include "reports/render/conclusion.h"
#include "reports/render/markdown_text.h"
#include "reports/render/render.h"
#include "reports/render/notes.h"

#include <math.h>

/* A cell with trusted text, such as an interval in brackets, which is not escaped. Takes ownership
 * of the text. */
static void put_own(char *text, FILE *out)
{
	fprintf(out, " %s |", text);
	free(text);
}

static void put_campaign(const struct campaign *c, const char *role, FILE *out)
{
	_free_ char *date = words__date(c->created_ns);

	fprintf(out, "%sCampaign ", role);
	markdown__text(c->name, out);
	fprintf(out, " (%.8s), %s, %s; ", c->uuid, date, c->state);
	markdown__text(c->target, out);
	fputs(" on ", out);
	markdown__text(c->host, out);
	fputs("; kduel ", out);
	markdown__text(c->version, out);
	fprintf(out, ", seed %llu.\n\n", (unsigned long long)c->seed);
}

/* A list item for each line; bold if it says that something got worse or better. */
static void put_finding(const struct report *r, FILE *out)
{
	_cleanup_(finding__release) struct finding f;

	finding__make(r, &f);
	for (size_t i = 0; i < f.n; i++) {
		bool moved = f.line[i].kind == FINDING_WORSE || f.line[i].kind == FINDING_BETTER;

		fputs(moved ? "- **" : "- ", out);
		markdown__prose(f.line[i].text, out);
		fputs(moved ? "**\n" : "\n", out);
	}
	fputc('\n', out);
}

static void put_variants(const struct report *r, FILE *out)
{
	fputs("| variant | kernel | hash | CPU | command line | boots | evidence |\n"
	      "|---|---|---|---|---|---|---|\n",
	      out);
	for (size_t i = 0; i < r->n_variants; i++) {
		const struct report_variant *v = &r->variants[i];

		fputs("|", out);
		markdown__cell(xstrdup(v->label), out);
		markdown__cell(xstrdup(v->v->release), out);
		markdown__cell(xasprintf("%.8s", v->v->kernel_hash), out);
		markdown__cell(xstrdup(v->v->cpu), out);
		markdown__cell(xstrdup(v->v->cmdline), out);
		markdown__cell(words__boots(v), out);
		fputs(" ", out);
		for (size_t k = 0; k < v->n_evidence; k++) {
			_free_ char *s = xasprintf("%s%s: %s (%u of %u)", k ? "; " : "",
						   v->evidence[k].label, v->evidence[k].value,
						   v->evidence[k].boots, v->ok);

			markdown__text(s, out);
		}
		fputs(" |\n", out);
	}
}

/* The last column: what an inconclusive row would need for a verdict, and the note. The caller
 * frees. */
static char *remark(const struct report_row *r)
{
	_free_ char *mde = words__mde(&r->j), *need = NULL, *seen = NULL;

	if (r->j.verdict != VERDICT_INCONCLUSIVE)
		return xstrdup(r->note);
	need = r->j.boots_needed ? xasprintf("%u boots", r->j.boots_needed) :
				   xasprintf("more than %d boots", STATS_MAX_BOOTS);
	seen = words__boots_seen(&r->j);
	return xasprintf("MDE %s, needs %s; %s%s%s", mde, need, seen, *r->note ? "; " : "",
			 r->note);
}

static void put_row(const struct report_row *r, FILE *out)
{
	const struct metric *m = r->metric;
	const struct judgement *j = &r->j;

	fputs("|", out);
	markdown__cell(xasprintf("%s/%s%s%s", r->workload, m->name,
				 m->primary ? "" : " (secondary)",
				 r->muxed_a || r->muxed_b ? " (multiplexed)" : ""),
		       out);
	markdown__cell(xstrdup(m->unit), out);
	markdown__cell(xstrdup(metric__better_name(m->better)), out);
	markdown__cell(xstrdup(metric__basis_name(r->basis)), out);
	markdown__cell(words__value(j, j->a, false), out);
	markdown__cell(words__value(j, j->b, false), out);
	markdown__cell(words__value(j, j->change, true), out);
	markdown__cell(words__pct(j), out);
	put_own(words__ci(j), out);
	markdown__cell(words__p(j->p), out);
	markdown__cell(words__p(j->padj), out);
	markdown__cell(words__margin(m), out);
	markdown__cell(words__noise(r), out);
	markdown__cell(xasprintf("%zu+%zu", r->n_a, r->n_b), out);
	markdown__cell(words__judged(r), out);
	markdown__cell(remark(r), out);
	fputc('\n', out);
}

/* Means have no test: most cells are empty. */
static void put_mean(const struct report_mean *m, FILE *out)
{
	fputs("|", out);
	markdown__cell(xasprintf("%s: geometric mean of %zu", m->workload, m->n), out);
	markdown__cell(xstrdup(""), out);
	markdown__cell(xstrdup(metric__better_name(m->better)), out);
	markdown__cell(xstrdup(metric__basis_name(m->basis)), out);
	fputs(" | | |", out);
	markdown__cell(xasprintf("%+.2f", m->pct), out);
	fputs(" | | | | | | | description only |\n", out);
}

static void put_table(const struct report *r, const struct view_block *v, FILE *out)
{
	fputs("| metric | unit | better | basis |", out);
	markdown__cell(xstrdup(report_block__against(r, v->b)), out);
	markdown__cell(xstrdup(r->variants[v->b->candidate].label), out);
	fputs(" change | % | 95 % CI | p | p adj | margin | noise | n | verdict | remark |\n"
	      "|---|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|---|---|\n",
	      out);
	for (size_t i = 0; i < v->n_rows; i++)
		put_row(v->rows[i], out);
	for (size_t i = 0; i < v->n_means; i++)
		put_mean(v->means[i], out);
	fputc('\n', out);
}

static void put_block(const struct report_view *view, const struct view_block *v, FILE *out)
{
	const struct report *r = view->r;
	const struct report_block *b = v->b;
	_free_ char *config = notes__config(b);

	fputs("\n### ", out);
	if (*b->title) {
		markdown__text(b->title, out);
		fputs(": ", out);
	}
	markdown__text(r->variants[b->candidate].label, out);
	fputs(" against ", out);
	markdown__text(report_block__against(r, b), out);
	fputs("\n\n", out);
	notes__summary(r, b, SIZE_MAX, out);
	fputc('\n', out);
	if (v->n_rows)
		put_table(r, v, out);
	if (config) {
		markdown__text(config, out);
		fputs("\n\n", out);
	}
	if (v->folded || v->filtered)
		notes__hidden(v, SIZE_MAX, "--all shows them", out);
	published__print(view->published, v, v == view->blocks, true, out);
}

void format_markdown(const struct report_view *v, FILE *out)
{
	const struct report *r = v->r;
	_free_ char *text = NULL;

	put_finding(r, out);
	put_campaign(r->campaign, r->other ? "Candidate: " : "", out);
	if (r->other)
		put_campaign(r->other, "Baseline: ", out);
	for (size_t i = 0; i < r->cautions.n; i++) {
		fputs("- ", out);
		markdown__text(r->cautions.v[i], out);
		fputs(i + 1 < r->cautions.n ? "\n" : "\n\n", out);
	}
	put_variants(r, out);
	expect__markdown(&r->expects, out);
	for (size_t i = 0; i < r->n_blocks; i++)
		if (!v->blocks[i].hidden)
			put_block(v, &v->blocks[i], out);
	fputs("\nThe boot is the unit; % and CI are relative to the baseline. (I) better, (R) worse: "
	      "p adj <= 0.05\n(Benjamini-Hochberg) and not within the margin; no change: shown to be "
	      "within the margin.\n\n",
	      out);
	text = conclusion__text(r, false);
	markdown__text(text, out);
	fputc('\n', out);
}

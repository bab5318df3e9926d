// SPDX-License-Identifier: GPL-2.0-only
/* markdown.c - a comparison in GitHub's Markdown; text that does not come from kduel is escaped. */
#include "reports/report/finding.h"
#include "reports/report/published.h"
#include "reports/render/conclusion.h"
#include "reports/render/render.h"
#include "reports/render/notes.h"

#include <ctype.h>
#include <math.h>

/* In the middle of a word an underscore is no emphasis, and names are full of them. */
static bool needs_escape(const char *s, const char *start)
{
	if (*s == '_' && s > start && isalnum((unsigned char)s[-1]) && isalnum((unsigned char)s[1]))
		return false;
	return strchr("\\`*_[]|~", *s) != NULL;
}

/* Escape what would end a cell or a line, begin HTML, or be taken as markup. */
static void put_text(const char *text, FILE *out)
{
	_free_ char *clean = words__clean(text);

	for (const char *s = clean; *s; s++) {
		if (*s == '<')
			fputs("&lt;", out);
		else if (*s == '>')
			fputs("&gt;", out);
		else if (*s == '&')
			fputs("&amp;", out);
		else if (needs_escape(s, clean))
			fprintf(out, "\\%c", *s);
		else
			fputc(*s, out);
	}
}

/* Takes over the text. */
static void put_cell(char *text, FILE *out)
{
	fputc(' ', out);
	put_text(text, out);
	fputs(" |", out);
	free(text);
}

/* A cell with text of our own, such as an interval in brackets, which needs no escaping. Takes
 * over the text. */
static void put_own(char *text, FILE *out)
{
	fprintf(out, " %s |", text);
	free(text);
}

static void put_campaign(const struct campaign *c, const char *role, FILE *out)
{
	_free_ char *date = words__date(c->created_ns);

	fprintf(out, "%sCampaign ", role);
	put_text(c->name, out);
	fprintf(out, " (%.8s), %s, %s; ", c->uuid, date, c->state);
	put_text(c->target, out);
	fputs(" on ", out);
	put_text(c->host, out);
	fputs("; kduel ", out);
	put_text(c->version, out);
	fprintf(out, ", seed %llu.\n\n", (unsigned long long)c->seed);
}

/* A list item for each line; what moved is bold. */
static void put_finding(const struct report *r, FILE *out)
{
	_cleanup_(finding__release) struct finding f;

	finding__make(r, &f);
	for (size_t i = 0; i < f.n; i++) {
		bool moved = f.line[i].kind == FINDING_WORSE || f.line[i].kind == FINDING_BETTER;

		fputs(moved ? "- **" : "- ", out);
		put_text(f.line[i].text, out);
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
		put_cell(xstrdup(v->label), out);
		put_cell(xstrdup(v->v->release), out);
		put_cell(xasprintf("%.8s", v->v->kernel_hash), out);
		put_cell(xstrdup(v->v->cpu), out);
		put_cell(xstrdup(v->v->cmdline), out);
		put_cell(words__boots(v), out);
		fputs(" ", out);
		for (size_t k = 0; k < v->n_evidence; k++) {
			_free_ char *s = xasprintf("%s%s: %s (%u of %u)", k ? "; " : "",
						   v->evidence[k].label, v->evidence[k].value,
						   v->evidence[k].boots, v->ok);

			put_text(s, out);
		}
		fputs(" |\n", out);
	}
}

/* The last column: what a verdict would take, or the note of the row. The caller frees. */
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
	put_cell(xasprintf("%s/%s%s%s", r->workload, m->name, m->primary ? "" : " (secondary)",
			   r->muxed_a || r->muxed_b ? " (multiplexed)" : ""),
		 out);
	put_cell(xstrdup(m->unit), out);
	put_cell(xstrdup(metric__better_name(m->better)), out);
	put_cell(xstrdup(metric__basis_name(r->basis)), out);
	put_cell(words__value(j, j->a, false), out);
	put_cell(words__value(j, j->b, false), out);
	put_cell(words__value(j, j->change, true), out);
	put_cell(words__pct(j), out);
	put_own(words__ci(j), out);
	put_cell(words__p(j->p), out);
	put_cell(words__p(j->padj), out);
	put_cell(words__margin(m), out);
	put_cell(words__noise(r), out);
	put_cell(xasprintf("%zu+%zu", r->n_a, r->n_b), out);
	put_cell(words__judged(r), out);
	put_cell(remark(r), out);
	fputc('\n', out);
}

/* As a row without a test: most of its cells are empty. */
static void put_mean(const struct report_mean *m, FILE *out)
{
	fputs("|", out);
	put_cell(xasprintf("%s: geometric mean of %zu", m->workload, m->n), out);
	put_cell(xstrdup(""), out);
	put_cell(xstrdup(metric__better_name(m->better)), out);
	put_cell(xstrdup(metric__basis_name(m->basis)), out);
	fputs(" | | |", out);
	put_cell(xasprintf("%+.2f", m->pct), out);
	fputs(" | | | | | | | description only |\n", out);
}

static void put_table(const struct report *r, const struct view_block *v, FILE *out)
{
	fputs("| metric | unit | better | basis |", out);
	put_cell(xstrdup(report_block__against(r, v->b)), out);
	put_cell(xstrdup(r->variants[v->b->candidate].label), out);
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
		put_text(b->title, out);
		fputs(": ", out);
	}
	put_text(r->variants[b->candidate].label, out);
	fputs(" against ", out);
	put_text(report_block__against(r, b), out);
	fputs("\n\n", out);
	notes__summary(r, b, SIZE_MAX, out);
	fputc('\n', out);
	if (v->n_rows)
		put_table(r, v, out);
	if (config) {
		put_text(config, out);
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
		put_text(r->cautions.v[i], out);
		fputs(i + 1 < r->cautions.n ? "\n" : "\n\n", out);
	}
	put_variants(r, out);
	for (size_t i = 0; i < r->n_blocks; i++)
		if (!v->blocks[i].hidden)
			put_block(v, &v->blocks[i], out);
	fputs("\nThe boot is the unit; % and CI are relative to the baseline. (I) better, (R) worse: "
	      "p adj <= 0.05\n(Benjamini-Hochberg) and not within the margin; no change: shown to be "
	      "within the margin.\n\n",
	      out);
	text = conclusion__text(r);
	put_text(text, out);
	fputc('\n', out);
}

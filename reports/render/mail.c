// SPDX-License-Identifier: GPL-2.0-only
/*
 * mail.c - a comparison for a cover letter: 72 columns, understandable without kduel, and with
 * instructions to reproduce the figures.
 */
#include "reports/render/expect.h"
#include "reports/render/render.h"
#include "reports/render/notes.h"
#include "reports/render/table.h"

#define WIDTH 72
#define FIELD 11 /* width of "Machine:   " */

/* "NAME: text", with continuation lines indented to the text. */
static void put_field(FILE *out, const char *name, const char *text)
{
	struct para p = { .out = out, .width = WIDTH, .indent = FIELD };

	p.col = (size_t)fprintf(out, "%-*s", FIELD - 1, name);
	p.begun = true;
	para__add(&p, "%s", text);
	para__end(&p);
}

/* What a reader needs to build the same kernel: release, boots, origin and command line. */
static void put_kernel(const struct report_variant *v, FILE *out)
{
	const struct campaign_variant *cv = v->v;
	_free_ char *boots = words__boots(v);
	struct para p = { .out = out, .width = WIDTH, .indent = 4, .first = 2 };

	para__add(&p, "%s: %s%s%s", v->label, *cv->release ? cv->release : "no kernel",
		  *cv->cpu ? ", cpu " : "", cv->cpu);
	para__add(&p, "(%s)", boots);
	para__end(&p);
	if (*cv->origin)
		notes__line(out, WIDTH, 4, "%s, sha256 %.16s", cv->origin, cv->kernel_hash);
	if (*cv->cmdline)
		notes__line(out, WIDTH, 4, "command line: %s", cv->cmdline);
	for (size_t i = 0; i < v->n_evidence; i++)
		notes__line(out, WIDTH, 4, "%s: %s", v->evidence[i].label, v->evidence[i].value);
}

static void put_machine(const struct campaign *c, const char *role, FILE *out)
{
	_free_ char *text = xasprintf("%s%s, target %s", role, c->host, c->target);

	put_field(out, "Machine:", text);
}

/* What a reader needs to repeat the work: parameters and iterations. */
static void put_workload(const struct report_workload *w, FILE *out)
{
	struct para p = { .out = out, .width = WIDTH, .indent = 4, .first = 2 };
	_free_ char *params = words__one_line(w->params);

	para__add(&p, "%s:", w->name);
	if (w->iterations)
		para__add(&p, "%u iteration%s a boot", w->iterations, plural_s(w->iterations));
	if (w->iterations && w->warmup)
		para__add(&p, "after %u that do%s not count", w->warmup,
			  w->warmup == 1 ? "es" : "");
	if (*params)
		para__add(&p, "%s%s", w->iterations ? "| " : "", params);
	else if (!w->iterations)
		para__add(&p, "what every boot measures");
	para__end(&p);
}

static void put_header(const struct report *r, FILE *out)
{
	put_machine(r->campaign, r->other ? "(candidate) " : "", out);
	if (r->other)
		put_machine(r->other, "(baseline) ", out);
	for (size_t i = 0; i < r->cautions.n; i++)
		put_field(out, "Note:", r->cautions.v[i]);
	fprintf(out, "Kernels:\n");
	for (size_t i = 0; i < r->n_variants; i++)
		put_kernel(&r->variants[i], out);
	if (r->n_workloads)
		fprintf(out, "Workloads:\n");
	for (size_t i = 0; i < r->n_workloads; i++)
		put_workload(&r->workloads[i], out);
}

/* Title, number of boots and summary of a block. */
static void put_title(const struct report *r, const struct view_block *v, FILE *out)
{
	const struct report_block *b = v->b;
	const char *cand = r->variants[b->candidate].label;
	const char *base = report_block__against(r, b);
	struct table_common c = table__common(v);
	_free_ char *names = xasprintf("%s against %s", cand, base);
	struct para p = { .out = out, .width = WIDTH };

	fputc('\n', out);
	para__add(&p, "%s:", *b->title ? b->title : names);
	if (*b->title && !streq(b->title, names))
		para__add(&p, "%s", names);
	para__end(&p);
	if (c.n_rows && c.same_n)
		notes__boots(&p, "", r, v);
	if (c.n_rows && c.same_basis)
		para__add(&p, "%sbasis: %s", p.begun ? "| " : "", metric__basis_name(c.basis));
	para__end(&p);
	notes__summary(r, b, WIDTH, out);
	if (c.n_rows)
		fputc('\n', out);
}

/* Times under emulation mean nothing and do not belong in a mail, but name the workloads that
 * ran. */
static void put_unjudged(const struct view_block *v, FILE *out)
{
	struct para p = { .out = out, .width = WIDTH, .first = 2, .indent = 4 };
	const char *last = NULL;

	for (size_t i = 0; i < v->n_rows; i++) {
		const struct report_row *r = v->rows[i];

		if (r->j.verdict != VERDICT_NONE || (last && streq(last, r->workload)))
			continue;
		if (!last)
			para__add(&p, "ran under emulation, times not judged:");
		para__item(&p, "%s", r->workload);
		last = r->workload;
	}
	para__end(&p);
}

static void put_block(const struct report *r, const struct view_block *v, FILE *out)
{
	static const struct table_style style = { .aim = WIDTH, .max = WIDTH, .brief = true };

	put_title(r, v, out);
	table__print(r, v, &style, out);
	if (table__common(v).n_rows)
		fputc('\n', out);
	notes__below(v, WIDTH, out);
	notes__put_config(v->b, WIDTH, out);
	put_unjudged(v, out);
	if (v->folded_moved)
		notes__line(out, WIDTH, 2, "%u more changed.", v->folded_moved);
}

/* The command that repeats the campaign with the same seeds, hence the same order, and how to get
 * its files. */
static void put_recipe(const struct campaign *c, FILE *out)
{
	const char *slash = strrchr(c->plan_path, '/');
	_free_ char *plan = words__clean(slash ? slash + 1 : c->plan_path);
	bool lock = *c->lock_text;

	fprintf(out, "  kduel run %s%s  # seed: %llu\n", plan, lock ? " --locked LOCK" : "",
		(unsigned long long)c->seed);
	notes__line(out, WIDTH, 2, "plan%s: kduel show %.8s --plan%s", lock ? " and lock" : "",
		    c->uuid, lock ? ", --lock" : "");
}

/* No legend if there is no table. */
static void put_legend(const struct report_view *v, FILE *out)
{
	_free_ char *text = NULL;
	FILE *f = xmemstream(&text, &(size_t){ 0 });

	notes__legend(v, WIDTH, false, f);
	fclose(f);
	if (*text)
		fprintf(out, "\n%s", text);
}

void format_mail(const struct report_view *v, FILE *out)
{
	notes__finding(v->r, WIDTH, out);
	fputc('\n', out);
	put_header(v->r, out);
	expect__text(&v->r->expects, WIDTH, out);
	for (size_t i = 0; i < v->r->n_blocks; i++)
		if (!v->blocks[i].hidden)
			put_block(v->r, &v->blocks[i], out);
	put_legend(v, out);
	fputc('\n', out);
	notes__conclusion(v->r, WIDTH, out);
	fputc('\n', out);
	notes__line(out, WIDTH, 0, "To reproduce (plan %s, kduel %s):", v->r->campaign->name,
		    v->r->campaign->version);
	put_recipe(v->r->campaign, out);
	if (v->r->other)
		put_recipe(v->r->other, out);
}

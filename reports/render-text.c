// SPDX-License-Identifier: GPL-2.0-only
#include "reports/grid.h"
#include "reports/render.h"
#include "reports/stats.h"
#include "lib/clock.h"

#include <math.h>

#define WIDTH_MAX 100
#define WIDTH_AIM 80
#define INDENT 5

enum { COL_LABEL, COL_A, COL_B, COL_CHANGE, COL_PCT, COL_CI, COL_N, COL_BASIS, COL_VERDICT, COLS };

/* The words of a verdict for people, with the marks that kernel lists know. */
static const char *const words[VERDICT_MAX] = {
	[VERDICT_NONE] = "-",
	[VERDICT_IMPROVEMENT] = "better (I)",
	[VERDICT_REGRESSION] = "worse (R)",
	[VERDICT_NO_CHANGE] = "no change",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_INSUFFICIENT] = "insufficient",
};

static void put_date(uint64_t ns, FILE *out)
{
	time_t t = (time_t)(ns / NSEC_PER_SEC);
	char buf[32] = "?";
	struct tm tm;

	if (gmtime_r(&t, &tm))
		strftime(buf, sizeof(buf), "%Y-%m-%d %H:%M UTC", &tm);
	fputs(buf, out);
}

static void put_failures(const struct report_variant *v, FILE *out)
{
	const char *sep = ": ";

	fprintf(out, "%u of %u boots ok", v->ok, v->planned);
	if (!v->failed)
		return;
	fprintf(out, ", %u failed", v->failed);
	for (int s = BOOT_OK + 1; s < BOOT_STATUS_MAX; s++) {
		if (s == BOOT_INTERRUPTED || !v->by_status[s])
			continue;
		fprintf(out, "%s%u %s", sep, v->by_status[s],
			boot_status__name((enum boot_status)s));
		sep = ", ";
	}
}

static void put_variant(const struct report_variant *v, FILE *out)
{
	const struct campaign_variant *cv = v->v;

	fprintf(out, "  %s%s: ", cv->name, cv->baseline ? " (baseline)" : "");
	if (*cv->release)
		fprintf(out, "%s, ", cv->release);
	if (*cv->cpu)
		fprintf(out, "cpu %s, ", cv->cpu);
	put_failures(v, out);
	fputc('\n', out);
	if (*cv->kernel_hash)
		fprintf(out, "      kernel %.16s, %s\n", cv->kernel_hash, cv->origin);
	if (*cv->cmdline)
		fprintf(out, "      command line: %s\n", cv->cmdline);
	for (size_t i = 0; i < v->n_evidence; i++)
		fprintf(out, "      %s: %s (%u of %u boots)\n", v->evidence[i].key,
			v->evidence[i].value, v->evidence[i].boots, v->ok);
}

static void put_header(const struct report *r, FILE *out)
{
	const struct campaign *c = r->campaign;

	fprintf(out, "Campaign %s (%.8s), ", c->name, c->uuid);
	put_date(c->created_ns, out);
	fprintf(out, ", %s\n", c->state);
	fprintf(out, "Target %s on %s\nkduel %s, boots interleaved from seed %llu\n\nVariants\n",
		c->target, c->host, c->version, (unsigned long long)c->seed);
	for (size_t i = 0; i < r->n_variants; i++)
		put_variant(&r->variants[i], out);
}

/* Decimals that leave five significant digits to a value of this size. */
static int decimals_for(double size)
{
	int d = size > 0 ? 4 - (int)floor(log10(size)) : 0;

	return d < 0 ? 0 : d > 9 ? 9 : d;
}

static bool is_whole(double v)
{
	return isnan(v) || (v == floor(v) && fabs(v) < 1e12);
}

static void put_value(struct grid *g, size_t row, size_t col, double v, int decimals, bool sign)
{
	if (isnan(v))
		grid__put(g, row, col, "-");
	else if (fabs(v) >= 1e12)
		grid__put(g, row, col, sign ? "%+.4e" : "%.4e", v);
	else
		grid__put(g, row, col, sign ? "%+.*f" : "%.*f", decimals, v);
}

static void put_values(struct grid *g, size_t row, const struct judgement *j)
{
	bool whole = is_whole(j->a) && is_whole(j->b) && is_whole(j->change);
	int d = whole ? 0 : decimals_for(fmax(fabs(j->a), fabs(j->b)));

	put_value(g, row, COL_A, j->a, d, false);
	put_value(g, row, COL_B, j->b, d, false);
	put_value(g, row, COL_CHANGE, j->change, d, true);
}

static void put_percent(struct grid *g, size_t row, const struct judgement *j)
{
	double size = fmax(fabs(j->pct), fmax(fabs(j->lo_pct), fabs(j->hi_pct)));
	int d = size < 1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0;

	put_value(g, row, COL_PCT, j->pct, d, true);
	if (isnan(j->lo_pct))
		grid__put(g, row, COL_CI, "-");
	else
		grid__put(g, row, COL_CI, "[%+.*f,%+.*f]", d, j->lo_pct, d, j->hi_pct);
}

static void put_row(struct grid *g, const struct report_row *r)
{
	size_t row = grid__row(g);
	const struct metric *m = r->metric;

	grid__put(g, row, COL_LABEL, "  %s%s %s %c", m->name, m->primary ? "" : "*", m->unit,
		  m->better == BETTER_HIGHER ? '+' : '-');
	put_values(g, row, &r->j);
	put_percent(g, row, &r->j);
	grid__put(g, row, COL_N, "%zu+%zu", r->n_a, r->n_b);
	grid__put(g, row, COL_BASIS, "%s", metric__basis_name(r->basis));
	grid__put(g, row, COL_VERDICT, "%s", words[r->j.verdict]);
}

static void put_headings(struct grid *g, const struct report *r, const struct report_block *b)
{
	size_t row = grid__row(g);

	grid__put(g, row, COL_LABEL, "metric");
	grid__put(g, row, COL_A, "%s", r->variants[b->baseline].v->name);
	grid__put(g, row, COL_B, "%s", r->variants[b->candidate].v->name);
	grid__put(g, row, COL_CHANGE, "change");
	grid__put(g, row, COL_PCT, "%%");
	grid__put(g, row, COL_CI, "95 %% CI");
	grid__put(g, row, COL_N, "n");
	grid__put(g, row, COL_BASIS, "basis");
	grid__put(g, row, COL_VERDICT, "verdict");
}

static void put_group(struct grid *g, const struct report_row *r)
{
	size_t row = grid__row(g);

	if (streq(r->workload, r->source))
		grid__put(g, row, COL_LABEL, "%s", r->workload);
	else
		grid__put(g, row, COL_LABEL, "%s (%s)", r->workload, r->source);
}

static void put_table(const struct report *r, const struct report_block *b, FILE *out)
{
	struct grid g = { .n_cols = COLS, .left = 1u << COL_LABEL | 1u << COL_BASIS |
						  1u << COL_VERDICT };
	const struct report_row *last = NULL;

	put_headings(&g, r, b);
	for (size_t i = 0; i < b->n_rows; i++) {
		const struct report_row *row = &b->rows[i];

		if (!last || !streq(last->workload, row->workload) ||
		    !streq(last->source, row->source))
			put_group(&g, row);
		put_row(&g, row);
		last = row;
	}
	if (grid__width(&g) > WIDTH_MAX)
		g.gap = 1;
	grid__print(&g, grid__width(&g) > WIDTH_MAX, out);
	grid__release(&g);
}

static void put_margin(const struct metric *m, FILE *out)
{
	if (m->margin_abs > 0)
		fprintf(out, "%.10g %s", m->margin_abs, m->unit);
	else
		fprintf(out, "%g %%", 100 * m->margin_rel);
}

/* What it would have taken to decide. */
static void put_undecided(const struct report_row *r, FILE *out)
{
	const struct judgement *j = &r->j;

	if (j->verdict != VERDICT_INCONCLUSIVE)
		return;
	fprintf(out, "  %s/%s: less than %.2g %% would go unseen; ", r->workload, r->metric->name,
		j->mde_pct);
	if (j->boots_needed)
		fprintf(out, "%u boots a side would show ", j->boots_needed);
	else
		fprintf(out, "more than %d boots a side would be needed to show ", STATS_MAX_BOOTS);
	put_margin(r->metric, out);
	fputc('\n', out);
}

static bool same_margin(const struct report_row *a, const struct report_row *b)
{
	const struct metric *x = a->metric, *y = b->metric;

	return x->margin_abs == y->margin_abs && x->margin_rel == y->margin_rel &&
	       (x->margin_abs == 0 || streq(x->unit, y->unit));
}

static bool same_note(const struct report_row *a, const struct report_row *b)
{
	return streq(a->note, b->note);
}

static void put_margin_of(const struct report_row *r, FILE *out)
{
	fprintf(out, "margin ");
	put_margin(r->metric, out);
}

static void put_note_of(const struct report_row *r, FILE *out)
{
	fputs(r->note, out);
}

/* The metrics of all rows from `first` on that share something with it. */
static void put_names(const struct report_block *b, size_t first, bool *said,
		      bool (*same)(const struct report_row *a, const struct report_row *b),
		      FILE *out)
{
	size_t col = INDENT;

	for (size_t k = first; k < b->n_rows; k++) {
		const struct report_row *r = &b->rows[k];
		size_t len = strlen(r->workload) + strlen(r->metric->name) + 3;

		if (said[k] || !same(&b->rows[first], r))
			continue;
		said[k] = true;
		if (col + len > WIDTH_AIM) {
			fputs("\n     ", out);
			col = INDENT;
		}
		fprintf(out, "%s%s/%s", col == INDENT ? "" : ", ", r->workload, r->metric->name);
		col += len;
	}
	fputc('\n', out);
}

/* Each thing that rows share once, with the rows that share it. */
static void put_shared(const struct report_block *b,
		       void (*head)(const struct report_row *r, FILE *out),
		       bool (*same)(const struct report_row *a, const struct report_row *b),
		       bool (*wanted)(const struct report_row *r), FILE *out)
{
	_free_ bool *said = xcalloc(b->n_rows + 1, sizeof(*said));

	for (size_t i = 0; i < b->n_rows; i++)
		said[i] = !wanted(&b->rows[i]);
	for (size_t i = 0; i < b->n_rows; i++) {
		if (said[i])
			continue;
		fputs("  ", out);
		head(&b->rows[i], out);
		fputs(":\n     ", out);
		put_names(b, i, said, same, out);
	}
}

static bool has_verdict(const struct report_row *r)
{
	return r->j.verdict != VERDICT_NONE;
}

static bool has_note(const struct report_row *r)
{
	return *r->note;
}

static void put_counts(const struct report_block *b, FILE *out)
{
	const unsigned int *n = b->count;

	fprintf(out, "%u better, %u worse, %u no change, %u inconclusive, %u insufficient, "
		"%u without a verdict\n", n[VERDICT_IMPROVEMENT], n[VERDICT_REGRESSION],
		n[VERDICT_NO_CHANGE], n[VERDICT_INCONCLUSIVE], n[VERDICT_INSUFFICIENT],
		n[VERDICT_NONE]);
}

static void put_block(const struct report *r, const struct report_block *b, FILE *out)
{
	_free_ char *names = xasprintf("%s against %s", r->variants[b->candidate].v->name,
				       r->variants[b->baseline].v->name);

	if (*b->title && !streq(b->title, names))
		fprintf(out, "\n== %s: %s ==\n\n", b->title, names);
	else
		fprintf(out, "\n== %s ==\n\n", names);
	if (!b->n_rows) {
		fprintf(out, "Neither side has a single sample.\n");
		return;
	}
	put_table(r, b, out);
	fputc('\n', out);
	put_counts(b, out);
	for (size_t i = 0; i < b->n_rows; i++)
		put_undecided(&b->rows[i], out);
	put_shared(b, put_note_of, same_note, has_note, out);
	put_shared(b, put_margin_of, same_margin, has_verdict, out);
}

static void put_legend(const struct report *r, FILE *out)
{
	bool emulated = false, secondary = false;

	for (size_t i = 0; i < r->n_blocks; i++) {
		for (size_t k = 0; k < r->blocks[i].n_rows; k++) {
			emulated |= r->blocks[i].rows[k].j.verdict == VERDICT_NONE;
			secondary |= !r->blocks[i].rows[k].metric->primary;
		}
	}
	fprintf(out, "\n+ higher is better, - lower is better; n: boots of each side, the unit of "
		     "the test.\nBetter or worse: Welch's t test on the logarithms of boot "
		     "medians, p <= 0.05 after\nBenjamini-Hochberg. No change: the difference is "
		     "shown to be below the margin.\n");
	if (secondary)
		fprintf(out, "*: secondary metric, adjusted in a family of its own.\n");
	if (emulated)
		fprintf(out, "emulated: time under emulation says that the workload ran, never a "
			     "verdict.\n");
}

void render__text(const struct report *r, FILE *out)
{
	put_header(r, out);
	for (size_t i = 0; i < r->n_blocks; i++)
		put_block(r, &r->blocks[i], out);
	put_legend(r, out);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * compare.c - judges samples from a CSV file like those of a campaign: medians of boots, test,
 * adjusted p.
 */
#include "reports/csv/compare.h"
#include "reports/csv/table.h"

#include <math.h>

/* The boots of one kernel for one metric. */
struct side {
	double *boots; /* one median per boot */
	uint32_t *blocks, *lines; /* per boot: its block, and its first line in the file */
	size_t n;
	bool nonpositive; /* a sample is <= 0 */
};

struct judge {
	const struct csv *csv;
	const struct csv_compare_opts *opts;
	const struct csv_samples *t;
	struct side side[2];
	double *scratch; /* room for all samples of a boot */
	struct err *err;
};

/* Report a sample that contradicts an earlier line. */
static int fail_at(const struct judge *jg, const struct csv_sample *s, const char *what,
		   uint32_t line)
{
	const struct csv_field at = { .line = s->line, .col = 1 };

	return csv__fail(jg->csv, &at, jg->err,
			 "metric '%.80s', kernel %c, boot %u, iter %u: %s %u",
			 jg->t->metrics[s->metric].name, s->b ? 'B' : 'A', s->boot, s->iter, what,
			 line);
}

/* Add one boot; its n samples are adjacent and sorted by iteration. */
static int add_boot(struct judge *jg, struct side *side, const struct csv_sample *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i && s[i].iter == s[i - 1].iter)
			return fail_at(jg, &s[i], "the same sample is in line", s[i - 1].line);
		if (s[i].slot != s[0].slot)
			return fail_at(jg, &s[i], "this boot has another slot in line", s[0].line);
		side->nonpositive = side->nonpositive || !(s[i].value > 0);
		jg->scratch[i] = s[i].value;
	}
	side->boots[side->n] = stats__median(jg->scratch, n);
	side->blocks[side->n] = s->slot / 2;
	side->lines[side->n++] = s->line;
	return 0;
}

static bool same_boot(const struct csv_sample *x, const struct csv_sample *y)
{
	return x->metric == y->metric && x->b == y->b && x->boot == y->boot;
}

/* Add the samples of one metric to both sides, boot by boot. */
static int add_boots(struct judge *jg, const struct csv_sample *s, size_t n)
{
	int ret = 0;

	jg->side[0].n = jg->side[1].n = 0;
	jg->side[0].nonpositive = jg->side[1].nonpositive = false;
	for (size_t i = 0, end; !ret && i < n; i = end) {
		for (end = i + 1; end < n && same_boot(&s[i], &s[end]);)
			end++;
		ret = add_boot(jg, &jg->side[s[i].b], &s[i], end - i);
	}
	return ret;
}

/* In a paired design, slots 2i and 2i + 1 hold one boot of each kernel. */
static int check_blocks(const struct judge *jg, const struct csv_sample *first,
			const struct side *side)
{
	for (size_t i = 1; i < side->n; i++) {
		for (size_t k = 0; k < i; k++) {
			struct csv_field at = { .line = side->lines[i], .col = 1 };

			if (side->blocks[i] != side->blocks[k])
				continue;
			return csv__fail(jg->csv, &at, jg->err,
					 "metric '%.80s': slots %u and %u "
					 "hold two boots of one kernel (the other is in line %u): "
					 "a paired design needs one of each; use --design unpaired",
					 jg->t->metrics[first->metric].name, 2 * side->blocks[i],
					 2 * side->blocks[i] + 1, side->lines[k]);
		}
	}
	return 0;
}

/* Test one metric, and note why there is no verdict. If its unit changes in the file, there is
 * nothing to compare, so the candidate counts as empty. */
static void judge_row(struct judge *jg, const struct csv_metric *m, struct csv_comparison_row *row)
{
	const struct side *a = &jg->side[0], *b = &jg->side[1];
	struct contrast c = {
		.metric = &row->metric,
		.basis = BASIS_MEASURED,
		.side = { { b->boots, b->blocks, m->unit_line ? 0 : b->n },
			  { a->boots, a->blocks, a->n } },
		.n_sides = 2,
		.paired = jg->opts->paired,
		.linear = a->nonpositive || b->nonpositive,
	};

	contrast__test(&c, &row->j);
	row->n_a = c.paired ? row->j.n_pairs : a->n;
	row->n_b = c.paired ? row->j.n_pairs : b->n;
	if (m->unit_line)
		row->note = xasprintf("the unit differs: '%.40s' in line %u, '%.40s' in line %u",
				      m->unit, m->line, m->other_unit, m->unit_line);
	else if (c.paired && (row->n_a < a->n || row->n_b < b->n))
		row->note = xasprintf("%zu boots of A and %zu of B are in %zu complete blocks; "
				      "the others do not count",
				      a->n, b->n, row->n_a);
	else if (row->j.verdict == VERDICT_INSUFFICIENT)
		row->note =
			row->n_a < STATS_MIN_BOOTS || row->n_b < STATS_MIN_BOOTS ?
				xasprintf("a verdict needs %d boots of each kernel, there are %zu and "
					  "%zu",
					  STATS_MIN_BOOTS, row->n_a, row->n_b) :
				xstrdup("the values are too large to compute with");
}

/* All metrics have the margin from the command line and no resolution, as a CSV file declares
 * neither. */
static int judge_metric(struct judge *jg, uint32_t metric, const struct csv_sample *s, size_t n,
			struct csv_comparison_row *row)
{
	const struct csv_metric *m = &jg->t->metrics[metric];
	int ret = add_boots(jg, s, n);

	if (!ret && jg->opts->paired)
		ret = check_blocks(jg, s, &jg->side[0]);
	if (!ret && jg->opts->paired)
		ret = check_blocks(jg, s, &jg->side[1]);
	if (ret)
		return ret;
	row->metric = (struct metric){
		.name = m->name,
		.unit = m->unit,
		.better = m->better,
		.primary = m->primary,
		.margin_rel = jg->opts->margin,
	};
	judge_row(jg, m, row);
	return 0;
}

/* Number of samples of the largest metric: an upper bound for the boots of a side and for the
 * samples of a boot. */
static size_t largest(const struct csv_samples *t)
{
	size_t most = 0;

	for (size_t i = 0, end; i < t->n_samples; i = end) {
		for (end = i; end < t->n_samples && t->samples[end].metric == t->samples[i].metric;)
			end++;
		most = end - i > most ? end - i : most;
	}
	return most;
}

/* Judge metric by metric, with buffers large enough for the largest. */
static int judge_all(struct judge *jg, struct csv_comparison *f)
{
	const struct csv_samples *t = jg->t;
	size_t room = largest(t), at = 0;
	int ret = 0;

	jg->scratch = xcalloc(room + 1, sizeof(*jg->scratch));
	for (int k = 0; k < 2; k++) {
		jg->side[k].boots = xcalloc(room + 1, sizeof(*jg->side[k].boots));
		jg->side[k].blocks = xcalloc(room + 1, sizeof(*jg->side[k].blocks));
		jg->side[k].lines = xcalloc(room + 1, sizeof(*jg->side[k].lines));
	}
	for (uint32_t m = 0; !ret && m < t->n_metrics; m++) {
		size_t end = at;

		while (end < t->n_samples && t->samples[end].metric == m)
			end++;
		ret = judge_metric(jg, m, &t->samples[at], end - at, &f->rows[f->n_rows]);
		f->n_rows += !ret;
		at = end;
	}
	for (int k = 0; k < 2; k++) {
		free(jg->side[k].boots);
		free(jg->side[k].blocks);
		free(jg->side[k].lines);
	}
	free(jg->scratch);
	return ret;
}

/* Primary metrics form one family, all others another, as in reports. Without `bh`, padj is p. */
static void adjust(struct csv_comparison *f, bool primary, bool bh)
{
	_free_ double *p = xcalloc(f->n_rows + 1, sizeof(*p));
	_free_ double *padj = xcalloc(f->n_rows + 1, sizeof(*padj));

	for (size_t i = 0; i < f->n_rows; i++) {
		const struct csv_comparison_row *r = &f->rows[i];

		p[i] = r->j.tested && r->metric.primary == primary ? r->j.p : NAN;
	}
	stats__bh(p, f->n_rows, padj);
	for (size_t i = 0; i < f->n_rows; i++)
		if (!isnan(p[i]))
			f->rows[i].j.padj = bh ? padj[i] : p[i];
}

/* The rows outlive the parsed table, so they take over its strings. */
static void keep_strings(struct csv_samples *t, struct csv_comparison *f)
{
	f->names = t->names;
	t->names = (struct names){ 0 };
	f->units = xcalloc(t->n_metrics + 1, sizeof(*f->units));
	for (size_t i = 0; i < t->n_metrics; i++) {
		f->units[i] = t->metrics[i].unit;
		t->metrics[i].unit = NULL;
	}
}

/* The first error ends the comparison: a file with an error gets no verdicts. */
int csv_comparison__make(struct csv *csv, const struct csv_compare_opts *opts,
			 struct csv_comparison **out, struct err *err)
{
	_cleanup_(csv_samples__release) struct csv_samples t = { 0 };
	struct judge jg = { .csv = csv, .opts = opts, .t = &t, .err = err };
	struct csv_comparison *f = xcalloc(1, sizeof(*f));
	int ret = csv_samples__read(csv, &t, err);

	*out = NULL;
	if (!ret && !t.n_samples)
		ret = csv__fail(csv, &(struct csv_field){ .line = 2, .col = 1 }, err,
				"not a single sample");
	if (!ret) {
		f->rows = xcalloc(t.n_metrics, sizeof(*f->rows));
		ret = judge_all(&jg, f);
	}
	if (!ret) {
		keep_strings(&t, f);
		adjust(f, true, opts->bh);
		adjust(f, false, opts->bh);
		for (size_t i = 0; i < f->n_rows; i++) {
			verdict__decide(&f->rows[i].metric, &f->rows[i].j);
			f->count[f->rows[i].j.verdict]++;
		}
		*out = f;
	} else {
		csv_comparison__free(f);
	}
	return ret;
}

void csv_comparison__free(struct csv_comparison *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n_rows; i++) {
		free(f->rows[i].note);
		if (f->units)
			free(f->units[i]);
	}
	names__release(&f->names);
	free(f->units);
	free(f->rows);
	free(f);
}

/* 17 digits, so that another program reads back the same doubles; docs/METHOD.md describes the
 * columns. */
int csv_comparison__print_csv(const struct csv_comparison *f, FILE *out, struct err *err)
{
	fputs("metric,verdict,p,padj,effect_pct,lo_pct,hi_pct,n_a,n_b,"
	      "change,change_lo,change_hi,change_unit\n",
	      out);
	for (size_t i = 0; i < f->n_rows; i++) {
		const struct csv_comparison_row *r = &f->rows[i];
		struct effect e = judgement__effect(&r->j);
		bool share = r->j.points > 0; /* then a change in per cent is meaningless */
		const double v[] = { r->j.p, r->j.padj, share ? NAN : r->j.pct,
				     share ? NAN : r->j.lo_pct, share ? NAN : r->j.hi_pct };
		const double change[] = { e.at, e.lo, e.hi };

		csv__put_text(r->metric.name, out);
		fprintf(out, ",%s", verdict__name(r->j.verdict));
		for (size_t k = 0; k < ARRAY_SIZE(v); k++) {
			putc(',', out);
			csv__put_number(v[k], out);
		}
		fprintf(out, ",%zu,%zu", r->n_a, r->n_b);
		for (size_t k = 0; k < ARRAY_SIZE(change); k++) {
			putc(',', out);
			csv__put_number(change[k], out);
		}
		fprintf(out, ",%s\n", e.unit);
	}
	if (fflush(out) || ferror(out))
		return err__set(err, errno ? -errno : -EIO, "cannot write the verdicts: %s",
				strerror(errno ? errno : EIO));
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* notes.c - the lines above and below a table, and the legend. */
#include "reports/render/notes.h"
#include "reports/render/conclusion.h"
#include "reports/render/table.h"
#include "reports/report/finding.h"

#include <math.h>

#define SYMBOLS 10 /* configuration symbols to name; JSON and the pages have all */
#define LEGEND_LINES 4
#define MARGIN_LINES 4
#define MARGIN_MORE "%s%zu more margin%s, which --format json has"
#define NAMES_MAX 90 /* bytes */
#define OTHERS 4 /* metrics that must share a margin for it to become that of "the others" */

void notes__line(FILE *out, size_t width, size_t indent, const char *fmt, ...)
{
	struct para p = { .out = out, .width = width, .first = indent, .indent = indent };
	va_list ap;

	va_start(ap, fmt);
	para__vadd(&p, fmt, ap);
	va_end(ap);
	para__end(&p);
}

void notes__boots(struct para *p, const char *before, const struct report *r,
		  const struct view_block *v)
{
	struct table_common c = table__common(v);

	if (c.n_a == c.n_b)
		para__add(p, "%s%zu boot%s a side", before, c.n_a, plural_s(c.n_a));
	else
		para__add(p, "%sboots: %s %zu, %s %zu", before, report_block__against(r, v->b),
			  c.n_a, r->variants[v->b->candidate].label, c.n_b);
}

/* Number of rows with any verdict, including "insufficient". */
static unsigned int judged(const unsigned int count[VERDICT_MAX])
{
	unsigned int n = 0;

	for (int v = VERDICT_NONE + 1; v < VERDICT_MAX; v++)
		n += count[v];
	return n;
}

/* One line of counts for a family of metrics; nothing if no row of it was judged. */
static void add_counts(struct para *p, const char *family, const unsigned int count[VERDICT_MAX])
{
	_free_ char *s = words__counts(count);

	if (!judged(count))
		return;
	para__add(p, "%s: %s.", family, s);
	para__end(p);
}

/* Failed boots appear in no row, so they come first. */
static void put_failures(const struct report *r, const struct report_block *b, size_t width,
			 FILE *out)
{
	const struct report_variant *cand = &r->variants[b->candidate];
	const struct report_variant *base = &r->variants[b->baseline];
	_free_ char *failed = failures__describe(cand->by_status);
	_free_ char *against = failures__describe(base->by_status);
	const char *word = b->failures.regression ? "WORSE (R): failed boots" : "Failed boots";

	if (b->failures.a || b->failures.b)
		notes__line(out, width, 0, "%s: %s %s, %s %s.", word, cand->label, failed,
			    base->label, against);
}

void notes__summary(const struct report *r, const struct report_block *b, size_t width, FILE *out)
{
	struct para p = { .out = out, .width = width };
	unsigned int secondary[VERDICT_MAX];
	_free_ char *within = words__round(b->within_pct);

	put_failures(r, b, width, out);
	for (int v = 0; v < VERDICT_MAX; v++)
		secondary[v] = b->count[v] - b->primary[v];
	if (!judged(b->count))
		para__add(&p, "No metric got a verdict.");
	else if (isnan(b->within_pct))
		add_counts(&p, "Primary", b->primary);
	else
		para__add(&p,
			  "Nothing changed beyond %s %%: all %u %smetrics are within their margins.",
			  within,
			  judged(b->primary) ? b->primary[VERDICT_NO_CHANGE] :
					       b->count[VERDICT_NO_CHANGE],
			  judged(b->primary) ? "primary " : "");
	para__end(&p);
	if (isnan(b->within_pct) || judged(b->primary))
		add_counts(&p, "Secondary", secondary);
}

/* For each inconclusive row: the changes it could have detected, and the boots that a verdict would
 * take. */
static void put_undecided(const struct view_block *v, size_t width, FILE *out)
{
	for (size_t i = 0; i < v->n_rows; i++) {
		const struct report_row *r = v->rows[i];
		_free_ char *name = NULL, *mde = NULL, *margin = NULL, *boots = NULL, *seen = NULL;

		if (!words__in_table(r) || r->j.verdict != VERDICT_INCONCLUSIVE)
			continue;
		name = words__row(v->b, r);
		mde = words__mde(&r->j);
		seen = words__boots_seen(&r->j);
		margin = words__margin_used(r);
		boots = r->j.boots_needed ? xasprintf("takes %u boots", r->j.boots_needed) :
					    xasprintf("takes more than %d boots", STATS_MAX_BOOTS);
		notes__line(out, width, 2, "%s: changes below %s go unseen; %s %s a side, %s", name,
			    mde, margin, boots, seen);
	}
}

/* Underpowered rows: too noisy to reliably find a change as large as the margin, so that changes
 * they do find tend to be overestimated (winner's curse). */
struct weak {
	size_t n, of; /* such rows, out of how many tested */
	double least, most; /* range of power: per cent of campaigns that would find the change */
	/* Range of the factor by which a change that is found is overestimated. */
	double looks_least, looks_most;
	char *found; /* owned: names of such rows that changed; NULL: none */
};

static void add_weak(const struct view_block *v, const struct report_row *r, struct weak *w)
{
	const struct judgement *j = &r->j;
	double power, looks;
	char *old = w->found;
	_free_ char *name = NULL;

	if (!words__in_table(r) || !j->tested || j->exact || !(j->se > 0) || !(j->margin > 0))
		return;
	w->of++;
	stats__found(j->margin, j->se, j->df, &power, &looks);
	if (!(power < STATS_POWER) || !isfinite(looks))
		return;
	w->least = w->n ? fmin(w->least, 100 * power) : 100 * power;
	w->most = w->n ? fmax(w->most, 100 * power) : 100 * power;
	w->looks_least = w->n ? fmin(w->looks_least, looks) : looks;
	w->looks_most = w->n ? fmax(w->looks_most, looks) : looks;
	w->n++;
	if (j->verdict != VERDICT_IMPROVEMENT && j->verdict != VERDICT_REGRESSION)
		return;
	name = words__row(v->b, r);
	w->found = xasprintf("%s%s%s", old ? old : "", old ? ", " : "", name);
	free(old);
}

#define MOST_LOOKS 10 /* above this, the factor only means that nothing can be found */

/* "2", "2 to 5". The caller frees. */
static char *range(double lo, double hi, int decimals)
{
	char a[32], b[32];

	snprintf(a, sizeof(a), "%.*f", decimals, lo);
	snprintf(b, sizeof(b), "%.*f", decimals, hi);
	return streq(a, b) ? xstrdup(a) : xasprintf("%s to %s", a, b);
}

static void put_weak(const struct view_block *v, size_t width, FILE *out)
{
	struct weak w = { 0 };
	_free_ char *power = NULL, *looks = NULL;

	for (size_t i = 0; i < v->n_rows; i++)
		add_weak(v, v->rows[i], &w);
	if (!w.n)
		return;
	power = range(w.least, w.most, 0);
	if (w.looks_least > MOST_LOOKS)
		looks = xasprintf("more than %d", MOST_LOOKS);
	else if (w.looks_most > MOST_LOOKS)
		looks = xasprintf("%.1f to more than %d", w.looks_least, MOST_LOOKS);
	else
		looks = range(w.looks_least, w.looks_most, 1);
	notes__line(out, width, 2,
		    "low power in %zu of %zu rows: only %s %% of such campaigns find a true change as "
		    "large as the margin, and then show it at %s times its size%s%s",
		    w.n, w.of, power, looks,
		    w.found ? "; what was found here may be overstated, too: " : "",
		    w.found ? w.found : "");
	free(w.found);
}

/* Absolute margins must also agree in unit; relative ones have none. */
static bool same_margin(const struct report_row *a, const struct report_row *b)
{
	const struct metric *x = a->metric, *y = b->metric;

	return x->margin_abs == y->margin_abs && x->margin_rel == y->margin_rel &&
	       (x->margin_abs == 0 || streq(x->unit, y->unit));
}

/* The same, for rows shown in the table. */
static bool same_shown(const struct report_row *a, const struct report_row *b)
{
	return words__in_table(a) && words__in_table(b) && same_margin(a, b);
}

static bool same_note(const struct report_row *a, const struct report_row *b)
{
	return streq(a->note, b->note);
}

typedef bool (*same_fn)(const struct report_row *a, const struct report_row *b);

/* Join the names of all rows from `first` on that same() considers equal to `first`, and mark them
 * in listed[] so that later lists skip them. The caller frees. */
static char *list_names(const struct view_block *v, size_t first, bool *listed, same_fn same)
{
	char *list = NULL;

	for (size_t k = first; k < v->n_rows; k++) {
		char *old = list;
		_free_ char *name = NULL;

		if (listed[k] || !same(v->rows[first], v->rows[k]))
			continue;
		listed[k] = true;
		name = words__row(v->b, v->rows[k]);
		list = xasprintf("%s%s%s", old ? old : "", old ? ", " : "", name);
		free(old);
	}
	return list;
}

/* Number of rows that same() considers equal to row `first`. */
static size_t count_same(const struct view_block *v, size_t first, same_fn same)
{
	size_t n = 0;

	for (size_t i = 0; i < v->n_rows; i++)
		n += same(v->rows[first], v->rows[i]);
	return n;
}

/* Print each note once, with the names of all rows that have it. A list longer than three lines is
 * cut to its first name and a count. */
static void put_shared(const struct view_block *v, size_t width, FILE *out)
{
	_free_ bool *listed = xcalloc(v->n_rows + 1, sizeof(*listed));

	for (size_t i = 0; i < v->n_rows; i++)
		listed[i] = !*v->rows[i]->note;
	for (size_t i = 0; i < v->n_rows; i++) {
		struct para p = { .out = out, .width = width, .first = 2, .indent = 4 };
		_free_ char *names = NULL;

		if (listed[i])
			continue;
		names = list_names(v, i, listed, same_note);
		if (strlen(names) > 3 * width) {
			_free_ char *first = words__row(v->b, v->rows[i]);

			free(names);
			names = xasprintf("%s and %zu more", first,
					  count_same(v, i, same_note) - 1);
		}
		para__add(&p, "%s: %s", names, v->rows[i]->note);
		para__end(&p);
	}
}

/* A row with the most common margin; n_rows if no margin is common enough. */
static size_t most_common(const struct view_block *v)
{
	size_t best = v->n_rows, most = OTHERS - 1;

	for (size_t i = 0; i < v->n_rows; i++) {
		size_t n = words__in_table(v->rows[i]) ? count_same(v, i, same_shown) : 0;

		if (n > most) {
			most = n;
			best = i;
		}
	}
	return best;
}

/* "4 % for p99, p999", or "4 % for 7 rows" if that would be long; marks the rows in listed[]. The
 * caller frees. */
static char *one_margin(const struct view_block *v, size_t first, bool *listed)
{
	size_t n = count_same(v, first, same_shown);
	_free_ char *margin = words__margin(v->rows[first]->metric);
	_free_ char *names = list_names(v, first, listed, same_margin);

	if (n > OTHERS || strlen(names) > NAMES_MAX)
		return xasprintf("%s for %zu row%s", margin, n, plural_s(n));
	return xasprintf("%s for %s", margin, names);
}

/* Print the margins of all rows. The most common one comes last, as the margin of "the others".
 * Margins that do not fit into four lines are only counted; "no change" verdicts show theirs
 * anyway. */
static void put_margins(const struct view_block *v, size_t width, FILE *out)
{
	struct para p = { .out = out, .width = width, .first = 2, .indent = 4 };
	_free_ bool *listed = xcalloc(v->n_rows + 1, sizeof(*listed));
	size_t others = most_common(v), room = MARGIN_LINES * (width - 12), more = 0;

	for (size_t i = 0; i < v->n_rows; i++)
		listed[i] = !words__in_table(v->rows[i]) ||
			    (others < v->n_rows && same_margin(v->rows[others], v->rows[i]));
	/* Room for "| 2 %, at least 0.01 /1000 insns for the others". */
	room -= strlen(MARGIN_MORE) + 40;
	for (size_t i = 0; i < v->n_rows; i++) {
		_free_ char *text = listed[i] ? NULL : one_margin(v, i, listed);
		size_t len = text ? strlen(text) + 3 : 0;

		if (len > room)
			more++;
		else if (text)
			para__add(&p, "%s %s", p.begun ? "|" : "margin", text);
		room -= len > room ? 0 : len;
	}
	if (more)
		para__add(&p, MARGIN_MORE, p.begun ? "| " : "", more, plural_s(more));
	if (others < v->n_rows) {
		_free_ char *margin = words__margin(v->rows[others]->metric);

		para__add(&p, p.begun ? "| %s for the others" : "margin %s for all", margin);
	}
	para__end(&p);
}

/* The geometric means as one paragraph. */
static void put_means(const struct view_block *v, size_t width, FILE *out)
{
	struct para p = { .out = out, .width = width, .first = 2, .indent = 4 };

	for (size_t i = 0; i < v->n_means; i++) {
		const struct report_mean *m = v->means[i];

		if (!p.begun)
			para__add(&p, "geometric means, description only:");
		para__item(&p, "%s %+.2f %% (%zu metrics, %s is better)", m->workload, m->pct, m->n,
			   metric__better_name(m->better));
	}
	para__end(&p);
}

/* In a 2x2: the effect of each factor by itself. */
static void put_simple(const struct view_block *v, size_t width, FILE *out)
{
	for (size_t i = 0; i < v->n_rows; i++) {
		const struct report_row *r = v->rows[i];
		struct para p = { .out = out, .width = width, .first = 2, .indent = 4 };
		_free_ char *name = NULL;

		if (!r->simple || !r->metric->primary || !words__in_table(r))
			continue;
		name = words__row(v->b, r);
		for (int e = 0; e < FACTORIAL_EFFECTS; e++) {
			const struct judgement *j = &r->simple[e];
			struct effect f = judgement__effect(j);

			/* No interval with too few boots, no percentage of zero. */
			if (!isfinite(f.at) || !isfinite(f.lo))
				continue;
			if (!p.begun)
				para__add(&p, "%s, simple effects:", name);
			para__item(&p, "%s %+.3g %s [%+.3g, %+.3g]", v->b->effects[e], f.at, f.unit,
				   f.lo, f.hi);
		}
		para__end(&p);
	}
}

/* Only times under emulation get no verdict. */
static bool is_emulated(const struct report_row *r)
{
	return r->j.verdict == VERDICT_NONE;
}

/* Was the row already listed along with an earlier one of its workload? */
static bool is_listed(const struct view_block *v, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (is_emulated(v->rows[i]) && streq(v->rows[i]->workload, v->rows[row]->workload))
			return true;
	return false;
}

/* The values of a workload under emulation, as one paragraph. */
static void put_emulated(const struct view_block *v, size_t first, size_t width, FILE *out)
{
	struct para p = { .out = out, .width = width, .first = 4, .indent = 6 };

	para__add(&p, "%s:", v->rows[first]->workload);
	for (size_t i = first; i < v->n_rows; i++) {
		const struct report_row *r = v->rows[i];
		_free_ char *base = words__rough(r->j.a), *cand = words__rough(r->j.b);

		if (is_emulated(r) && streq(r->workload, v->rows[first]->workload))
			para__item(&p, "%s %s/%s %s", r->metric->name, base, cand, r->metric->unit);
	}
	para__end(&p);
}

void notes__emulated(const struct view_block *v, size_t width, FILE *out)
{
	bool begun = false;

	for (size_t i = 0; i < v->n_rows; i++) {
		if (!is_emulated(v->rows[i]) || is_listed(v, i))
			continue;
		if (!begun)
			fprintf(out, "  emulated, never a verdict (baseline/candidate):\n");
		begun = true;
		put_emulated(v, i, width, out);
	}
}

void notes__below(const struct view_block *v, size_t width, FILE *out)
{
	put_simple(v, width, out);
	put_undecided(v, width, out);
	put_weak(v, width, out);
	put_shared(v, width, out);
	put_margins(v, width, out);
	put_means(v, width, out);
}

void notes__hidden(const struct view_block *v, size_t width, const char *how, FILE *out)
{
	unsigned int same = v->folded - v->folded_better;

	if (v->folded_better)
		notes__line(out, width, 2,
			    "%u secondary metrics got better and %u %s neither better nor "
			    "worse, not shown; %s",
			    v->folded_better, same, same == 1 ? "is" : "are", how);
	else if (v->folded)
		notes__line(out, width, 2,
			    "%u secondary metric%s neither better nor worse, not shown; "
			    "%s",
			    v->folded, v->folded == 1 ? " is" : "s are", how);
	if (v->filtered == v->b->n_rows)
		notes__line(out, width, 2, "no row matches the filter");
	else if (v->filtered)
		notes__line(out, width, 2, "%u row%s not match the filter", v->filtered,
			    v->filtered == 1 ? " does" : "s do");
}

void notes__more(const struct report_view *v, size_t width, FILE *out)
{
	const struct report *r = v->r;
	size_t shown = 0, all = 0;
	_free_ char *command = NULL;

	for (size_t i = 0; i < r->n_blocks; i++) {
		shown += v->blocks[i].n_rows;
		all += r->blocks[i].n_rows;
	}
	if (shown == all)
		return;
	/* Two sides are too long to repeat. */
	command = r->data && !r->data->side[0].n ?
			  xasprintf("`kduel compare %.8s --block N`", r->campaign->uuid) :
			  xstrdup("--block 1");
	notes__line(out, width, 0, "%zu of %zu metrics %s shown; more: %s or --all.", shown, all,
		    shown == 1 ? "is" : "are", command);
}

char *notes__config(const struct report_block *b)
{
	struct strvec items = { 0 };
	_free_ char *list = NULL;
	char *text;

	if (b->config_unstored)
		return xstrdup("the kernels' configurations differ; their texts were not stored");
	if (!b->n_config)
		return NULL;
	for (size_t i = 0; i < b->n_config && i < SYMBOLS; i++)
		strvec__pushf(&items, "%s %s/%s", b->config[i].symbol + strlen("CONFIG_"),
			      b->config[i].candidate, b->config[i].baseline);
	if (b->n_config > SYMBOLS)
		strvec__pushf(&items, "and %zu more (--format json has all)",
			      b->n_config - SYMBOLS);
	list = strvec__join(&items, ", ");
	text = xasprintf("%zu symbol%s of the kernels' configurations differ%s (candidate/baseline): %s",
			 b->n_config, plural_s(b->n_config), b->n_config == 1 ? "s" : "", list);
	strvec__release(&items);
	return text;
}

void notes__put_config(const struct report_block *b, size_t width, FILE *out)
{
	_free_ char *text = notes__config(b);

	if (text)
		notes__line(out, width, 2, "%s", text);
}

void notes__finding(const struct report *r, size_t width, FILE *out)
{
	_cleanup_(finding__release) struct finding f;

	finding__make(r, &f);
	for (size_t i = 0; i < f.n; i++) {
		struct para p = { .out = out, .width = width, .indent = 2 };

		para__add(&p, "%s", f.line[i].text);
		para__end(&p);
	}
}

void notes__conclusion(const struct report *r, size_t width, FILE *out)
{
	_free_ char *text = conclusion__text(r, false);

	notes__line(out, width, 0, "%s", text);
}

/* What occurs in the rows shown and therefore needs a legend. */
struct seen {
	bool verdict[VERDICT_MAX], basis[BASIS_MAX];
	bool judged, secondary, multiplexed, exact, noise, paired, boots_differ;
};

/* Collect what a row needs explained. */
static void note_seen(const struct report_row *r, struct seen *s)
{
	s->verdict[r->j.verdict] = true;
	if (!words__in_table(r))
		return;
	s->judged = true;
	s->basis[r->basis] = true;
	s->secondary |= !r->metric->primary;
	s->multiplexed |= r->muxed_a || r->muxed_b;
	s->exact |= r->j.deterministic && !isnan(r->j.lo_pct);
	s->noise |= isfinite(r->noise);
}

static void explain_signs(const struct seen *s, struct strvec *out)
{
	if (s->judged)
		strvec__push(out, "+ more is better, - less is better.");
	if (s->secondary)
		strvec__push(out, "* secondary metric.");
	if (s->multiplexed)
		strvec__push(out, "~ scaled up: its counter ran part of the time.");
}

static void explain_verdicts(const struct seen *s, struct strvec *out)
{
	const bool *v = s->verdict;

	if (v[VERDICT_IMPROVEMENT] || v[VERDICT_REGRESSION])
		strvec__pushf(out,
			      "better (I), worse (R): p adj <= 0.05 (%s t test, "
			      "Benjamini-Hochberg), not within the margin.",
			      s->paired ? "paired" : "Welch's");
	if (v[VERDICT_NO_CHANGE])
		strvec__push(out, "no change: within the margin.");
	if (v[VERDICT_SMALL])
		strvec__push(out, "small: significant, but within the margin.");
	if (v[VERDICT_INCONCLUSIVE])
		strvec__push(out, "inconclusive: neither is shown.");
	if (v[VERDICT_INSUFFICIENT])
		strvec__push(out, "insufficient: too few boots, or sides that cannot be compared.");
	if (v[VERDICT_DIFFERS])
		strvec__push(out, "differs: changed, but neither way is better.");
	if (v[VERDICT_TOO_FEW])
		strvec__push(out, "too few events: neither side counted enough for a rate.");
}

static void explain_figures(const struct seen *s, struct strvec *out)
{
	if (s->exact)
		strvec__push(out, "deterministic: the same in every boot, by construction.");
	if (s->basis[BASIS_EXACT])
		strvec__push(out, "exact: counted or read, not timed.");
	if (s->basis[BASIS_MODELLED])
		strvec__push(out, "modelled: by a simulated TLB.");
	if (s->boots_differ)
		strvec__push(out, "n: boots of baseline + candidate that measured it.");
	if (s->noise)
		strvec__push(out, "noise: spread between boots of equal kernels (kduel aa).");
	if (s->verdict[VERDICT_NONE])
		strvec__push(out, "emulated: says that the workload ran, never how fast.");
}

void notes__words(const struct report_view *v, bool noise, struct strvec *out)
{
	struct seen s = { 0 };

	for (size_t i = 0; i < v->r->n_blocks; i++) {
		const struct view_block *b = &v->blocks[i];

		s.paired |= b->b->paired && !b->hidden;
		s.boots_differ |= !b->hidden && !table__common(b).same_n;
		for (size_t k = 0; k < b->n_rows && !b->hidden; k++)
			note_seen(b->rows[k], &s);
	}
	s.noise &= noise;
	explain_signs(&s, out);
	explain_verdicts(&s, out);
	explain_figures(&s, out);
}

/* Number of lines that a text takes at this width. */
static size_t lines_of(const char *text, size_t width)
{
	_free_ char *printed = NULL;
	FILE *f = xmemstream(&printed, &(size_t){ 0 });
	size_t lines = 0;

	notes__line(f, width, 0, "%s", text);
	fclose(f);
	for (const char *c = printed; *c; c++)
		lines += *c == '\n';
	return lines;
}

/* Entries that do not fit are left out; docs/REPORTS.md explains them all. */
void notes__legend(const struct report_view *v, size_t width, bool noise, FILE *out)
{
	struct strvec words = { 0 };
	_free_ char *text = xstrdup("");

	notes__words(v, noise, &words);
	for (size_t i = 0; i < words.n; i++) {
		_free_ char *before = text;
		char *more = xasprintf("%s%s%s", text, i ? " " : "", words.v[i]);

		if (lines_of(more, width) > LEGEND_LINES) {
			free(more);
			more = xstrdup(before);
		}
		text = more;
	}
	strvec__release(&words);
	if (*text)
		notes__line(out, width, 0, "%s", text);
}

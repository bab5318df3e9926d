// SPDX-License-Identifier: GPL-2.0-only
/* finding.c - from the rows of a report to a few lines that a reader can act on. */
#include "reports/report/finding.h"
#include "reports/report/echo.h"
#include "reports/report/outcome.h"
#include "reports/report/words.h"

#include <ctype.h>
#include <limits.h>
#include <math.h>

#define NAMED_MAX 3 /* most rows that a line names */
#define FUNCTION_MAX 60 /* bytes of a function's name; Rust's have hundreds */
#define ROOM ((FINDING_MAX - 1) * 80) /* length to aim for, in columns */

/* State while a finding is written. */
struct draft {
	const struct report *r;
	size_t named; /* most rows that a line names */
	bool interval_named; /* "95 % CI" was written; it goes before the first interval only */
	size_t block; /* the comparison that lines are about, counted from 1; 0: all */
	bool family_named; /* "primary metrics" was written; only the first comparison says it */
	bool functions_named; /* those of a row were; one row of a report is enough */
	struct finding *f;
};

static void add_line(struct draft *d, enum finding_kind kind, char *text)
{
	struct finding_line *line = &d->f->line[d->f->n++];

	line->kind = kind;
	line->block = d->block;
	line->text = text;
}

static unsigned int judged(const unsigned int count[VERDICT_MAX])
{
	unsigned int n = 0;

	for (int v = VERDICT_NONE + 1; v < VERDICT_MAX; v++)
		n += count[v];
	return n;
}

/* The rows that decide a block: the primary ones, or all if no primary row got a verdict. */
struct family {
	const struct report_block *b;
	bool primary;
	const unsigned int *count; /* by verdict */
	unsigned int n; /* rows with a verdict */
	unsigned int open; /* inconclusive or insufficient: a change may have gone unseen */
};

static struct family family_of(const struct report_block *b)
{
	bool primary = judged(b->primary);
	const unsigned int *count = primary ? b->primary : b->count;

	return (struct family){ b, primary, count, judged(count),
				count[VERDICT_INCONCLUSIVE] + count[VERDICT_INSUFFICIENT] };
}

static const char *noun(const struct family *f, unsigned int n)
{
	if (f->primary || judged(f->b->primary))
		return n == 1 ? "primary metric" : "primary metrics";
	return n == 1 ? "secondary metric" : "secondary metrics";
}

static double size_of(const struct report_row *row)
{
	double at = judgement__effect(&row->j).at;

	return isnan(at) ? INFINITY : fabs(at); /* change from zero: larger than any percentage */
}

static bool has_row(const struct report_row *const *rows, size_t n, const struct report_row *row)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i] == row)
			return true;
	return false;
}

/* Pick up to `max` rows with verdict `v`: the largest change first, but metrics already picked for
 * another workload last. A row that the table folds into a plainer one (echo.h) is named by the
 * plainer row. Returns the number of rows picked. */
static size_t pick(const struct report_block *b, bool primary, enum verdict v,
		   const struct report_row **out, size_t max)
{
	size_t n = 0;

	for (; n < max; n++) {
		const struct report_row *best = NULL, *plain = NULL;
		bool best_new = false;

		for (size_t i = 0; i < b->n_rows; i++) {
			const struct report_row *row = &b->rows[i], *echoed;
			bool new = true;

			if (row->j.verdict != v || row->metric->primary != primary ||
			    has_row(out, n, row))
				continue;
			for (size_t k = 0; k < n; k++)
				new &= !streq(out[k]->metric->name, row->metric->name);
			if ((best && best_new > new) ||
			    (best && best_new == new &&size_of(best) >= size_of(row)))
				continue;
			echoed = report_row__echoes(b, row);
			if (echoed && has_row(out, n, echoed))
				continue;
			best = row;
			best_new = new;
			plain = echoed && echoed->metric->primary == primary ? echoed : row;
		}
		if (!best)
			break;
		out[n] = plain;
	}
	return n;
}

/* "memcached/ops -12.35 % [-13.35,-11.35]". The caller frees. */
static char *row_text(struct draft *d, const struct report_row *row)
{
	const struct judgement *j = &row->j;
	_free_ char *change = words__change(j), *ci = words__ci(j), *a = NULL, *b = NULL;
	bool first = !d->interval_named && *ci == '[';

	if (isnan(judgement__effect(j).at)) {
		a = words__value(j, j->a, false);
		b = words__value(j, j->b, false);
		return xasprintf("%s/%s from %s to %s %s", row->workload, row->metric->name, a, b,
				 row->metric->unit);
	}
	if (*ci != '[') /* no variation, hence no interval */
		return xasprintf("%s/%s %s", row->workload, row->metric->name, change);
	d->interval_named = true;
	return xasprintf("%s/%s %s [%s%s", row->workload, row->metric->name, change,
			 first ? "95 % CI " : "", ci + 1);
}

/* The `n` rows with verdict `v` as text: the first few by name, then "and N more". The caller
 * frees. */
static char *rows_text(struct draft *d, const struct report_block *b, bool primary, enum verdict v,
		       unsigned int n)
{
	const struct report_row *rows[NAMED_MAX];
	struct strvec list = { 0 };
	size_t named = pick(b, primary, v, rows, d->named);
	_free_ char *joined = NULL;

	for (size_t i = 0; i < named; i++) {
		_free_ char *text = row_text(d, rows[i]);

		strvec__push(&list, text);
	}
	joined = strvec__join(&list, ", ");
	strvec__release(&list);
	return n > named ? xasprintf("%s and %zu more", joined, n - named) : xstrdup(joined);
}

/* A function's name in a sentence: not too long, and without the quotes of a command, which a profile
 * from elsewhere may have. The caller frees. */
static char *function_text(const char *label)
{
	size_t len = strlen(label);
	char *text;

	if (len <= FUNCTION_MAX) {
		text = xstrdup(label);
	} else {
		len = FUNCTION_MAX - strlen("...");
		while (len && ((unsigned char)label[len] & 0xc0) == 0x80)
			len--;
		text = xasprintf("%.*s...", (int)len, label);
	}
	for (char *s = text; *s; s++)
		if (*s == '`')
			*s = '?';
	return text;
}

/* The functions of the row with verdict `v` that changed most, of those that have any: "; of memcached's
 * +380 insns/op, net_rx_action has +220, tcp_ack +46.2". "" if there is none. The caller frees. */
static char *functions_text(struct draft *d, const struct report_block *b, bool primary,
			    enum verdict v)
{
	const struct report_row *row = NULL;
	const struct report_functions *f;
	_free_ char *all = NULL, *list = NULL;
	struct strvec words = { 0 };

	for (size_t i = 0; i < b->n_rows; i++)
		if (b->rows[i].functions && b->rows[i].j.verdict == v &&
		    b->rows[i].metric->primary == primary &&
		    (!row || size_of(&b->rows[i]) > size_of(row)))
			row = &b->rows[i];
	if (!row || d->functions_named)
		return xstrdup("");
	d->functions_named = true;
	f = row->functions;
	all = words__rough(fabs(f->all));
	for (size_t i = 0; i < f->n; i++) {
		_free_ char *diff = words__rough(fabs(f->v[i].diff));
		_free_ char *name = function_text(f->v[i].label);

		strvec__pushf(&words, "%s %s%c%s", name, i ? "" : "has ",
			      f->v[i].diff < 0 ? '-' : '+', diff);
	}
	list = strvec__join(&words, ", ");
	strvec__release(&words);
	return xasprintf("; of %s's %c%s %s, %s", row->workload, f->all < 0 ? '-' : '+', all,
			 row->metric->unit, list);
}

/* --- what was compared --- */

static void add_difference(struct strvec *parts, const char *what, const char *a, const char *b)
{
	if (!streq(a, b))
		strvec__pushf(parts, "%s%s against %s", what, *b ? b : "none", *a ? a : "none");
}

/* How the two sides of a block differ: "one kernel, 6.18.15, cpu ampereone against max". "" if
 * nothing is known. The caller frees. */
static char *sides_text(const struct report *r, const struct report_block *b)
{
	const struct campaign_variant *x = r->variants[b->baseline].v;
	const struct campaign_variant *y = r->variants[b->candidate].v;
	struct strvec parts = { 0 };
	bool same = streq(x->kernel_hash, y->kernel_hash);
	char *text;

	if (b->factorial)
		strvec__push(&parts, "what both factors do beyond what each does alone");
	else if (!same && streq(x->release, y->release))
		strvec__pushf(&parts, "two builds of %s", x->release);
	else if (!same)
		add_difference(&parts, "", x->release, y->release);
	else if (*x->release)
		strvec__pushf(&parts, "one kernel, %s", x->release);
	if (!b->factorial) {
		add_difference(&parts, "cpu ", x->cpu, y->cpu);
		add_difference(&parts, "command line ", x->cmdline, y->cmdline);
	}
	if (same && streq(x->cpu, y->cpu) && streq(x->cmdline, y->cmdline) && *x->kernel_hash)
		strvec__push(&parts, "nothing differs: what is found is noise");
	text = strvec__join(&parts, ", ");
	strvec__release(&parts);
	return text;
}

/* How the figures were obtained, one phrase for each basis among the rows. The caller frees. */
static char *bases_text(const struct report *r)
{
	static const char *const words[BASIS_MAX] = {
		[BASIS_MEASURED] = "measured",
		[BASIS_MEASURED_GUEST] = "measured in a virtual machine",
		[BASIS_EXACT] = "counts and sizes are exact",
		[BASIS_MODELLED] = "TLB walks come from a model",
		[BASIS_EMULATED] = "times under emulation are not judged",
		[BASIS_SIMULATED] = "made-up numbers",
	};
	bool seen[BASIS_MAX] = { false };
	struct strvec list = { 0 };
	char *text;

	for (size_t i = 0; i < r->n_blocks; i++)
		for (size_t k = 0; k < r->blocks[i].n_rows; k++)
			seen[r->blocks[i].rows[k].basis] = true;
	for (int b = 0; b < BASIS_MAX; b++)
		if (seen[b])
			strvec__push(&list, words[b]);
	text = strvec__join(&list, ", ");
	strvec__release(&list);
	return text;
}

/* Boots behind the rows with a verdict: "5 boots a side", "4 against 5 boots", "3 to 6 boots a
 * side, depending on the metric". The caller frees. */
static char *boots_text(const struct report *r)
{
	const struct report_row *first = NULL;
	size_t lo = SIZE_MAX, hi = 0;
	bool alike = true, alike_inside = true;

	for (size_t i = 0; i < r->n_blocks; i++) {
		const struct report_block *b = &r->blocks[i];
		const struct report_row *own = NULL;

		for (size_t k = 0; k < b->n_rows; k++) {
			const struct report_row *row = &b->rows[k];

			if (row->j.verdict == VERDICT_NONE)
				continue;
			first = first ? first : row;
			own = own ? own : row;
			alike &= row->n_a == first->n_a && row->n_b == first->n_b;
			alike_inside &= row->n_a == own->n_a && row->n_b == own->n_b;
			lo = row->n_a < lo ? row->n_a : lo;
			lo = row->n_b < lo ? row->n_b : lo;
			hi = row->n_a > hi ? row->n_a : hi;
			hi = row->n_b > hi ? row->n_b : hi;
		}
	}
	if (!first)
		return xstrdup("no boot with data");
	if (alike && first->n_a != first->n_b)
		return xasprintf("%zu against %zu boots", first->n_b, first->n_a);
	if (alike)
		return xasprintf("%zu boot%s a side", lo, plural_s(lo));
	return xasprintf("%zu to %zu boots a side, depending on the %s", lo, hi,
			 alike_inside ? "comparison" : "metric");
}

/* campaign.host is "NAME: HARDWARE"; the length of NAME. */
static int host_length(const char *host)
{
	return (int)strcspn(host, ":");
}

static void add_scope(struct draft *d)
{
	const struct report *r = d->r;
	_free_ char *boots = boots_text(r), *bases = bases_text(r), *sides = NULL, *where = NULL;
	const struct campaign *c = r->campaign, *other = r->other;
	const char *begin = report__is_provisional(r) ? "Provisional: " : "";

	where = xasprintf("%.*s", host_length(c->host), c->host);
	if (other && !streq(other->host, c->host)) {
		_free_ char *old = where;

		where = xasprintf("%s and %.*s", old, host_length(other->host), other->host);
	}
	if (r->n_blocks == 1) {
		const struct report_block *b = &r->blocks[0];

		sides = sides_text(r, b);
		add_line(d, FINDING_SCOPE,
			 xasprintf("%s%s against %s%s%s%s, on %s (%s), %s%s%s.", begin,
				   r->variants[b->candidate].label, report_block__against(r, b),
				   *sides ? " (" : "", sides, *sides ? ")" : "", where, c->target,
				   boots, *bases ? "; " : "", bases));
		return;
	}
	add_line(d, FINDING_SCOPE,
		 xasprintf("%s%s: %zu comparisons of %zu variants, on %s (%s), %s%s%s.", begin,
			   c->name, r->n_blocks, r->n_variants, where, c->target, boots,
			   *bases ? "; " : "", bases));
}

/* --- boots that failed --- */

/* List the boots that failed: of both sides of a pair, otherwise of the variants that have
 * failures. True if the line names the console to look at. */
static bool add_failures(struct draft *d)
{
	const struct report *r = d->r;
	struct strvec list = { 0 };
	bool worse = false, pair = r->n_variants == 2;
	const struct campaign_boot *first = report__first_failed(r);
	_free_ char *joined = NULL, *where = NULL;

	for (size_t i = 0; i < r->n_blocks; i++)
		worse |= r->blocks[i].failures.regression;
	for (size_t i = 0; i < r->n_variants; i++) {
		const struct report_variant *v = &r->variants[i];
		_free_ char *text = failures__describe(v->by_status);

		if ((worse && pair) || !str_starts(text, "none"))
			strvec__pushf(&list, "%s %s", v->label, text);
	}
	if (list.n && !pair && list.n < r->n_variants)
		strvec__push(&list, "none of the others");
	joined = strvec__join(&list, ", ");
	where = first ? xasprintf("; `kduel show %.8s %u --console` has the first",
				  r->campaign->uuid, first->slot + 1) :
			xstrdup("");
	if (list.n && worse)
		add_line(d, FINDING_WORSE, xasprintf("Worse: boots fail, %s%s.", joined, where));
	else if (list.n)
		add_line(d, FINDING_OPEN,
			 xasprintf("Boots failed: %s; that may be chance.", joined));
	strvec__release(&list);
	return worse && first;
}

/* --- what the rows say --- */

/* The bound below which all "no change" rows stay, in per cent. NAN if there are none, or if some
 * are shares, which change by points. */
static double bound_of(const struct family *f)
{
	double most = NAN;

	for (size_t i = 0; i < f->b->n_rows; i++) {
		const struct report_row *row = &f->b->rows[i];
		struct effect e = judgement__effect(&row->j);

		if (row->metric->primary != f->primary || row->j.verdict != VERDICT_NO_CHANGE)
			continue;
		if (row->j.points > 0 || isnan(e.lo))
			return NAN;
		most = fmax(most, fmax(fabs(e.lo), fabs(e.hi)));
	}
	return most;
}

/* "4 of 5 primary metrics did not change by more than 1.5 %", "1 changed by less than its margin". */
static void add_ruled_out(const struct family *f, struct strvec *clauses)
{
	unsigned int n = f->count[VERDICT_NO_CHANGE], small = f->count[VERDICT_SMALL];
	double bound = bound_of(f);
	_free_ char *most = words__round(bound), *within = NULL;

	within = !isnan(bound)	   ? xasprintf("%s %%", most) :
		 n > 1 && n < f->n ? xstrdup("their margins") :
				     xstrdup("its margin");
	if (n && n == f->n)
		strvec__pushf(clauses, "no %s changed by more than %s", noun(f, 1), within);
	else if (n)
		strvec__pushf(clauses, "%u of %u %s did not change by more than %s", n, f->n,
			      noun(f, f->n), within);
	if (small)
		strvec__pushf(clauses, "%u changed by less than %s", small,
			      small == 1 ? "its margin" : "their margins");
}

/* Secondary metrics that changed; NULL: none. The caller frees. */
static char *secondary_text(struct draft *d, const struct family *f)
{
	const struct report_block *b = f->b;
	unsigned int worse = b->count[VERDICT_REGRESSION] - b->primary[VERDICT_REGRESSION];
	unsigned int better = b->count[VERDICT_IMPROVEMENT] - b->primary[VERDICT_IMPROVEMENT];
	_free_ char *list = NULL;

	if (!f->primary || (!worse && !better))
		return NULL;
	if (worse)
		list = rows_text(d, b, false, VERDICT_REGRESSION, worse);
	return xasprintf("secondary metrics: %u better, %u worse%s%s", better, worse,
			 worse ? ", " : "", worse ? list : "");
}

/* The clause that says nothing changed (or, if `better`, nothing got worse). Careful not to claim
 * too much: open rows may hide a change, and if a secondary metric changed it speaks of the primary
 * ones only. NULL if the clause on what was ruled out says as much. The caller frees. */
static char *unmoved_text(const struct family *f, bool better)
{
	const struct report_block *b = f->b;
	const char *way = better ? "worse" : "better or worse";
	bool secondary = f->primary &&
			 (b->count[VERDICT_REGRESSION] ||
			  b->count[VERDICT_IMPROVEMENT] > f->count[VERDICT_IMPROVEMENT]);

	if (f->open)
		return xasprintf("no %s is shown to be %s", noun(f, 1), way);
	if (!secondary)
		return xasprintf("nothing got %s", way);
	return f->count[VERDICT_NO_CHANGE] == f->n ? NULL :
						     xasprintf("no %s got %s", noun(f, 1), way);
}

/* Join clauses to a line that starts with a capital letter; no line if there are none. Releases
 * `clauses`. */
static void add_clauses(struct draft *d, enum finding_kind kind, struct strvec *clauses)
{
	_free_ char *text = strvec__join(clauses, "; ");

	*text = (char)toupper((unsigned char)*text);
	if (clauses->n)
		add_line(d, kind, xasprintf("%s.", text));
	strvec__release(clauses);
}

/* The only comparison of a report: a line each for what got worse, what got better, and the
 * rest. */
static void add_single(struct draft *d)
{
	static const struct {
		enum verdict verdict;
		enum finding_kind kind;
		const char *word;
	} moved[] = { { VERDICT_REGRESSION, FINDING_WORSE, "Worse" },
		      { VERDICT_IMPROVEMENT, FINDING_BETTER, "Better" } };
	const struct family f = family_of(&d->r->blocks[0]);
	_free_ char *more = NULL;
	bool worse = f.count[VERDICT_REGRESSION], better = f.count[VERDICT_IMPROVEMENT];
	struct strvec rest = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(moved); i++) {
		unsigned int n = f.count[moved[i].verdict];
		_free_ char *list = NULL, *functions = NULL;

		if (!n)
			continue;
		list = rows_text(d, f.b, f.primary, moved[i].verdict, n);
		functions = functions_text(d, f.b, f.primary, moved[i].verdict);
		add_line(d, moved[i].kind,
			 xasprintf("%s, %u of %u %s: %s%s.", moved[i].word, n, f.n, noun(&f, f.n),
				   list, functions));
	}
	if (!worse && (better || f.count[VERDICT_NO_CHANGE] || f.count[VERDICT_SMALL])) {
		_free_ char *unmoved = unmoved_text(&f, better);

		if (unmoved)
			strvec__push(&rest, unmoved);
	}
	add_ruled_out(&f, &rest);
	more = secondary_text(d, &f);
	if (more)
		strvec__push(&rest, more);
	add_clauses(d, f.open && !worse && !better ? FINDING_OPEN : FINDING_SAME, &rest);
}

/* One of several comparisons on one line: "feature effect: 9 of 11 primary metrics better, ...". */
static void add_block(struct draft *d, const struct report_block *b)
{
	const struct report *r = d->r;
	const struct family f = family_of(b);
	unsigned int worse = f.count[VERDICT_REGRESSION], better = f.count[VERDICT_IMPROVEMENT];
	bool same = f.count[VERDICT_NO_CHANGE] || f.count[VERDICT_SMALL];
	_free_ char *down = NULL, *up = NULL, *text = NULL, *of = NULL;
	struct strvec clauses = { 0 };

	of = d->family_named ? xasprintf("%u", f.n) : xasprintf("%u %s", f.n, noun(&f, f.n));
	d->family_named = true;
	if (worse) {
		_free_ char *functions = NULL;

		down = rows_text(d, b, f.primary, VERDICT_REGRESSION, worse);
		functions = functions_text(d, b, f.primary, VERDICT_REGRESSION);
		strvec__pushf(&clauses, "%u of %s worse, %s%s", worse, of, down, functions);
	}
	if (better) {
		_free_ char *functions = NULL;

		up = rows_text(d, b, f.primary, VERDICT_IMPROVEMENT, better);
		functions = functions_text(d, b, f.primary, VERDICT_IMPROVEMENT);
		strvec__pushf(&clauses, worse ? "%u%s better, %s%s" : "%u of %s better, %s%s",
			      better, worse ? "" : of, up, functions);
	}
	if (better && !worse)
		strvec__push(&clauses, f.open ? "none shown to be worse" : "none worse");
	if (!worse && !better && f.n)
		strvec__pushf(&clauses,
			      f.open ? "none of %s is shown to be better or worse" :
				       "none of %s got better or worse",
			      of);
	if (same && !worse && !better)
		add_ruled_out(&f, &clauses);
	if (!f.n)
		strvec__push(&clauses, "no metric got a verdict");
	text = strvec__join(&clauses, "; ");
	strvec__release(&clauses);
	add_line(d,
		 worse && better ? FINDING_MIXED :
		 worse		 ? FINDING_WORSE :
		 better		 ? FINDING_BETTER :
		 same && !f.open ? FINDING_SAME :
				   FINDING_OPEN,
		 *b->title ? xasprintf("%s: %s.", b->title, text) :
			     xasprintf("%s against %s: %s.", r->variants[b->candidate].label,
				       report_block__against(r, b), text));
}

/* A line for each comparison; with fewer than that left (`room`), the last line sums up the
 * rest. */
static void add_blocks(struct draft *d, size_t room)
{
	const struct report *r = d->r;
	size_t own = r->n_blocks <= room ? r->n_blocks : room - 1;
	unsigned int worse = 0, better = 0, open = 0, same = 0;
	_free_ char *undecided = NULL;

	for (size_t i = 0; i < own; i++) {
		d->block = i + 1;
		add_block(d, &r->blocks[i]);
	}
	/* For the summary line: not 0, since it does not cover all comparisons. */
	d->block = own + 1;
	for (size_t i = own; i < r->n_blocks; i++) {
		const struct family f = family_of(&r->blocks[i]);

		worse += f.count[VERDICT_REGRESSION];
		better += f.count[VERDICT_IMPROVEMENT];
		open += f.open;
		same += f.count[VERDICT_NO_CHANGE] + f.count[VERDICT_SMALL];
	}
	undecided = open ? xasprintf(", %u undecided", open) : xstrdup("");
	if (own < r->n_blocks)
		add_line(d,
			 worse && better ? FINDING_MIXED :
			 worse		 ? FINDING_WORSE :
			 better		 ? FINDING_BETTER :
			 same && !open	 ? FINDING_SAME :
					   FINDING_OPEN,
			 xasprintf("%zu more comparison%s: %u worse, %u better%s.",
				   r->n_blocks - own, plural_s(r->n_blocks - own), worse, better,
				   undecided));
}

/* --- what is undecided --- */

/* Undecided rows, over all blocks. */
struct open_rows {
	unsigned int n[VERDICT_MAX];
	const struct report_row *first[VERDICT_MAX];
	/* Boots a side that would decide all inconclusive rows; UINT_MAX: too many. */
	unsigned int boots;
	/* Of rows with too few boots: boots on the side with fewer, smallest and largest. */
	size_t fewest, most;
	unsigned int few; /* rows with too few boots */
	const struct report_row *unlike; /* first row that is insufficient for another reason */
	unsigned int all; /* all rows, whatever their verdict */
};

static void note_open(struct open_rows *o, const struct report_row *row)
{
	size_t boots = row->n_a < row->n_b ? row->n_a : row->n_b;
	unsigned int needed = row->j.boots_needed ? row->j.boots_needed : UINT_MAX;

	if (!o->n[row->j.verdict]++)
		o->first[row->j.verdict] = row;
	if (row->j.verdict == VERDICT_INCONCLUSIVE && needed > o->boots)
		o->boots = needed;
	if (row->j.verdict != VERDICT_INSUFFICIENT)
		return;
	if (boots >= STATS_MIN_BOOTS) {
		o->unlike = o->unlike ? o->unlike : row;
		return;
	}
	o->fewest = o->few && o->fewest < boots ? o->fewest : boots;
	o->most = boots > o->most ? boots : o->most;
	o->few++;
}

static struct open_rows find_open(const struct report *r)
{
	struct open_rows o = { 0 };

	for (size_t i = 0; i < r->n_blocks; i++) {
		const struct family f = family_of(&r->blocks[i]);

		for (size_t k = 0; k < f.b->n_rows; k++) {
			o.all++;
			if (f.b->rows[k].metric->primary == f.primary || !f.n)
				note_open(&o, &f.b->rows[k]);
		}
	}
	return o;
}

/* "undecided: memcached/ops -1.50 % [-2.50,-0.50]; 12 boots a side would show a change of 1 %". */
static void add_undecided(struct draft *d, const struct open_rows *o, struct strvec *clauses)
{
	const struct report_row *row = o->first[VERDICT_INCONCLUSIVE];
	unsigned int n = o->n[VERDICT_INCONCLUSIVE];
	_free_ char *one = NULL, *margin = NULL, *boots = NULL;

	if (!n)
		return;
	one = row_text(d, row);
	margin = words__margin_used(row);
	boots = o->boots == UINT_MAX ? xasprintf("more than %d", STATS_MAX_BOOTS) :
				       xasprintf("%u", o->boots);
	if (n == 1)
		strvec__pushf(clauses, "undecided: %s; %s boots a side would show a change of %s",
			      one, boots, margin);
	else
		strvec__pushf(clauses,
			      "undecided: %u metrics, such as %s; %s boots a side would show changes "
			      "as large as the margins",
			      n, one, boots);
}

static bool is_open(const struct open_rows *o)
{
	return !o->all || o->n[VERDICT_INCONCLUSIVE] || o->n[VERDICT_INSUFFICIENT] ||
	       o->n[VERDICT_TOO_FEW] || (o->n[VERDICT_NONE] == o->all);
}

static void add_open(struct draft *d, const struct open_rows *o)
{
	struct strvec clauses = { 0 };
	unsigned int unlike = o->n[VERDICT_INSUFFICIENT] - o->few, events = o->n[VERDICT_TOO_FEW];

	add_undecided(d, o, &clauses);
	if (o->few && o->most)
		strvec__pushf(&clauses,
			      "%u metric%s ha%s too few boots: a verdict takes %d a side; run more, "
			      "or pool campaigns",
			      o->few, plural_s(o->few), o->few == 1 ? "s" : "ve", STATS_MIN_BOOTS);
	else if (o->few)
		strvec__pushf(&clauses, "%u metric%s data on one side only: nothing to compare",
			      o->few, o->few == 1 ? " has" : "s have");
	if (unlike > 1)
		strvec__pushf(&clauses, "%u metrics cannot be compared, such as %s/%s: %s", unlike,
			      o->unlike->workload, o->unlike->metric->name, o->unlike->note);
	else if (unlike)
		strvec__pushf(&clauses, "%s/%s cannot be compared: %s", o->unlike->workload,
			      o->unlike->metric->name, o->unlike->note);
	if (events)
		strvec__pushf(&clauses, "%u metric%s counted too few events to be judged", events,
			      plural_s(events));
	if (!o->all)
		strvec__push(&clauses,
			     "nothing was measured on either side, so nothing can be said");
	else if (o->n[VERDICT_NONE] == o->all)
		strvec__push(&clauses,
			     "no verdict: these are times under emulation; exact: true in "
			     "the plan, KVM or a real machine would give one");
	add_clauses(d, FINDING_OPEN, &clauses);
}

/* --- the whole --- */

static void write_lines(struct draft *d)
{
	const struct report *r = d->r;
	const struct open_rows open = find_open(r);
	_free_ char *next = report__next(r, is_open(&open));
	bool told;

	add_scope(d);
	if (r->unfit) {
		add_line(d, FINDING_OPEN,
			 xstrdup("Boots of exact mode did not repeat: no figure can be relied on."));
		return;
	}
	told = add_failures(d);
	if (r->expects.n)
		add_line(d,
			 r->expects.count[EXPECT_FAIL]	     ? FINDING_WORSE :
			 r->expects.count[EXPECT_CANNOT_SAY] ? FINDING_OPEN :
							       FINDING_SAME,
			 expect__sentence(&r->expects));
	d->block = 1;
	if (r->n_blocks == 1)
		add_single(d);
	else
		add_blocks(d, FINDING_MAX - !r->expects.n - d->f->n - is_open(&open) -
				      (next && !told));
	d->block = 0;
	if (is_open(&open))
		add_open(d, &open);
	if (next && !told && d->f->n < FINDING_MAX - !r->expects.n)
		add_line(d, FINDING_NEXT, xasprintf("Next: %s.", next));
}

/* Length of the lines, each rounded up to 80 columns, without the command at the end. */
static size_t columns(const struct finding *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		if (f->line[i].kind != FINDING_NEXT)
			n += (strlen(f->line[i].text) / 80 + 1) * 80;
	return n;
}

/* Retry with fewer named rows per line until the text is short enough. */
void finding__make(const struct report *r, struct finding *f)
{
	size_t named = NAMED_MAX;

	do {
		struct draft d = { .r = r, .named = named, .f = f };

		*f = (struct finding){ 0 };
		write_lines(&d);
		if (columns(f) <= ROOM || named == 1)
			return;
		finding__release(f);
	} while (--named);
}

void finding__release(struct finding *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->line[i].text);
	f->n = 0;
}

const char *finding__kind_name(enum finding_kind kind)
{
	static const char *const names[] = {
		[FINDING_SCOPE] = "scope", [FINDING_WORSE] = "worse", [FINDING_BETTER] = "better",
		[FINDING_MIXED] = "mixed", [FINDING_SAME] = "same",   [FINDING_OPEN] = "open",
		[FINDING_NEXT] = "next",
	};

	return names[kind];
}

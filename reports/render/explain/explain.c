// SPDX-License-Identifier: GPL-2.0-only
/* explain.c - the functions behind a row, as text, Markdown and JSON. */
#include "reports/render/explain/explain.h"

#include "reports/render/grid.h"
#include "reports/render/json.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>

#define CHAIN_LEN 40 /* most characters of a chain of inlined functions in a table */

enum { NAME, BEFORE, AFTER, CHANGE, CI, SHARE, CALLS0, CALLS1, EACH0, EACH1, COLUMNS };

/* Groups have no columns for calls, and samples need one column less. */
static size_t columns(const struct explain *e, enum explain_by by)
{
	return by != BY_FUNCTION ? CALLS0 : e->event ? COLUMNS - 1 : COLUMNS;
}

/* A copy of text from a database; characters that could end a cell or start markup become '?'. The
 * caller frees. */
static char *plain(const char *s)
{
	char *text = xstrdup(s);

	for (char *c = text; *c; c++)
		if (!isprint((unsigned char)*c) || strchr("|`\\<>*", *c))
			*c = '?';
	return text;
}

/* The same for a chain of inlined functions, keeping ">": "a > b". */
static char *plain_chain(const char *s)
{
	char *text = xstrdup(s);

	for (char *c = text; *c; c++)
		if (!isprint((unsigned char)*c) || strchr("|`\\<*", *c))
			*c = '?';
	return text;
}

static char *name_of(const struct explain_function *f)
{
	_free_ char *label = explain_function__label(f);

	return plain(label);
}

/* Decimals: two for a rate, one if it is large; none for a plain count. */
static int digits(const struct explain *e, double v)
{
	return !e->per_op ? 0 : fabs(v) < 1000 ? 2 : 1;
}

static void put(struct grid *g, size_t row, size_t col, const struct explain *e, double v)
{
	if (isnan(v))
		grid__put(g, row, col, "-");
	else
		grid__put(g, row, col, "%.*f", digits(e, v), v);
}

/* The signed difference and its share of the whole change. */
static void put_change(struct grid *g, size_t row, const struct explain *e, double diff)
{
	grid__put(g, row, CHANGE, "%+.*f", digits(e, diff), diff);
	if (fabs(e->all.diff) > 0)
		grid__put(g, row, SHARE, "%.1f", 100 * diff / e->all.diff);
	else
		grid__put(g, row, SHARE, "-");
}

static char *limits(const struct explain *e, double lo, double hi)
{
	return isnan(lo) ? xstrdup("-") :
			   xasprintf("[%+.*f,%+.*f]", digits(e, lo), lo, digits(e, hi), hi);
}

static char *interval(const struct explain *e, const struct explain_part *p)
{
	return limits(e, p->lo, p->hi);
}

/* Add a row with name, both sides and their difference; returns its index. */
static size_t put_values(struct grid *g, const struct explain *e, const char *name,
			 const double value[EXPLAIN_SIDES], const struct explain_part *all)
{
	const size_t row = grid__row(g);
	_free_ char *ci = interval(e, all);

	grid__put(g, row, NAME, "%s", name);
	put(g, row, BEFORE, e, value[EXPLAIN_BEFORE]);
	put(g, row, AFTER, e, value[EXPLAIN_AFTER]);
	put_change(g, row, e, all->diff);
	grid__put(g, row, CI, "%s", ci);
	return row;
}

static void put_function(struct grid *g, const struct explain *e, const struct explain_function *f)
{
	_free_ char *name = name_of(f);
	const size_t row = put_values(g, e, name, f->value, &f->all);

	if (e->event) {
		_free_ char *noise = limits(e, f->noise[0], f->noise[1]);

		grid__put(g, row, CALLS0, "%.0f", f->samples[EXPLAIN_BEFORE]);
		grid__put(g, row, CALLS1, "%.0f", f->samples[EXPLAIN_AFTER]);
		grid__put(g, row, EACH0, "%s", noise);
		return;
	}
	put(g, row, CALLS0, e, f->calls[EXPLAIN_BEFORE]);
	put(g, row, CALLS1, e, f->calls[EXPLAIN_AFTER]);
	grid__put(g, row, EACH0, isnan(f->each[EXPLAIN_BEFORE]) ? "-" : "%.2f",
		  f->each[EXPLAIN_BEFORE]);
	grid__put(g, row, EACH1, isnan(f->each[EXPLAIN_AFTER]) ? "-" : "%.2f",
		  f->each[EXPLAIN_AFTER]);
}

/* A group has no calls: both sides and the difference only. */
static void put_group(struct grid *g, const struct explain *e, const struct explain_group *group,
		      const char *name)
{
	_free_ char *clean = plain_chain(name);

	put_values(g, e, clean, group->value, &group->all);
}

/* Shorten a long chain of inlined functions to its ends, "a > ... > z". The caller frees. */
static char *shorten(const char *chain)
{
	const char *first = strstr(chain, " > "), *last = first;

	for (const char *next = first; next; next = strstr(next + 1, " > "))
		last = next;
	return strlen(chain) <= CHAIN_LEN || last == first ?
		       xstrdup(chain) :
		       xasprintf("%.*s > ...%s", (int)(first - chain), chain, last);
}

/* Break a function down into its own code and what is inlined into it. */
static void put_parts(struct grid *g, const struct explain *e, const struct explain_function *f)
{
	struct explain_group *list;
	size_t n, listed;

	explain__parts(e, f, &list, &n);
	listed = explain__parts_listed(f, list, n);
	for (size_t i = 0; i < listed; i++) {
		_free_ char *chain = shorten(list[i].name);
		_free_ char *name = xasprintf(". %s", *chain ? chain : "(itself)");

		put_group(g, e, &list[i], name);
	}
	explain_groups__free(list, n);
}

static void put_sum(struct grid *g, const struct explain *e, const char *name, double before,
		    double after)
{
	const size_t row = grid__row(g);

	grid__put(g, row, NAME, "%s", name);
	put(g, row, BEFORE, e, before);
	put(g, row, AFTER, e, after);
	put_change(g, row, e, after - before);
}

static void put_head(struct grid *g, const struct explain *e, const char *what, bool calls)
{
	const size_t head = grid__row(g);

	grid__put(g, head, NAME, "%s", what);
	grid__put(g, head, BEFORE, "%s", e->baseline);
	grid__put(g, head, AFTER, "%s", e->candidate);
	grid__put(g, head, CHANGE, "change");
	grid__put(g, head, CI, "95 %% CI");
	grid__put(g, head, SHARE, "%%");
	if (!calls)
		return;
	grid__put(g, head, CALLS0, e->event ? "samples" : "calls");
	grid__put(g, head, CALLS1, "then");
	grid__put(g, head, EACH0, e->event ? "by sampling" : "a call");
	if (!e->event)
		grid__put(g, head, EACH1, "then");
}

/* Sums: the listed entries, the others, and all. */
static void put_sums(struct grid *g, const struct explain *e, size_t listed, size_t n,
		     const double sum[EXPLAIN_SIDES])
{
	_free_ char *these = xasprintf("these %zu", listed);
	_free_ char *others = xasprintf("%zu other%s", n - listed, plural_s(n - listed));

	put_sum(g, e, these, sum[EXPLAIN_BEFORE], sum[EXPLAIN_AFTER]);
	put_sum(g, e, others, e->value[EXPLAIN_BEFORE] - sum[EXPLAIN_BEFORE],
		e->value[EXPLAIN_AFTER] - sum[EXPLAIN_AFTER]);
	put_sum(g, e, "all", e->value[EXPLAIN_BEFORE], e->value[EXPLAIN_AFTER]);
}

static void fill_functions(struct grid *g, const struct explain *e, size_t top)
{
	const size_t listed = explain__listed(e, top);
	double sum[EXPLAIN_SIDES] = { 0 };

	put_head(g, e, "function", true);
	for (size_t i = 0; i < listed; i++) {
		put_function(g, e, &e->v[i]);
		put_parts(g, e, &e->v[i]);
		sum[EXPLAIN_BEFORE] += e->v[i].value[EXPLAIN_BEFORE];
		sum[EXPLAIN_AFTER] += e->v[i].value[EXPLAIN_AFTER];
	}
	put_sums(g, e, listed, e->n, sum);
}

static int fill_groups(struct grid *g, const struct explain *e, enum explain_by by, size_t top,
		       struct err *err)
{
	static const char *const what[EXPLAIN_BYS] = { "function", "source function", "file",
						       "subsystem" };
	double sum[EXPLAIN_SIDES] = { 0 };
	struct explain_group *list;
	size_t n, listed;
	int ret = explain__group(e, by, &list, &n, err);

	if (ret)
		return ret;
	listed = explain_groups__listed(list, n, top);
	put_head(g, e, what[by], false);
	for (size_t i = 0; i < listed; i++) {
		put_group(g, e, &list[i], list[i].name);
		sum[EXPLAIN_BEFORE] += list[i].value[EXPLAIN_BEFORE];
		sum[EXPLAIN_AFTER] += list[i].value[EXPLAIN_AFTER];
	}
	put_sums(g, e, listed, n, sum);
	explain_groups__free(list, n);
	return 0;
}

/* Fill the table with functions or groups, then sums. */
static int fill(struct grid *g, const struct explain *e, enum explain_by by, size_t top,
		struct err *err)
{
	if (by != BY_FUNCTION)
		return fill_groups(g, e, by, top, err);
	fill_functions(g, e, top);
	return 0;
}

static void print_part(const struct explain *e, const struct explain_part *p, const char *what,
		       FILE *out)
{
	_free_ char *ci = interval(e, p);

	fprintf(out, "  %+.*f %s %s\n", digits(e, p->diff), p->diff, ci, what);
}

/* The whole difference and its parts: cost of calls, and number of calls, which also varies with
 * memory layout. */
static void print_parts(const struct explain *e, FILE *out)
{
	fprintf(out, "%s: %.*f, %s: %.*f %s\n", e->baseline, digits(e, e->value[EXPLAIN_BEFORE]),
		e->value[EXPLAIN_BEFORE], e->candidate, digits(e, e->value[EXPLAIN_AFTER]),
		e->value[EXPLAIN_AFTER], e->unit);
	if (e->event) {
		_free_ char *noise = limits(e, e->noise[0], e->noise[1]);

		print_part(e, &e->all, "in all", out);
		fprintf(out, "  %s by sampling alone: %.0f and %.0f samples of %s", noise,
			e->samples[EXPLAIN_BEFORE], e->samples[EXPLAIN_AFTER], e->event);
		if (e->period)
			fprintf(out, ", one every %" PRIu64, e->period);
		fputc('\n', out);
		if (e->basis == BASIS_EMULATED)
			fputs("  emulated: times under emulation are no basis for a verdict\n",
			      out);
		if (isnan(e->all.lo))
			fputs("  with one boot on a side it is not known how far boots differ\n",
			      out);
		return;
	}
	print_part(e, &e->all, "in all:", out);
	print_part(e, &e->per_call, "from the cost of a call, at the mean number of calls", out);
	print_part(e, &e->calls, "from the number of calls", out);
	print_part(e, &e->other, "in functions not called in every boot", out);
}

/* Sums for the kernel itself and for each module, if there are modules. */
static void print_groups(const struct explain *e, const char *bullet, FILE *out)
{
	for (size_t i = 0; e->n_groups > 1 && i < e->n_groups; i++) {
		const struct explain_group *g = &e->groups[i];
		_free_ char *label = explain_group__label(g), *name = plain(label);
		_free_ char *ci = interval(e, &g->all);

		fprintf(out, "%s%s: %.*f, then %.*f, %+.*f %s %s\n", bullet, name,
			digits(e, g->value[EXPLAIN_BEFORE]), g->value[EXPLAIN_BEFORE],
			digits(e, g->value[EXPLAIN_AFTER]), g->value[EXPLAIN_AFTER],
			digits(e, g->all.diff), g->all.diff, ci, e->unit);
	}
}

/* What was folded into the listed functions, and the amount of code without a symbol. */
static void print_notes(const struct explain *e, size_t top, const char *bullet, FILE *out)
{
	for (size_t i = 0; i < explain__listed(e, top); i++) {
		const struct explain_function *f = &e->v[i];
		_free_ char *list = strvec__join(&f->folded, ", "), *name = name_of(f);
		_free_ char *clean = plain(list);

		if (f->folded.n)
			fprintf(out, "%s%s includes %s\n", bullet, name, clean);
	}
	for (size_t i = 0; i < e->n; i++) {
		const struct explain_function *f = &e->v[i];

		if (!*f->name)
			fprintf(out, "%scode without a symbol: %.*f and %.*f %s\n", bullet,
				digits(e, f->value[EXPLAIN_BEFORE]), f->value[EXPLAIN_BEFORE],
				digits(e, f->value[EXPLAIN_AFTER]), f->value[EXPLAIN_AFTER],
				e->unit);
	}
}

static void print_title(const struct explain *e, const char *mark, FILE *out)
{
	_free_ char *workload = plain(e->workload);

	fprintf(out, "%s%s/%s: %s against %s", mark, workload, e->metric, e->candidate,
		e->baseline);
	if (e->against)
		fprintf(out, " of %.8s", e->against->uuid);
	fprintf(out, ", %zu and %zu boots\n\n", e->n_boots[EXPLAIN_AFTER],
		e->n_boots[EXPLAIN_BEFORE]);
}

static void print_legend(const struct explain *e, enum explain_by by, FILE *out)
{
	if (e->event)
		fputs("\n%: share of the whole change. 95 % CI: over boots. by sampling: 95 % limits of the\n"
		      "change, given that samples hit by chance. Names are compared without the suffixes\n"
		      "that compilers append.\n",
		      out);
	else if (by == BY_FUNCTION)
		fprintf(out,
			"\n%%: share of the whole change. calls: %s. a call: %s per call. Names are compared\n"
			"without the suffixes that compilers append to copies and pieces of functions.\n",
			e->per_op ? "per operation" : "of the iteration",
			e->per_op ? "instructions" : e->unit);
	else
		fprintf(out, "%%: share of the whole change. %s\n",
			by == BY_INLINED ?
				"A function includes all its copies, inlined or not." :
			by == BY_FILE ?
				"A file includes what is written in it, inlined elsewhere "
				"or not." :
				"A subsystem includes what its files were compiled to, with "
				"what is inlined.");
	if (by == BY_FUNCTION && e->places.known[EXPLAIN_BEFORE] && e->places.known[EXPLAIN_AFTER])
		fputs("A dot: part of the function above, its own code or what is inlined into it.\n",
		      out);
}

int explain__text(const struct explain *e, enum explain_by by, size_t top, FILE *out,
		  struct err *err)
{
	struct grid g = { .n_cols = columns(e, by), .gap = 1, .left = 1 << NAME };
	int ret = fill(&g, e, by, top, err);

	if (!ret) {
		print_title(e, "", out);
		print_parts(e, out);
		fputc('\n', out);
		grid__print(&g, grid__width(&g) > 100, out);
		fputc('\n', out);
		print_groups(e, "", out);
		print_notes(e, by == BY_FUNCTION ? top : 0, "", out);
		print_legend(e, by, out);
	}
	grid__release(&g);
	return ret;
}

int explain__markdown(const struct explain *e, enum explain_by by, size_t top, FILE *out,
		      struct err *err)
{
	struct grid g = { .n_cols = columns(e, by) };
	int ret = fill(&g, e, by, top, err);

	if (ret)
		goto out;
	print_title(e, "### ", out);
	fputs("```\n", out);
	print_parts(e, out);
	fputs("```\n\n", out);
	for (size_t i = 0; i < g.n_rows; i++) {
		for (size_t c = 0; c < g.n_cols; c++)
			fprintf(out, "| %s ", g.rows[i][c] ? g.rows[i][c] : "");
		fputs("|\n", out);
		for (size_t c = 0; !i && c < g.n_cols; c++)
			fputs(c ? "--:|" : "|---|", out);
		fputs(i ? "" : "\n", out);
	}
	fputc('\n', out);
	print_groups(e, "- ", out);
	print_notes(e, by == BY_FUNCTION ? top : 0, "- ", out);
out:
	grid__release(&g);
	return ret;
}

static json_t *json_part(const struct explain_part *p)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "change", json__number(p->diff), "lo",
			 json__number(p->lo), "hi", json__number(p->hi), "p", json__number(p->p));
}

static json_t *json_sides(const double v[EXPLAIN_SIDES])
{
	return json_pack("[o, o]", json__number(v[EXPLAIN_BEFORE]), json__number(v[EXPLAIN_AFTER]));
}

/* null if there is no debug information. */
static json_t *json_groups(const struct explain *e, enum explain_by by)
{
	struct explain_group *list;
	struct err none;
	json_t *groups;
	size_t n;

	if (explain__group(e, by, &list, &n, &none))
		return json_null();
	groups = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(groups,
				      json_pack("{s:o, s:o, s:o}", "name", json__text(list[i].name),
						"value", json_sides(list[i].value), "all",
						json_part(&list[i].all)));
	explain_groups__free(list, n);
	return groups;
}

/* Parts of a function: its own code ("") and inlined functions; [] if nothing is inlined. */
static json_t *json_parts(const struct explain *e, const struct explain_function *f)
{
	struct explain_group *list;
	json_t *parts = json_array();
	size_t n;

	explain__parts(e, f, &list, &n);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(parts, json_pack("{s:o, s:o, s:o}", "inlined",
						       json__text(list[i].name), "value",
						       json_sides(list[i].value), "change",
						       json__number(list[i].all.diff)));
	explain_groups__free(list, n);
	return parts;
}

/* Samples of both sides, and the limits of the change given sampling noise. */
static json_t *json_sampled(const double samples[EXPLAIN_SIDES], const double noise[2])
{
	return json_pack("{s:o, s:o, s:o}", "samples", json_sides(samples), "lo",
			 json__number(noise[0]), "hi", json__number(noise[1]));
}

static json_t *json_function(const struct explain *e, const struct explain_function *f)
{
	json_t *o;

	o = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "function",
		      json__text(f->name), "module", json__text(f->module), "value",
		      json_sides(f->value), "calls", json_sides(f->calls), "per_call",
		      json_sides(f->each), "all", json_part(&f->all), "by_cost",
		      json__number(f->has_calls ? f->per_call : NAN), "share",
		      json__number(fabs(e->all.diff) > 0 ? f->all.diff / e->all.diff : NAN),
		      "includes", json__texts(&f->folded), "parts", json_parts(e, f));
	if (e->event)
		json_object_set_new(o, "sampled", json_sampled(f->samples, f->noise));
	return o;
}

void explain__json(const struct explain *e, FILE *out)
{
	json_t *functions = json_array(), *modules = json_array(), *o;

	for (size_t i = 0; i < e->n; i++)
		json_array_append_new(functions, json_function(e, &e->v[i]));
	for (size_t i = 0; i < e->n_groups; i++)
		json_array_append_new(modules, json_pack("{s:o, s:o, s:o}", "module",
							 json__text(e->groups[i].name), "value",
							 json_sides(e->groups[i].value), "all",
							 json_part(&e->groups[i].all)));
	o = json_pack("{s:i, s:s, s:o, s:o, s:s, s:s, s:o, s:o, s:[I, I], s:o, s:o, s:o, "
		      "s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		      "schema", 1, "kind", "explain", "campaign", json__text(e->c->uuid),
		      "workload", json__text(e->workload), "metric", e->metric, "unit", e->unit,
		      "baseline", json__text(e->baseline), "candidate", json__text(e->candidate),
		      "boots", (json_int_t)e->n_boots[EXPLAIN_BEFORE],
		      (json_int_t)e->n_boots[EXPLAIN_AFTER], "value", json_sides(e->value), "all",
		      json_part(&e->all), "by_cost", json_part(&e->per_call), "by_calls",
		      json_part(&e->calls), "other", json_part(&e->other), "modules", modules,
		      "subsystems", json_groups(e, BY_SUBSYSTEM), "files", json_groups(e, BY_FILE),
		      "inlined", json_groups(e, BY_INLINED), "functions", functions);
	if (e->event) {
		json_t *s = json_sampled(e->samples, e->noise);

		json_object_set_new(s, "event", json_string(e->event));
		json_object_set_new(s, "basis", json_string(metric__basis_name(e->basis)));
		json_object_set_new(s, "period", json_integer((json_int_t)e->period));
		json_object_set_new(o, "sampled", s);
	}
	json__print(o, out);
}

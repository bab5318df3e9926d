// SPDX-License-Identifier: GPL-2.0-only
/* compare_csv.c - `kduel compare --csv`: judge samples that come from other tools. */
#include "runner/cli/compare_csv.h"

#include "reports/csv/compare.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/cli/verdicts.h"

#define NOTES_MAX 20 /* notes printed one by one; the others are only counted */

struct csv_opts {
	const char *path;
	struct csv_compare_opts how;
	struct gate gate;
};

enum { OPT_ADJUST = OPTION_TAKE_FIRST, OPT_DESIGN, OPT_FORMAT, OPT_MARGIN };

/* options__word() returns an index, or a negative error. */
static int take_csv_option(void *opts, int key, const char *value, struct err *err)
{
	struct csv_opts *o = opts;
	int i = 0;

	switch (key) {
	case OPT_ADJUST:
		i = options__word("adjust", value, "none|bh", err);
		o->how.bh = i == 1;
		break;
	case OPT_DESIGN:
		i = options__word("design", value, "unpaired|paired", err);
		o->how.paired = i == 1;
		break;
	case OPT_FORMAT:
		i = options__word("format", value, "csv", err);
		break;
	default:
		return options__percent("margin", value, &o->how.margin, err);
	}
	return i < 0 ? i : 0;
}

static int check_csv_options(void *opts, size_t n __unused, char **args __unused, struct err *err)
{
	const struct csv_opts *o = opts;

	return gate__check(&o->gate, err) ? err__prefix(err, -EINVAL, "--fail-on: ") : 0;
}

static const struct options options = {
	.command = "compare",
	.args = "--csv FILE",
	.doc = "Judges samples of any origin: a CSV file (\"-\": standard input) with the columns "
	       "metric, kernel (A: baseline, B: candidate), slot (place in the order of boots), boot, "
	       "iter, value, and optionally unit, better (lower, higher), primary (yes, no). Rows may "
	       "be in any order; a boot counts with the median of its iterations.\v"
	       "Exit codes: " EXIT_CODES_HELP,
	.table = OPTION_TABLE(
		OPTION_TEXT("csv", "FILE", struct csv_opts, path, "the samples"),
		OPTION_TAKE("adjust", OPT_ADJUST, "HOW",
			    "p for many metrics: bh (Benjamini-Hochberg, default) or none"),
		OPTION_TAKE("design", OPT_DESIGN, "DESIGN",
			    "unpaired (default), or paired: slots 2i and 2i+1 are a pair"),
		OPTION_TAKE("format", OPT_FORMAT, "FORMAT",
			    "csv: metric,verdict,p,padj,effect_pct,lo_pct,hi_pct,n_a,n_b, "
			    "change,change_lo,change_hi,change_unit"),
		OPTION_TAKE("margin", OPT_MARGIN, "PCT",
			    "below it a difference does not matter (default 2)")),
	.take = take_csv_option,
	.check = check_csv_options,
	.shared = { { &options__gate, offsetof(struct csv_opts, gate) } },
};

/* Called before options are parsed, to select the table of options. */
bool compare_csv__is_asked_for(int argc, char **argv)
{
	for (int i = 1; i < argc && !streq(argv[i], "--"); i++)
		if (streq(argv[i], "--csv") || str_starts(argv[i], "--csv="))
			return true;
	return false;
}

/* Warn about metrics with a note, such as samples that were left out. */
static void print_notes(const struct csv_comparison *f)
{
	size_t n_notes = 0;

	for (size_t i = 0; i < f->n_rows; i++)
		if (f->rows[i].note && ++n_notes <= NOTES_MAX)
			log__warn("%s: %s", f->rows[i].metric.name, f->rows[i].note);
	if (n_notes > NOTES_MAX)
		log__warn("and %zu metric%s more with a note", n_notes - NOTES_MAX,
			  plural_s(n_notes - NOTES_MAX));
}

/* The exit code, by the same rules as report__exit_code(). Log what it does not tell. */
static int conclude(const struct csv_comparison *f, const struct gate *gate)
{
	unsigned int worse = 0, open = 0, decided = 0;

	for (size_t i = 0; i < f->n_rows; i++) {
		const struct csv_comparison_row *r = &f->rows[i];
		const struct gate_row row = { "", "", r->metric.name, r->metric.primary };
		enum verdict v = r->j.verdict;
		bool none = v == VERDICT_INCONCLUSIVE || v == VERDICT_INSUFFICIENT;
		bool watched = gate__watches(gate, &row);

		worse += watched && v == VERDICT_REGRESSION;
		open += none && (r->metric.primary || watched);
		decided += !none;
	}
	if (f->count[VERDICT_REGRESSION] > worse)
		log__info("%u of %zu rows got worse, %u of them watched (--fail-on)",
			  f->count[VERDICT_REGRESSION], f->n_rows, worse);
	else if (!worse && decided && open)
		log__info("nothing got worse in %u rows; %u that count are undecided", decided,
			  open);
	else if (!decided)
		log__info("no row could show whether anything got worse");
	if (worse)
		return EXIT_REGRESSION;
	if (f->count[VERDICT_INSUFFICIENT] == f->n_rows)
		return EXIT_TOO_FEW;
	return gate->conclusive && (open || !decided) ? EXIT_INCONCLUSIVE : EXIT_NO_REGRESSION;
}

/* -ENOENT if a --fail-on pattern matches no metric of the file. */
static int check_patterns(const struct csv_comparison *f, const struct gate *gate, struct err *err)
{
	for (size_t i = 0; i < gate->fail_on.n; i++) {
		_cleanup_(strvec__release) struct strvec known = { 0 };
		bool found = gate__is_word(gate->fail_on.v[i]);
		_free_ char *hint = NULL;

		for (size_t k = 0; !found && k < f->n_rows; k++) {
			const struct gate_row row = { "", "", f->rows[k].metric.name, false };

			strvec__push(&known, row.metric);
			found = gate__means(gate->fail_on.v[i], &row);
		}
		if (found)
			continue;
		hint = gate__hint(gate->fail_on.v[i], &known);
		return err__set(err, -ENOENT, "--fail-on: no metric fits '%.64s'%s",
				gate->fail_on.v[i], hint);
	}
	return 0;
}

/* See reports/csv/compare.h for what is computed. */
int compare_csv__run(int argc, char **argv)
{
	struct csv_opts o = { .how = { .margin = 0.02, .bh = true } };
	struct csv_comparison *f = NULL;
	_cleanup_(csv__closep) struct csv *csv = NULL;
	const char *name;
	struct err err;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret)) {
		gate__release(&o.gate);
		return ret;
	}
	ret = csv__open(o.path, &csv, &err);
	if (!ret)
		ret = csv_comparison__make(csv, &o.how, &f, &err);
	if (!ret)
		ret = check_patterns(f, &o.gate, &err);
	if (!ret) {
		print_notes(f);
		if (csv__is_unended(csv, &name))
			log__warn("%s: the last line has no newline: is the file truncated?", name);
		ret = csv_comparison__print_csv(f, stdout, &err);
	}
	if (ret)
		log__error("%s", err.msg);
	/* A file that is not a table at all is a usage error, too. */
	if (ret == -E2BIG || ret == -EISDIR)
		ret = -EINVAL;
	ret = ret ? cmd__exit_code(ret) : conclude(f, &o.gate);
	gate__release(&o.gate);
	csv_comparison__free(f);
	return ret;
}

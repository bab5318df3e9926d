// SPDX-License-Identifier: GPL-2.0-only
/* compare_csv.c - `kduel compare --csv`: judge samples that come from other tools. */
#include "runner/cli/compare_csv.h"

#include "reports/csv/compare.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"

#define NOTES_MAX 20 /* that are printed one by one */

struct csv_opts {
	const char *path;
	struct csv_compare_opts how;
};

enum { OPT_ADJUST = OPTION_TAKE_FIRST, OPT_DESIGN, OPT_FORMAT, OPT_MARGIN };

/* options__word() gives an index, or a negative error. */
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

static const struct options options = {
	.command = "compare",
	.args = "--csv FILE",
	.doc = "Judges samples of any origin: a CSV file (\"-\": standard input) with the columns "
	       "metric, kernel (A: baseline, B: candidate), slot (place in the order of boots), boot, "
	       "iter, value, and optionally unit, better (lower, higher), primary (yes, no). Rows may "
	       "be in any order; a boot counts with the median of its iterations.\v"
	       "Exit codes: 0 no regression, 1 a regression, 2 a broken file, 4 not enough data for "
	       "any verdict.",
	.table =
		(const struct argp_option[]){
			OPTION_TEXT("csv", "FILE", struct csv_opts, path, "the samples"),
			OPTION_TAKE("adjust", OPT_ADJUST, "HOW",
				    "p for many metrics: bh (Benjamini-Hochberg, default) or none"),
			OPTION_TAKE("design", OPT_DESIGN, "DESIGN",
				    "unpaired (default), or paired: slots 2i and 2i+1 are a pair"),
			OPTION_TAKE("format", OPT_FORMAT, "FORMAT",
				    "csv: metric,verdict,p,padj,effect_pct,lo_pct,hi_pct,n_a,n_b"),
			OPTION_TAKE("margin", OPT_MARGIN, "PCT",
				    "below it a difference does not matter (default 2)"),
			{ 0 },
		},
	.take = take_csv_option,
};

/* Seen before options are parsed: with --csv the command has another table of options. */
bool compare_csv__is_asked_for(int argc, char **argv)
{
	for (int i = 1; i < argc && !streq(argv[i], "--"); i++)
		if (streq(argv[i], "--csv") || str_starts(argv[i], "--csv="))
			return true;
	return false;
}

/* Warn of what was left out. */
static void print_notes(const struct csv_comparison *f)
{
	size_t n_notes = 0;

	for (size_t i = 0; i < f->n_rows; i++)
		if (f->rows[i].note && ++n_notes <= NOTES_MAX)
			log__warn("%s: %s", f->rows[i].metric.name, f->rows[i].note);
	if (n_notes > NOTES_MAX)
		log__warn("and %zu metrics more with a note", n_notes - NOTES_MAX);
}

/* See reports/csv/compare.h for what is computed. */
int compare_csv__run(int argc, char **argv)
{
	struct csv_opts o = { .how = { .margin = 0.02, .bh = true } };
	struct csv_comparison *f = NULL;
	struct csv *csv = NULL;
	struct err err;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	ret = csv__open(o.path, &csv, &err);
	if (!ret)
		ret = csv_comparison__make(csv, &o.how, &f, &err);
	if (!ret) {
		print_notes(f);
		ret = csv_comparison__print_csv(f, stdout, &err);
	}
	if (ret)
		log__error("%s", err.msg);
	/* A file that is no table at all is a mistake of the caller, too. */
	if (ret == -E2BIG || ret == -EISDIR)
		ret = -EINVAL;
	if (ret)
		ret = cmd__exit_code(ret);
	else if (f->count[VERDICT_REGRESSION])
		ret = EXIT_REGRESSION;
	else if (f->count[VERDICT_INSUFFICIENT] == f->n_rows)
		ret = EXIT_TOO_FEW;
	csv_comparison__free(f);
	csv__close(csv);
	return ret;
}

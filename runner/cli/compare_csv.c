// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/compare_csv.h"
#include "lib/units.h"
#include "reports/csv/compare.h"
#include "runner/cli/cmd.h"

#include <getopt.h>

#define USAGE                                                                       \
	"--csv FILE [--adjust none|bh] [--margin PCT] [--design unpaired|paired]\n" \
	"                     [--format csv]"
#define NOTES_MAX 20 /* that are told one by one */

struct csv_opts {
	const char *path;
	struct foreign_opts how;
};

static int help(void)
{
	printf("usage: kduel compare %s\n\n"
	       "Judges samples of any origin: a CSV file (\"-\": standard input) with the columns\n"
	       "metric, kernel (A: baseline, B: candidate), slot (place in the order of boots),\n"
	       "boot, iter, value, and optionally unit, better (lower, higher), primary (yes, no).\n"
	       "Rows stand in any order; a boot counts with the median of its iterations.\n\n"
	       "  --adjust A   of p for many metrics: bh (Benjamini-Hochberg, default) or none\n"
	       "  --margin PCT below which a difference does not matter (default 2)\n"
	       "  --design D   unpaired (default), or paired: slots 2i and 2i+1 are a pair\n"
	       "  --format F   csv: metric,verdict,p,padj,effect_pct,lo_pct,hi_pct,n_a,n_b\n\n"
	       "Exit codes: 0 no regression, 1 a regression, 2 a broken file, 4 not enough data\n"
	       "for any verdict.\n",
	       USAGE);
	return EXIT_NO_REGRESSION;
}

bool compare_csv__wanted(int argc, char **argv)
{
	for (int i = 1; i < argc && !streq(argv[i], "--"); i++)
		if (streq(argv[i], "--csv") || str_starts(argv[i], "--csv="))
			return true;
	return false;
}

/* One of two words: *second says whether it is the second. */
static int choose(const char *option, const char *word, const char *a, const char *b, bool *second)
{
	*second = streq(word, b);
	if (*second || streq(word, a))
		return 0;
	return cmd__usage("compare", USAGE, "--%s must be %s or %s, not '%s'", option, a, b, word);
}

static int read_margin(const char *word, double *margin)
{
	size_t n = strcspn(word, "%");
	_free_ char *number = xstrndup(word, n);
	double v;

	if ((word[n] && word[n + 1]) || units__double(number, &v) || v < 0 || v > 1000)
		return cmd__usage("compare", USAGE,
				  "--margin must be per cent from 0 to 1000, not '%s'", word);
	*margin = v / 100;
	return 0;
}

/* 0, an exit code, or -1 when help was asked for. */
static int parse(int argc, char **argv, struct csv_opts *o)
{
	static const struct option options[] = {
		{ "adjust", required_argument, NULL, 'a' },
		{ "csv", required_argument, NULL, 'c' },
		{ "design", required_argument, NULL, 'd' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ "margin", required_argument, NULL, 'm' },
		{ NULL, 0, NULL, 0 },
	};
	int c, ret = 0;

	while (!ret && (c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c == 'h')
			return -1;
		if (c == '?')
			return cmd__usage("compare", USAGE,
					  "see `kduel compare --csv FILE --help`");
		if (c == 'a')
			ret = choose("adjust", optarg, "none", "bh", &o->how.bh);
		else if (c == 'd')
			ret = choose("design", optarg, "unpaired", "paired", &o->how.paired);
		else if (c == 'm')
			ret = read_margin(optarg, &o->how.margin);
		else if (c == 'c')
			o->path = optarg;
		else if (!streq(optarg, "csv"))
			ret = cmd__usage("compare", USAGE, "with --csv the format is csv, not '%s'",
					 optarg);
	}
	if (!ret && optind < argc)
		ret = cmd__usage("compare", USAGE, "unexpected argument '%s'", argv[optind]);
	return ret;
}

/* Nothing is left out in silence. */
static void tell_notes(const struct foreign *f)
{
	size_t told = 0;

	for (size_t i = 0; i < f->n_rows; i++)
		if (f->rows[i].note && ++told <= NOTES_MAX)
			log__warn("%s: %s", f->rows[i].metric.name, f->rows[i].note);
	if (told > NOTES_MAX)
		log__warn("and %zu metrics more with a note", told - NOTES_MAX);
}

static int exit_code(const struct foreign *f)
{
	if (f->count[VERDICT_REGRESSION])
		return EXIT_REGRESSION;
	return f->count[VERDICT_INSUFFICIENT] == f->n_rows ? EXIT_TOO_FEW : EXIT_NO_REGRESSION;
}

int compare_csv__run(int argc, char **argv)
{
	struct csv_opts o = { .how = { .margin = 0.02, .bh = true } };
	struct foreign *f = NULL;
	struct csv *csv = NULL;
	struct err err;
	int ret = parse(argc, argv, &o);

	if (ret)
		return ret < 0 ? help() : ret;
	ret = csv__open(o.path, &csv, &err);
	if (!ret)
		ret = foreign__compare(csv, &o.how, &f, &err);
	if (!ret) {
		tell_notes(f);
		ret = foreign__print_csv(f, stdout, &err);
	}
	if (ret)
		log__error("%s", err.msg);
	/* What is no table at all is a mistake of the caller as well. */
	if (ret == -E2BIG || ret == -EISDIR)
		ret = -EINVAL;
	ret = ret ? cmd__exit_code(ret) : exit_code(f);
	foreign__free(f);
	csv__close(csv);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/compare_options.h"
#include "reports/render/render.h"
#include "runner/cli/cmd.h"

#include <getopt.h>

#define USAGE "[CAMPAIGN | CAMPAIGN:CANDIDATE CAMPAIGN:BASELINE] [OPTIONS]"

enum {
	OPT_ALL = 256,
	OPT_BASIS,
	OPT_FORCE,
	OPT_METRIC,
	OPT_ONLY,
	OPT_PRIMARY,
	OPT_PUBLISHED,
	OPT_SORT,
	OPT_WORKLOAD
};

/* As given on the command line, before it is known which argument is what. */
struct raw {
	const char *candidate, *baseline;
	bool all;
};

void compare_opts__help(void)
{
	puts("usage: kduel compare " USAGE "\n\n"
	     "Compares variants: what the plan of a campaign declares (a campaign is named by its\n"
	     "id, the beginning of it, or \"latest\", the default), or any two variants, also of\n"
	     "two campaigns.\n\n"
	     "  --candidate [CAMPAIGN:]V   variant that is judged\n"
	     "  --baseline [CAMPAIGN:]V    variant that it is judged against\n"
	     "  --db FILE                  database (default: $KDUEL_DB or the user's data directory)\n"
	     "  --force                    go on although more differs than was declared; marked\n"
	     "  --format F                 text (default), markdown, csv, json, mail\n"
	     "  --output FILE              write there instead of to standard output\n"
	     "  --published                show figures that others have published beside ours\n"
	     "                             (text, markdown, json)\n\n"
	     "Which rows are shown (verdicts and exit code stay those of all rows):\n"
	     "  --all                      also secondary metrics that are neither better nor worse\n"
	     "  --only WORDS               regressions, improvements, changes, inconclusive, verdicts\n"
	     "  --workload W               rows of a workload\n"
	     "  --basis B                  measured, measured-guest, exact, modelled, emulated\n"
	     "  --metric GLOB              METRIC or WORKLOAD/METRIC, * and ? as in the shell\n"
	     "  --primary                  no secondary metrics\n"
	     "  --sort ORDER               primary (default), name, severity\n"
	     "--only, --workload, --basis and --metric may be repeated.\n\n"
	     "`kduel compare --csv FILE --help` is about samples that come from elsewhere.\n\n"
	     "Exit codes: 0 no regression, 1 a regression, 2 usage, 3 more differs than was\n"
	     "declared, 4 not enough data for any verdict.");
}

static int usage(const char *msg)
{
	return cmd__usage("compare", USAGE, "%s", msg);
}

/* One option. 0, -1 for help, or an exit code. */
static int take(struct compare_opts *o, struct raw *raw, int c, char *arg, struct err *err)
{
	switch (c) {
	case 'b':
		raw->baseline = arg;
		return 0;
	case 'c':
		raw->candidate = arg;
		return 0;
	case 'd':
		o->db = arg;
		return 0;
	case 'f':
		o->format = arg;
		return 0;
	case 'o':
		o->output = arg;
		return 0;
	case OPT_ALL:
		raw->all = true;
		return 0;
	case OPT_FORCE:
		o->force = true;
		return 0;
	case OPT_PUBLISHED:
		o->published = true;
		return 0;
	case OPT_PRIMARY:
		o->filter.primary = true;
		return 0;
	case OPT_METRIC:
		strvec__push(&o->filter.metrics, arg);
		return 0;
	case OPT_WORKLOAD:
		strvec__push(&o->filter.workloads, arg);
		return 0;
	case OPT_BASIS:
		return report_filter__basis(&o->filter, arg, err) ? usage(err->msg) : 0;
	case OPT_ONLY:
		return report_filter__only(&o->filter, arg, err) ? usage(err->msg) : 0;
	case OPT_SORT:
		return report_filter__sort(&o->filter, arg, err) ? usage(err->msg) : 0;
	case 'h':
		return -1;
	default:
		return usage("see `kduel compare --help`");
	}
}

static int read_options(struct compare_opts *o, struct raw *raw, int argc, char **argv)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, OPT_ALL },
		{ "baseline", required_argument, NULL, 'b' },
		{ "basis", required_argument, NULL, OPT_BASIS },
		{ "candidate", required_argument, NULL, 'c' },
		{ "db", required_argument, NULL, 'd' },
		{ "force", no_argument, NULL, OPT_FORCE },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ "metric", required_argument, NULL, OPT_METRIC },
		{ "only", required_argument, NULL, OPT_ONLY },
		{ "output", required_argument, NULL, 'o' },
		{ "primary", no_argument, NULL, OPT_PRIMARY },
		{ "published", no_argument, NULL, OPT_PUBLISHED },
		{ "sort", required_argument, NULL, OPT_SORT },
		{ "workload", required_argument, NULL, OPT_WORKLOAD },
		{ NULL, 0, NULL, 0 },
	};
	struct err err;
	int c, ret = 0;

	while (!ret && (c = getopt_long(argc, argv, "ho:", options, NULL)) != -1)
		ret = take(o, raw, c, optarg, &err);
	return ret;
}

/* "CAMPAIGN:VARIANT" or "VARIANT"; neither ids nor names of variants have a colon. */
static void name_side(struct compare_side *s, const char *text, const char *campaign)
{
	const char *colon = strchr(text, ':');

	s->campaign = colon ? xstrndup(text, (size_t)(colon - text)) : xstrdup(campaign);
	s->variant = colon ? colon + 1 : text;
}

/* What stands without an option: a campaign, or two sides, the candidate first. */
static int read_arguments(struct compare_opts *o, struct raw *raw, int argc, char **argv)
{
	int n = argc - optind;
	const char *first = n > 0 ? argv[optind] : NULL;

	if (n > 2)
		return cmd__usage("compare", USAGE, "unexpected argument '%s'", argv[optind + 2]);
	if (n == 2) {
		if (raw->candidate || raw->baseline)
			return usage("two variants are named already: leave out --candidate and "
				     "--baseline");
		if (!strchr(first, ':') || !strchr(argv[optind + 1], ':'))
			return usage("two arguments are two variants, CAMPAIGN:VARIANT each, the "
				     "candidate first");
		raw->candidate = first;
		raw->baseline = argv[optind + 1];
	} else if (first && strchr(first, ':')) {
		return usage("one variant alone cannot be compared: add the baseline as "
			     "CAMPAIGN:VARIANT");
	} else if (first) {
		o->campaign = first;
	}
	if (!raw->candidate != !raw->baseline)
		return usage("--candidate and --baseline go together");
	if (raw->candidate) {
		name_side(&o->candidate, raw->candidate, o->campaign);
		name_side(&o->baseline, raw->baseline, o->campaign);
	}
	return 0;
}

int compare_opts__parse(struct compare_opts *o, int argc, char **argv)
{
	struct raw raw = { 0 };
	struct err err;
	int ret;

	*o = (struct compare_opts){ .campaign = "latest", .format = "text" };
	ret = read_options(o, &raw, argc, argv);
	if (!ret)
		ret = read_arguments(o, &raw, argc, argv);
	if (ret)
		return ret;
	if (render__check_format(o->format, &err) < 0)
		return usage(err.msg);
	if (o->published && (streq(o->format, "csv") || streq(o->format, "mail")))
		return usage("--published goes with the formats text, markdown and json");
	/* Whoever asks for certain rows wants them; folding is for those who ask for nothing. */
	o->filter.fold = render__folds(o->format) && !raw.all && !o->filter.only &&
			 !o->filter.bases && !o->filter.metrics.n;
	return 0;
}

void compare_opts__release(struct compare_opts *o)
{
	free(o->candidate.campaign);
	free(o->baseline.campaign);
	report_filter__release(&o->filter);
}

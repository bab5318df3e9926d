// SPDX-License-Identifier: GPL-2.0-only
/* cmd-compare.c - the table of a stored campaign. */
#include "reports/report.h"
#include "runner/cmd-results.h"
#include "runner/compare-csv.h"

#include <getopt.h>

#define USAGE                                                                   \
	"[CAMPAIGN] [--db FILE] [--format text|json] [--candidate V --baseline V]"

struct compare_opts {
	const char *campaign, *db, *format;
	struct report_pair pair; /* both NULL: what the plan declares */
};

static int help(void)
{
	printf("usage: kduel compare %s\n\n"
	       "Compares the variants of a campaign: its id, the beginning of it, or \"latest\"\n"
	       "(the default). All comparisons that its plan declares, or just one pair.\n\n"
	       "  --candidate V  variant that is judged\n"
	       "  --baseline V   variant that it is judged against\n"
	       "  --db FILE      the database (default: $KDUEL_DB, else\n"
	       "                 $XDG_DATA_HOME/kduel/kduel.db)\n"
	       "  --format F     text (default) or json\n\n"
	       "Exit codes: 0 no regression, 1 a regression, 4 not enough data for any verdict.\n",
	       USAGE);
	return EXIT_NO_REGRESSION;
}

/* 0, an exit code, or -1 when help was asked for. */
static int parse(int argc, char **argv, struct compare_opts *o)
{
	static const struct option options[] = {
		{ "baseline", required_argument, NULL, 'b' },
		{ "candidate", required_argument, NULL, 'c' },
		{ "db", required_argument, NULL, 'd' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct err err;
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (c) {
		case 'b':
			o->pair.baseline = optarg;
			break;
		case 'c':
			o->pair.candidate = optarg;
			break;
		case 'd':
			o->db = optarg;
			break;
		case 'f':
			o->format = optarg;
			break;
		case 'h':
			return -1;
		default:
			return cmd__usage("compare", USAGE, "see `kduel compare --help`");
		}
	}
	if (optind < argc)
		o->campaign = argv[optind++];
	if (optind < argc)
		return cmd__usage("compare", USAGE, "unexpected argument '%s'", argv[optind]);
	if (!o->pair.baseline != !o->pair.candidate)
		return cmd__usage("compare", USAGE, "--candidate and --baseline go together");
	if (report__check_format(o->format, &err) < 0)
		return cmd__usage("compare", USAGE, "%s", err.msg);
	return 0;
}

int cmd_compare(int argc, char **argv)
{
	struct compare_opts o = { .campaign = "latest", .format = "text" };
	struct campaign *c = NULL;
	struct report *r = NULL;
	struct store *st = NULL;
	struct err err;
	int ret;

	if (compare_csv__wanted(argc, argv))
		return compare_csv__run(argc, argv);
	ret = parse(argc, argv, &o);
	if (ret)
		return ret < 0 ? help() : ret;
	ret = results__load(o.db, o.campaign, &st, &c, &err);
	if (!ret)
		ret = report__build(st, c, o.pair.candidate ? &o.pair : NULL, &r, &err);
	if (!ret)
		ret = report__render(r, o.format, stdout, &err);
	if (ret)
		log__error("%s", err.msg);
	ret = ret ? cmd__exit_code(ret) : report__exit_code(r);
	report__free(r);
	store__close(st);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
/* history.c - a metric from campaign to campaign, and its changes of level. */
#include "lib/units.h"
#include "reports/render/history.h"
#include "runner/cli/common.h"
#include "runner/cli/history_csv.h"

#define USAGE                                                                            \
	"METRIC [--workload W] [--variant V] [--plan P] [--machine M] [--reference V]\n" \
	"                     [--format text|json] [--db FILE]\n"                        \
	"       kduel history --csv FILE [--online] [--margin PCT] [--format csv]"
#define DEFAULT_GUARD 0.02

struct history_opts {
	struct history_filter filter;
	struct history_csv_opts csv;
	const char *db, *format;
};

static int help(void)
{
	printf("usage: kduel history %s\n\n"
	       "Prints a metric (\"time\" or \"hackbench/time\") from campaign to campaign, oldest\n"
	       "first, with the changes of its level between them. Campaigns are ordered by their\n"
	       "tag \"date\" if they have one (`kduel tag`), else by when they were run.\n\n"
	       "  --workload W   of this workload only\n"
	       "  --variant V    of this variant only\n"
	       "  --plan P       of campaigns called so only\n"
	       "  --machine M    of this machine only (tag \"machine\", or its beginning)\n"
	       "  --reference V  the ratio to this variant of the same campaign\n"
	       "  --format F     text (default) or json\n"
	       "  --db FILE      the database (default: $KDUEL_DB, else\n"
	       "                 $XDG_DATA_HOME/kduel/kduel.db)\n\n"
	       "With --csv, change points of nights measured elsewhere: columns metric, night (a\n"
	       "whole number), value, in any order of rows (\"-\": standard input); prints\n"
	       "metric,alarm_night,change_night,effect_pct,p.\n\n"
	       "  --online       as they would have been seen night by night; else all nights are\n"
	       "                 looked at together\n"
	       "  --margin PCT   smallest step that counts (default 2)\n",
	       USAGE);
	return EXIT_NO_REGRESSION;
}

static int read_margin(const char *text, double *margin)
{
	if (units__double(text, margin) || *margin > 1000)
		return cmd__usage("history", USAGE,
				  "--margin: expected per cent such as 2, found "
				  "'%s'",
				  text);
	*margin /= 100;
	return 0;
}

/* 0, an exit code, or -1 when help was asked for. */
static int take(void *arg, int c)
{
	struct history_opts *o = arg;

	switch (c) {
	case 'C':
		o->csv.path = optarg;
		return 0;
	case 'd':
		o->db = optarg;
		return 0;
	case 'f':
		o->format = optarg;
		return 0;
	case 'm':
		o->filter.machine = optarg;
		return 0;
	case 'M':
		return read_margin(optarg, &o->csv.guard);
	case 'o':
		o->csv.online = true;
		return 0;
	case 'p':
		o->filter.plan = optarg;
		return 0;
	case 'r':
		o->filter.reference = optarg;
		return 0;
	case 'v':
		o->filter.variant = optarg;
		return 0;
	case 'w':
		o->filter.workload = optarg;
		return 0;
	case 'h':
		return -1;
	default:
		return cmd__usage("history", USAGE, "see `kduel history --help`");
	}
}

static int check(struct history_opts *o, bool *json)
{
	const struct history_filter *f = &o->filter;

	if (!o->csv.path && o->csv.online)
		return cmd__usage("history", USAGE, "--online goes with --csv");
	if (!o->csv.path && !f->metric)
		return cmd__usage("history", USAGE, "expected the name of a metric");
	if (!o->csv.path)
		return results__is_json("history", USAGE, o->format ? o->format : "text", json);
	if (f->metric || f->workload || f->variant || f->plan || f->machine || f->reference)
		return cmd__usage("history", USAGE, "--csv takes neither a metric nor a selection");
	if (o->format && !streq(o->format, "csv"))
		return cmd__usage("history", USAGE, "unknown format '%s': expected csv", o->format);
	return 0;
}

static int parse(int argc, char **argv, struct history_opts *o, bool *json)
{
	static const struct option options[] = {
		{ "csv", required_argument, NULL, 'C' },
		{ "db", required_argument, NULL, 'd' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ "machine", required_argument, NULL, 'm' },
		{ "margin", required_argument, NULL, 'M' },
		{ "online", no_argument, NULL, 'o' },
		{ "plan", required_argument, NULL, 'p' },
		{ "reference", required_argument, NULL, 'r' },
		{ "variant", required_argument, NULL, 'v' },
		{ "workload", required_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 },
	};
	int ret = cmd__options(argc, argv, options, take, o);

	if (ret)
		return ret;
	if (optind < argc)
		o->filter.metric = argv[optind++];
	if (optind < argc)
		return cmd__usage("history", USAGE, "unexpected argument '%s'", argv[optind]);
	return check(o, json);
}

static int show(const struct history_opts *o, bool json)
{
	struct history *h = NULL;
	struct store *st = NULL;
	struct err err;
	int ret = results__open(o->db, &st, &err);

	if (!ret)
		ret = history__build(st, &o->filter, &h, &err);
	if (!ret && !h->n_streams)
		ret = err__set(&err, -ENOENT,
			       "no campaign has values of '%s' that fit; `kduel "
			       "compare` shows what metrics there are",
			       o->filter.metric);
	if (ret)
		log__error("%s", err.msg);
	else if (json)
		results__print_json(history_json__history(h));
	else
		history_text__print(h, stdout);
	if (!ret && h->n_empty)
		log__info("%zu values are missing: no boot of theirs counts", h->n_empty);
	history__free(h);
	store__close(st);
	return cmd__exit_code(ret);
}

int cmd_history(int argc, char **argv)
{
	struct history_opts o = { .csv.guard = DEFAULT_GUARD };
	bool json = false;
	int ret = parse(argc, argv, &o, &json);

	if (ret)
		return ret < 0 ? help() : ret;
	return o.csv.path ? history_csv__run(&o.csv) : show(&o, json);
}

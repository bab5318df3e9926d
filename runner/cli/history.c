// SPDX-License-Identifier: GPL-2.0-only
/* history.c - print a metric from campaign to campaign, and its changes of level. */
#include "reports/history/load.h"
#include "reports/csv/nights.h"
#include "reports/render/history/json.h"
#include "reports/render/history/text.h"
#include "reports/render/json.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"

struct history_opts {
	struct history_filter filter;
	struct csv_opts {
		const char *path; /* "-": standard input */
		bool online; /* analyse night by night instead of all at once */
		double guard; /* smallest change of level that counts, as a ratio */
	} csv;
	const char *db, *format;
	bool json;
};

/* The only OPTION_TAKE row is --margin. */
static int take_history_option(void *opts, int key __unused, const char *value, struct err *err)
{
	struct history_opts *o = opts;

	return options__percent("margin", value, &o->csv.guard, err);
}

/* A metric and --csv exclude each other, and differ in their output formats. */
static int check_history_options(void *opts, size_t n, char **args, struct err *err)
{
	struct history_opts *o = opts;
	struct history_filter *f = &o->filter;
	int format;

	if (n)
		f->metric = args[0];
	if (o->csv.path) {
		if (f->metric || f->workload || f->variant || f->plan || f->machine || f->reference)
			return err__set(err, -EINVAL,
					"--csv takes neither a metric nor a selection");
		format = o->format ? options__word("format", o->format, "csv", err) : 0;
	} else {
		if (o->csv.online)
			return err__set(err, -EINVAL, "--online goes with --csv");
		if (!f->metric)
			return err__set(err, -EINVAL, "expected the name of a metric");
		format = o->format ? options__word("format", o->format, "text|json", err) : 0;
	}
	o->json = format == 1;
	return format < 0 ? format : 0;
}

static const struct options options = {
	.command = "history",
	.args = "METRIC\n--csv FILE",
	.doc = "Prints a metric (\"time\" or \"hackbench/time\") from campaign to campaign, oldest "
	       "first, with the changes of its level in between. Campaigns are ordered by their tag "
	       "\"date\" if they have one (`kduel tag`), else by when they were run.\n\n"
	       "With --csv, finds the change points of nights measured elsewhere. The columns are "
	       "metric, night (a whole number) and value, the rows in any order. Prints "
	       "metric,alarm_night,change_night,effect_pct,p.",
	.table = OPTION_TABLE(OPTION_TEXT("format", "FORMAT", struct history_opts, format,
					  "text (default) or json; csv with --csv"),
			      OPTION_GROUP(1, "Nights measured elsewhere:"),
			      OPTION_TEXT("csv", "FILE", struct history_opts, csv.path,
					  "read them from FILE (\"-\": standard input)"),
			      OPTION_TAKE("margin", OPTION_TAKE_FIRST, "PCT",
					  "smallest step that counts (default 2)"),
			      OPTION_FLAG("online", struct history_opts, csv.online,
					  "as they would have been found night by night, instead "
					  "of with all nights in view")),
	.max_args = 1,
	.take = take_history_option,
	.check = check_history_options,
	.shared = { { &options__db, offsetof(struct history_opts, db) },
		    { &options__history, offsetof(struct history_opts, filter) } },
};

/* Say which metrics had too few nights, which otherwise would look like no change. */
static void report_short(const struct nights_table *t, size_t least)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->v[i].n < least;
	if (n)
		log__info("%zu of %zu metrics have fewer than %zu nights, too few to find anything",
			  n, t->n, least);
}

/* Find and print the change points in nights measured elsewhere. Returns an exit code. */
static int run_csv(const struct csv_opts *o)
{
	struct changepoint_params params = changepoint__defaults;
	_cleanup_(nights_table__release) struct nights_table t = { 0 };
	_cleanup_(csv__closep) struct csv *csv = NULL;
	const char *name;
	struct err err;
	int ret = csv__open(o->path, &csv, &err);

	if (!ret)
		ret = nights_table__read(csv, &t, &err);
	if (!ret) {
		params.guard_rel = o->guard;
		nights_table__find(&t, &params, o->online);
		ret = nights_table__print_csv(&t, stdout, &err);
	}
	if (ret)
		log__error("%s", err.msg);
	else
		report_short(&t, params.min_nights);
	if (!ret && csv__is_unended(csv, &name))
		log__warn("%s: the last line has no newline: is the file truncated?", name);
	return cmd__exit_code(ret);
}

/* A selection that matches nothing is an error: an empty history would look like no change. Returns
 * an exit code. */
static int show(const struct history_opts *o)
{
	_cleanup_(history__freep) struct history *h = NULL;
	_cleanup_(store__closep) struct store *st = NULL;
	struct err err;
	int ret = results__open(o->db, STORE_READ, &st, &err);

	if (!ret)
		ret = history__build(st, &o->filter, &h, &err);
	if (!ret && !h->n_streams)
		ret = err__set(&err, -ENOENT,
			       "no campaign has matching values of '%s'; `kduel "
			       "compare` shows the metrics there are",
			       o->filter.metric);
	if (ret)
		log__error("%s", err.msg);
	else if (o->json)
		json__print(history_json__history(h), stdout);
	else
		history_text__print(h, stdout);
	if (!ret && h->n_empty)
		log__info(h->n_empty == 1 ? "%zu value is missing: none of its boots counts" :
					    "%zu values are missing: none of their boots counts",
			  h->n_empty);
	return cmd__exit_code(ret);
}

int cmd_history(int argc, char **argv)
{
	struct history_opts o = { .csv.guard = 0.02 };
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	return o.csv.path ? run_csv(&o.csv) : show(&o);
}

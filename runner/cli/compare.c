// SPDX-License-Identifier: GPL-2.0-only
/* compare.c - compare variants of stored campaigns. */
#include "lib/fs.h"
#include "reports/render/render.h"
#include "reports/report/environment.h"
#include "reports/report/open.h"
#include "reports/report/outcome.h"
#include "reports/report/view.h"
#include "runner/cli/common.h"
#include "runner/cli/compare_csv.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/cli/published.h"
#include "runner/cli/terminal.h"
#include "runner/cli/verdicts.h"

struct compare_opts {
	const char *candidate_arg, *baseline_arg; /* as given */
	const char *campaign; /* its plan declares what to compare, unless there are sides */
	char *candidate, *baseline; /* the sides, with their campaigns; owned; NULL: not given */
	unsigned int block; /* 0: all */
	const char *db, *format, *output; /* output: NULL is standard output */
	bool all, published, ranges;
	bool force; /* compare even if the environments differ */
	struct report_filter filter;
	struct gate gate; /* --fail-on, --require-conclusive */
};

enum { OPT_BASIS = OPTION_TAKE_FIRST, OPT_BLOCK, OPT_ONLY, OPT_SORT };

#define BLOCKS_MAX 10000

/* Most values are parsed and checked by the report's filter. */
static int take_compare_option(void *opts, int key, const char *value, struct err *err)
{
	struct compare_opts *o = opts;

	switch (key) {
	case 'o':
		o->output = value;
		return 0;
	case OPT_BASIS:
		return report_filter__basis(&o->filter, value, err);
	case OPT_BLOCK:
		return options__count("block", value, BLOCKS_MAX, &o->block, err);
	case OPT_ONLY:
		return report_filter__only(&o->filter, value, err);
	default:
		return report_filter__sort(&o->filter, value, err);
	}
}

/* Does this side name campaigns (CAMPAIGN:VARIANT, a list, or KEY=VALUE), not just a variant? */
static bool has_campaign(const char *text)
{
	return strpbrk(text, ":,=") != NULL;
}

/* A side as dataset__load_sides() expects it, with `campaign` if it names none; the caller frees. */
static char *side_of(const char *text, const char *campaign)
{
	return has_campaign(text) ? xstrdup(text) : xasprintf("%s:%s", campaign, text);
}

/* The operands are one campaign, or two sides, the candidate first. */
static int read_operands(struct compare_opts *o, size_t n, char **args, struct err *err)
{
	if (n == 2) {
		if (o->candidate_arg || o->baseline_arg)
			return err__set(err, -EINVAL,
					"two sides are named already: leave out --candidate and "
					"--baseline");
		o->candidate = xstrdup(args[0]);
		o->baseline = xstrdup(args[1]);
		return 0;
	}
	if (!o->candidate_arg != !o->baseline_arg)
		return err__set(err, -EINVAL, "--candidate and --baseline go together");
	if (n && has_campaign(args[0]) && (!o->candidate_arg || strchr(args[0], ':')))
		return err__set(err, -EINVAL,
				"one side alone cannot be compared: add the baseline, as "
				"CAMPAIGN[,CAMPAIGN...]:VARIANT");
	if (n)
		o->campaign = args[0];
	if (o->candidate_arg) {
		o->candidate = side_of(o->candidate_arg, o->campaign);
		o->baseline = side_of(o->baseline_arg, o->campaign);
	}
	return 0;
}

/* Checks that depend on several options, which may come in any order. */
static int check_compare_options(void *opts, size_t n, char **args, struct err *err)
{
	struct compare_opts *o = opts;
	int ret = read_operands(o, n, args, err);

	if (ret)
		return ret;
	if (render__check_format(o->format, err) < 0)
		return -EINVAL;
	if (gate__check(&o->gate, err))
		return err__prefix(err, -EINVAL, "--fail-on: ");
	if (o->ranges && !streq(o->format, "text"))
		return err__set(err, -EINVAL,
				"--ranges goes with the format text; json has them for every row");
	if (o->published && (streq(o->format, "csv") || streq(o->format, "mail")))
		return err__set(err, -EINVAL,
				"--published goes with the formats text, markdown and json");
	/* Fold rows only if none were asked for. */
	o->filter.fold = render__folds(o->format) && !o->all && !o->filter.only &&
			 !o->filter.bases && !o->filter.metrics.n;
	/* Keep to one screen, unless an option asks for more. */
	o->filter.brief = o->filter.fold && render__is_brief(o->format) && !o->block &&
			  !o->filter.workloads.n && !o->filter.primary && !o->filter.sort;
	o->filter.block = o->block;
	return 0;
}

static const struct options options = {
	.command = "compare",
	.args = "[CAMPAIGN]\nCAMPAIGN[,CAMPAIGN...][:CANDIDATE] CAMPAIGN[,CAMPAIGN...][:BASELINE]",
	.doc = "Compares variants: what the plan of a campaign declares (a campaign is named by its id, "
	       "the beginning of it, or \"latest\", the default), or any two variants, also of two "
	       "campaigns. Campaigns separated by commas are pooled, and KEY=VALUE stands for all that "
	       "have this tag. The variant may be left out if a campaign has only one.\v"
	       "--only, --workload, --basis and --metric may be repeated. `kduel compare --csv FILE "
	       "--help` is about samples from elsewhere.\n\n"
	       "Exit codes: " EXIT_CODES_HELP,
	.table = OPTION_TABLE(
		OPTION_TEXT("candidate", "VARIANT", struct compare_opts, candidate_arg,
			    "the variant that is judged; may be CAMPAIGN:VARIANT"),
		OPTION_TEXT("baseline", "VARIANT", struct compare_opts, baseline_arg,
			    "the variant that it is judged against"),
		OPTION_FLAG("force", struct compare_opts, force,
			    "compare although more differs than was declared; the report says so"),
		OPTION_TEXT("format", "FORMAT", struct compare_opts, format,
			    "text (default), markdown, csv, json, junit, mail"),
		OPTION_TAKE("output", 'o', "FILE", "write there instead of to standard output"),
		OPTION_FLAG("published", struct compare_opts, published,
			    "show figures that others have published beside ours (text, markdown, "
			    "json)"),
		OPTION_FLAG("ranges", struct compare_opts, ranges,
			    "show whether the boots of both sides overlap (text)"),
		OPTION_GROUP(1, "Which rows are shown (verdicts and exit code stay those of all "
				"rows):"),
		OPTION_FLAG("all", struct compare_opts, all,
			    "every one; by default text and mail show those that moved, the other "
			    "formats all primary ones"),
		OPTION_TAKE("block", OPT_BLOCK, "N",
			    "the N-th comparison alone, with all of its primary metrics and notes"),
		OPTION_TAKE("only", OPT_ONLY, "WORDS",
			    "regressions, improvements, changes, small, inconclusive, verdicts"),
		OPTION_LIST("workload", "W", struct compare_opts, filter.workloads,
			    "rows of a workload"),
		OPTION_TAKE("basis", OPT_BASIS, "B",
			    "measured, measured-guest, exact, modelled, emulated"),
		OPTION_LIST("metric", "GLOB", struct compare_opts, filter.metrics,
			    "METRIC or WORKLOAD/METRIC, * and ? as in the shell"),
		OPTION_FLAG("primary", struct compare_opts, filter.primary, "no secondary metrics"),
		OPTION_TAKE("sort", OPT_SORT, "ORDER", "primary (default), name, severity")),
	.max_args = 2,
	.take = take_compare_option,
	.check = check_compare_options,
	.shared = { { &options__gate, offsetof(struct compare_opts, gate) },
		    { &options__db, offsetof(struct compare_opts, db) } },
};

/* Compare the two sides or, without any, what the plan of the campaign declares. */
static int open_report(struct store *st, const struct compare_opts *o, struct report **r,
		       struct err *err)
{
	if (!o->candidate)
		return report__open(st, o->campaign, r, NULL, err);
	return report__open_sides(st, o->candidate, o->baseline, r, err);
}

/* Render to memory first, so that the file gets a whole report or stays unchanged. */
static int write_file(const struct report_view *v, const struct compare_opts *o, struct err *err)
{
	_free_ char *text = NULL;
	size_t len = 0;
	FILE *mem = open_memstream(&text, &len);
	int ret;

	if (!mem)
		return err__set(err, -errno, "no memory for the report: %s", strerror(errno));
	ret = render__report(v, o->format, mem, err);
	if (fclose(mem) && !ret)
		ret = err__set(err, -errno, "no memory for the report: %s", strerror(errno));
	if (ret)
		return ret;
	ret = fs__write_output(o->output, text, len);
	return ret ? err__set(err, ret, "%s: %s", o->output, strerror(-ret)) : 0;
}

/* -ENOTUNIQ if the sides differ in more than what is compared, as that could explain the result as
 * well; with --force, only mark the report. */
static int check_env(struct report *r, const struct compare_opts *o, struct err *err)
{
	_free_ char *list = strvec__join(&r->outside, "\n  ");

	if (!r->outside.n)
		return 0;
	if (o->force) {
		report__force(r);
		return 0;
	}
	return err__set(err, -ENOTUNIQ,
			"more differs than what is compared:\n  %s\nmake both sides "
			"alike and measure again, or compare anyway with --force",
			list);
}

/* Returns EXIT_UNFIT if more differs than what is compared, else the exit code of the error or
 * report. */
static int compare(const struct compare_opts *o)
{
	struct published published = { 0 };
	struct report_view v = { 0 };
	struct report *r = NULL;
	struct store *st = NULL;
	struct err err;
	int ret = results__open(o->db, STORE_READ, &st, &err);

	if (!ret && o->published)
		ret = published__load(&published, &err);
	if (!ret)
		ret = open_report(st, o, &r, &err);
	if (!ret)
		ret = check_env(r, o, &err);
	if (!ret)
		ret = verdicts__check_gate(r, &o->gate, &err);
	if (!ret)
		verdicts__set_gate(r, &o->gate);
	if (!ret)
		ret = report_view__make(r, &o->filter, &v, &err);
	if (!ret && o->published) {
		published__place(&published, r->campaign);
		if (r->other)
			published__place(&published, r->other);
		v.published = &published;
	}
	v.ranges = o->ranges;
	v.width = o->output ? 0 : terminal__width();
	if (streq(o->format, "text"))
		terminal__colour();
	if (!ret)
		ret = o->output ? write_file(&v, o, &err) :
				  render__report(&v, o->format, stdout, &err);
	if (ret)
		log__error("%s", err.msg);
	ret = ret == -ENOTUNIQ ? EXIT_UNFIT : ret ? cmd__exit_code(ret) : report__exit_code(r);
	report_view__release(&v);
	report__free(r);
	published__release(&published);
	store__close(st);
	return ret;
}

/* With --csv this is another command, with options of its own, that uses no database. */
int cmd_compare(int argc, char **argv)
{
	struct compare_opts o = { .campaign = "latest", .format = "text" };
	int ret;

	if (compare_csv__is_asked_for(argc, argv))
		return compare_csv__run(argc, argv);
	if (options__parse(&options, argc, argv, &o, &ret))
		ret = compare(&o);
	free(o.candidate);
	free(o.baseline);
	report_filter__release(&o.filter);
	gate__release(&o.gate);
	return ret;
}

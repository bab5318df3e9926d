// SPDX-License-Identifier: GPL-2.0-only
/* explain.c - which functions account for the difference of a row. */
#include "reports/profile/annotate_load.h"
#include "reports/profile/load.h"
#include "reports/render/explain/annotate.h"
#include "reports/render/explain/explain.h"
#include "reports/render/explain/folded.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/kernels/files/disasm.h"

#define TOP_MAX 100000

struct explain_opts {
	const char *campaign, *db, *annotate;
	struct explain_request req;
	bool no_fold;
	unsigned int top;
	int format; /* index in FORMATS */
	int by; /* enum explain_by */
};

#define FORMATS "text|markdown|json|folded"
enum { TEXT, MARKDOWN, JSON, FOLDED };
enum { OPT_TOP = OPTION_TAKE_FIRST, OPT_FORMAT, OPT_BY };

static int take_explain_option(void *opts, int key, const char *value, struct err *err)
{
	struct explain_opts *o = opts;

	if (key == OPT_TOP)
		return options__count("top", value, TOP_MAX, &o->top, err);
	if (key == OPT_BY) {
		o->by = options__word("by", value, EXPLAIN_BY_WORDS, err);
		return o->by < 0 ? o->by : 0;
	}
	o->format = options__word("format", value, FORMATS, err);
	return o->format < 0 ? o->format : 0;
}

static int check_explain_options(void *opts, size_t n, char **args, struct err *err)
{
	struct explain_opts *o = opts;

	if (n != 2)
		return err__set(err, -EINVAL,
				"expected a campaign (`kduel list`) and a row, such as "
				"tmpfs-rand64/kernel.instructions_per_op");
	if (o->req.against && o->annotate)
		return err__set(err, -EINVAL, "--annotate is for one campaign, without --against");
	if (!o->req.against && !o->req.candidate != !o->req.baseline)
		return err__set(err, -EINVAL, "--candidate and --baseline go together");
	if (o->annotate && (o->format == MARKDOWN || o->format == FOLDED))
		return err__set(err, -EINVAL, "--annotate writes text or JSON");
	if (o->by != BY_FUNCTION && (o->annotate || o->format == JSON))
		return err__set(err, -EINVAL, "--by goes with text, Markdown and folded stacks: %s",
				o->annotate ? "--annotate is about one function" :
					      "JSON always has all groups");
	if (o->by == BY_INLINED && o->format == FOLDED)
		return err__set(err, -EINVAL,
				"folded stacks always show what is inlined: --by file and --by "
				"subsystem add a frame below");
	o->campaign = args[0];
	o->req.row = args[1];
	o->req.fold = !o->no_fold;
	return 0;
}

static const struct options options = {
	.command = "explain",
	.args = "CAMPAIGN ROW",
	.doc = "Lists the kernel functions that account for the difference of a row, "
	       "\"WORKLOAD/METRIC\" or \"METRIC\". Rows of exact mode are kernel.instructions_per_op, "
	       "kernel.instructions, kernel.walks_d, kernel.walks_i, kernel.l1d_misses and "
	       "kernel.l1i_misses; rows of samples (collector perf-record) are kernel.sampled_insns, "
	       "kernel.sampled_cycles and kernel.sampled_ns, each also with _per_op. The listed "
	       "functions and the rest add up to the whole. A function that ran on one side only is "
	       "added to the one that calls it most.",
	.table = OPTION_TABLE(
		OPTION_TEXT("against", "CAMPAIGN", struct explain_opts, req.against,
			    "take the baseline from this campaign, such as one of another kernel "
			    "with target local"),
		OPTION_TEXT(
			"annotate", "FUNCTION", struct explain_opts, annotate,
			"show both disassemblies of a function, and how often each instruction ran"),
		OPTION_TEXT("candidate", "VARIANT", struct explain_opts, req.candidate,
			    "the variant to explain (default: as the plan compares)"),
		OPTION_TEXT("baseline", "VARIANT", struct explain_opts, req.baseline,
			    "the variant to compare it with"),
		OPTION_TAKE("by", OPT_BY, "GROUP",
			    "function (default); with debug information: inlined, file, subsystem"),
		OPTION_TAKE("format", OPT_FORMAT, "FORMAT",
			    "text (default), markdown, json, folded"),
		OPTION_FLAG("no-fold", struct explain_opts, no_fold,
			    "keep functions that ran on one side only separate"),
		OPTION_TAKE("top", OPT_TOP, "N", "list at most N functions (default: 20)")),
	.max_args = 2,
	.take = take_explain_option,
	.check = check_explain_options,
	.shared = { { &options__db, offsetof(struct explain_opts, db) } },
};

/* Disassemble the function in its variant's kernel. A side that did not run it has no name. */
static int disassemble(struct annotate_side *s, struct err *err)
{
	_cleanup_(kernel__freep) struct kernel *k = NULL;
	int ret;

	if (!s->f.name)
		return 0;
	ret = kernel__from_cache(s->variant->kernel_hash, &k, err);
	if (ret)
		return err__prefix(err, ret, "the kernel of %s: ", s->variant->name);
	return disasm__function(k,
				&(struct disasm_place){ s->f.module, s->f.section, s->f.at,
							s->f.size },
				&s->text, err);
}

static int annotate(struct store *st, const struct explain *e, const struct explain_opts *o,
		    struct err *err)
{
	_cleanup_(annotate__release) struct annotate a;
	int ret = annotate__load(st, e, o->annotate, &a, err);

	for (size_t i = 0; !ret && i < EXPLAIN_SIDES; i++)
		ret = disassemble(&a.side[i], err);
	if (ret)
		return ret;
	annotate__align(&a);
	if (o->format == JSON)
		annotate__json(&a, stdout);
	else
		annotate__text(&a, stdout);
	return 0;
}

static int print(const struct explain *e, const struct explain_opts *o, struct err *err)
{
	const enum explain_by by = (enum explain_by)o->by;

	switch (o->format) {
	case JSON:
		explain__json(e, stdout);
		return 0;
	case FOLDED:
		return explain__folded(e, by, stdout, err);
	case MARKDOWN:
		return explain__markdown(e, by, o->top, stdout, err);
	default:
		return explain__text(e, by, o->top, stdout, err);
	}
}

int cmd_explain(int argc, char **argv)
{
	struct explain_opts o = { .top = 20 };
	struct explain *e = NULL;
	struct store *st = NULL;
	struct err err;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	ret = results__open(o.db, STORE_READ, &st, &err);
	if (!ret)
		ret = explain__make(st, o.campaign, &o.req, &e, &err);
	if (!ret && o.annotate && e->event)
		ret = err__set(&err, -EINVAL,
			       "--annotate: samples are by function; exact mode counts each "
			       "instruction");
	if (!ret && o.annotate)
		ret = annotate(st, e, &o, &err);
	else if (!ret)
		ret = print(e, &o, &err);
	if (ret)
		log__error("%s", err.msg);
	explain__free(e);
	store__close(st);
	return cmd__exit_code(ret);
}

// SPDX-License-Identifier: GPL-2.0-only
/* run.c - run a plan and compare its variants at the end. */
#include "lib/fs.h"
#include "reports/render/render.h"
#include "reports/render/values_text.h"
#include "reports/report/open.h"
#include "reports/report/outcome.h"
#include "reports/report/pool.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/run.h"
#include "runner/cli/terminal.h"
#include "runner/cli/verdicts.h"
#include "runner/plan/gate.h"

int run__check(const struct run_opts *o, struct err *err)
{
	/* Before the boots, which may take a night. */
	if (gate__check(&o->gate, err))
		return err__prefix(err, -EINVAL, "--fail-on: ");
	return render__check_format(o->format, err) < 0 ? -EINVAL : 0;
}

/* There must be exactly one of a plan, --resume and --kernel (twice or more). */
static int check_run_options(void *opts, size_t n, char **args, struct err *err)
{
	struct run_opts *o = opts;
	struct execute_opts *x = &o->execute;

	x->plan_path = n ? args[0] : NULL;
	if (o->quick.kernels.n && (x->plan_path || x->resume))
		return err__set(err, -EINVAL, "--kernel makes a plan: do not name another");
	if (o->quick.kernels.n == 1)
		return err__set(err, -EINVAL,
				"--kernel is given once, but needed at least twice: the last one is the "
				"baseline");
	if (!o->quick.kernels.n && (o->quick.workloads.n || o->quick.files.n || o->quick.timed))
		return err__set(err, -EINVAL, "--workload, --file and --timed go with --kernel");
	if (!o->quick.kernels.n && !x->plan_path == !x->resume)
		return err__set(err, -EINVAL, "expected one plan, or --resume and a campaign");
	if (x->tags.n && x->resume)
		return err__set(err, -EINVAL,
				"--tag is for new campaigns; `kduel tag` is for others");
	return run__check(o, err);
}

static const struct options options = {
	.command = "run",
	.args = "PLAN\n--kernel NEW=KERNEL --kernel OLD=KERNEL [--workload NAME...]\n--resume ID",
	.doc = "Boots every variant of the plan, runs its workloads, stores the samples and prints "
	       "the comparison. With --kernel, twice or more, it makes the plan, shows it and keeps it "
	       "beside the database (`kduel ab --help` says what a KERNEL is).\v"
	       "Exit codes: " EXIT_CODES_HELP,
	.table = OPTION_TABLE(
		OPTION_LIST("file", "PLACE=PATH", struct run_opts, quick.files,
			    "with --kernel: give guests a file or directory of yours, such as "
			    "/opt/bench=./bench; may be repeated"),
		OPTION_TEXT("format", "FORMAT", struct run_opts, format,
			    "of the comparison: text (default), markdown, csv, json, junit, mail"),
		OPTION_LIST("kernel", "NAME=KERNEL", struct run_opts, quick.kernels,
			    "compare this kernel; the last one is the baseline"),
		OPTION_FLAG("timed", struct run_opts, quick.timed,
			    "with --kernel: measure times, which get a verdict under KVM only"),
		OPTION_LIST("workload", "NAME", struct run_opts, quick.workloads,
			    "with --kernel: what they run; may be repeated"),
		OPTION_FLAG("bisect-codes", struct run_opts, bisect,
			    "exit codes for `git bisect run`: 0 good, 1 bad, 125 skip (undecided, or this "
			    "commit does not build or boot), 128 stop")),
	.max_args = 1,
	.check = check_run_options,
	.shared = { { &execute__options, offsetof(struct run_opts, execute) },
		    { &options__gate, offsetof(struct run_opts, gate) },
		    { &options__db, offsetof(struct run_opts, db) },
		    { &options__quiet, 0 } },
};

/* For execute_opts.check: refuse --fail-on patterns that match no metric of the plan. */
static int check_plan(const struct plan *plan, void *arg, struct err *err)
{
	struct run_opts *o = arg;
	int ret = plan_gate__check(plan, &o->gate, err);

	o->plan_is_good = !ret;
	return ret;
}

/* Print the results of a campaign that compares nothing, and say why. Returns -errno, or an exit
 * code that depends on the expectations in the plan. */
static int print_lone(struct store *st, const char *uuid, const char *format, struct err *err)
{
	_cleanup_(variant_values__release) struct variant_values values = { 0 };
	_cleanup_(campaign__freep) struct campaign *c = NULL;
	_cleanup_(report_expects__release) struct report_expects expects = { 0 };
	_free_ char *text = NULL;
	int ret = store__load(st, uuid, &c, err);

	if (!ret)
		ret = variant_values__load(st, c, values__any, &values, err);
	if (!ret)
		ret = report_expects__load(st, c, &expects, err);
	if (ret)
		return ret;
	values__print(c, &values, &expects, format, stdout);
	text = report__tell_lone(c);
	log__info("campaign %.8s: %s", uuid, text ? text : "one variant, nothing to compare");
	return expects.count[EXPECT_FAIL]	? EXIT_REGRESSION :
	       expects.count[EXPECT_CANNOT_SAY] ? EXIT_TOO_FEW :
						  EXIT_NO_REGRESSION;
}

/* Has every candidate at least one boot that succeeded? */
static bool all_boot(const struct report *r)
{
	for (size_t i = 0; i < r->n_blocks; i++)
		if (!r->variants[r->blocks[i].candidate].ok)
			return false;
	return true;
}

/* `git bisect run` takes 1 to 127 as bad, except 125 (skip: this commit cannot be tested), and
 * aborts on 128 and above. Abort on faults of plan or machine, which every other commit would meet,
 * too. */
static int bisect_code(const struct run_opts *o, int code)
{
	enum { SKIP = 125, STOP = 128 };

	switch (code) {
	case EXIT_NO_REGRESSION:
		return 0;
	case EXIT_REGRESSION:
		return o->boots ? 1 : SKIP;
	case EXIT_TOO_FEW:
	case EXIT_INCONCLUSIVE:
		return SKIP;
	case EXIT_USAGE: /* with a valid plan: the kernel could not be built */
		return o->plan_is_good ? SKIP : STOP;
	default:
		return STOP;
	}
}

/* For execute_opts.finish: print the comparison. */
static int compare(struct store *st, const struct campaign_run *c, void *arg)
{
	struct run_opts *o = arg;
	struct err err;
	struct report *r;
	int ret;

	if (!c->plan->n_compares) {
		ret = print_lone(st, c->uuid, o->format, &err);
		if (ret < 0)
			return cmd__fail(ret, &err);
		return !ret && c->failed ? EXIT_TOO_FEW : ret;
	}
	ret = report__open(st, c->uuid, &r, NULL, &err);
	if (!ret) {
		verdicts__set_gate(r, &o->gate);
		o->boots = all_boot(r);
	}
	if (streq(o->format, "text"))
		terminal__colour();
	if (!ret)
		ret = render__default(r, o->format, terminal__width(), stdout, &err);
	ret = ret ? cmd__fail(ret, &err) : report__exit_code(r);
	report__free(r);
	return ret;
}

/* Write the plan that the options describe to a file, and show it. The caller frees *path. */
static int make_plan(struct run_opts *o, char **path)
{
	_free_ char *text = NULL;
	char *save = NULL;
	struct err err;
	int ret = quick__write(&o->quick, o->db, path, &text, &err);

	if (ret)
		return cmd__fail(ret, &err);
	o->execute.plan_path = *path;
	log__info("plan    %s", *path);
	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		log__info("  %s", l);
	return 0;
}

/* Open the database before anything is downloaded or built, to fail early if it is not writable. */
int run__plan(struct run_opts *o)
{
	struct execute_opts *x = &o->execute;
	_free_ char *made = NULL;
	struct store *st = NULL;
	struct err err;
	int ret = 0;

	if (o->quick.kernels.n || o->quick.commands.n)
		ret = make_plan(o, &made);
	if (ret)
		return ret;
	x->check = check_plan;
	x->finish = compare;
	x->arg = o;
	/* A dry run of a plan needs no database, unless --locked names a campaign. */
	if (!x->dry_run || x->resume || (x->locked && !fs__exists(x->locked)))
		ret = results__open(o->db, x->dry_run ? STORE_READ : STORE_WRITE, &st, &err);
	ret = ret ? cmd__fail(ret, &err) : execute__plan(st, x);
	store__close(st);
	return ret;
}

void run_opts__release(struct run_opts *o)
{
	tags__release(&o->execute.tags);
	gate__release(&o->gate);
	quick__release(&o->quick);
}

int cmd_run(int argc, char **argv)
{
	struct run_opts o = RUN_OPTS;
	int ret;

	if (options__parse(&options, argc, argv, &o, &ret))
		ret = run__plan(&o);
	run_opts__release(&o);
	return o.bisect ? bisect_code(&o, ret) : ret;
}

// SPDX-License-Identifier: GPL-2.0-only
/* ab.c - `kduel ab`: compare two kernels, or two commands, with a plan that kduel writes. */
#include "runner/cli/common.h"
#include "runner/cli/run.h"
#include "runner/cli/verdicts.h"

struct ab_opts {
	struct run_opts run;
	bool local;
};

enum { OPT_BOOTS = OPTION_TAKE_FIRST };

static int take_option(void *opts, int key __unused, const char *value, struct err *err)
{
	struct ab_opts *o = opts;

	return options__count("boots", value, 1000, &o->run.quick.boots, err);
}

/* The operands are the two sides, then workloads. */
static int check_options(void *opts, size_t n, char **args, struct err *err)
{
	struct ab_opts *o = opts;

	if (n < 2)
		return err__set(
			err, -EINVAL, "expected %s",
			o->local ? "two commands, each as one word: 'CMD A' 'CMD B'" :
				   "two kernels, such as two build trees: ~/linux-new ~/linux-old");
	if (o->local && n > 2)
		return err__set(err, -EINVAL,
				"expected two commands, found %zu words: put each command into quotes",
				n);
	if (o->local && o->run.quick.files.n)
		return err__set(err, -EINVAL,
				"--file is for guests: commands of --local see all files here");
	if (o->run.execute.resume)
		return err__set(err, -EINVAL, "`kduel run --resume ID` goes on with a campaign");
	for (size_t i = 0; i < n; i++)
		strvec__push(i > 1    ? &o->run.quick.workloads :
			     o->local ? &o->run.quick.commands :
					&o->run.quick.kernels,
			     args[i]);
	return run__check(&o->run, err);
}

static const struct options options = {
	.command = "ab",
	.args = "KERNEL_A KERNEL_B [WORKLOAD...]\n--local 'COMMAND A' 'COMMAND B'",
	.doc = "Compares A with B, the baseline: writes a plan, shows it, keeps it beside the database, "
	       "and runs it. A kernel is a build tree or an Image (a path with a / in it), a Debian "
	       "package or a glob of packages, or a name from `kduel kernel list`; NAME=KERNEL names it. "
	       "With --local, two shell commands are timed in turn on the running kernel.\v"
	       "By default kernel instructions are counted in exact mode; a WORKLOAD may have parameters: "
	       "'fio-dmcrypt: {size: 64M}'. A benchmark of your own runs in both guests with "
	       "--file /opt/bench=./bench 'exec: {command: /opt/bench}'.\n"
	       "Exit codes: " EXIT_CODES_HELP,
	.table = OPTION_TABLE(
		OPTION_TAKE("boots", OPT_BOOTS, "N",
			    "boots of each side (3; 5 when timed), or sessions of each command (10)"),
		OPTION_LIST("file", "PLACE=PATH", struct ab_opts, run.quick.files,
			    "give guests a file or directory of yours, such as /opt/bench=./bench; may be "
			    "repeated"),
		OPTION_TEXT("format", "FORMAT", struct ab_opts, run.format,
			    "of the comparison: text (default), markdown, csv, json, junit, mail"),
		OPTION_FLAG("local", struct ab_opts, local,
			    "compare two commands on this system instead of kernels; they run as you"),
		OPTION_FLAG("timed", struct ab_opts, run.quick.timed,
			    "measure times, which get a verdict under KVM only")),
	.take = take_option,
	.max_args = OPTIONS_ANY,
	.check = check_options,
	.shared = { { &execute__options, offsetof(struct ab_opts, run.execute) },
		    { &options__gate, offsetof(struct ab_opts, run.gate) },
		    { &options__db, offsetof(struct ab_opts, run.db) },
		    { &options__quiet, 0 } },
};

int cmd_ab(int argc, char **argv)
{
	struct ab_opts o = { .run = RUN_OPTS };
	int ret;

	if (options__parse(&options, argc, argv, &o, &ret))
		ret = run__plan(&o.run);
	run_opts__release(&o.run);
	return ret;
}

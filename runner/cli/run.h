/* SPDX-License-Identifier: GPL-2.0-only */
/* run.h - run a plan and compare its variants, for `kduel run`, `kduel ab` and others. */
#ifndef KDUEL_CLI_RUN_H
#define KDUEL_CLI_RUN_H

#include "runner/cli/execute.h"
#include "runner/cli/quick/quick.h"
#include "runner/plan/gate.h"

struct run_opts {
	struct execute_opts execute;
	const char *db, *format;
	struct gate gate; /* --fail-on, --require-conclusive */
	struct quick quick; /* makes the plan: `kduel ab`, `kduel run --kernel` */
	bool bisect; /* exit codes for `git bisect run` */
	bool plan_is_good; /* set by run__plan() if plan and --fail-on patterns are valid */
	bool boots; /* set by run__plan() if every candidate has boots that succeeded */
};

/* The defaults. */
#define RUN_OPTS ROW(.format = "text", .execute = ROW(.command = "run"))

/* Check gate and format: -EINVAL with the mistake in `err`. */
int run__check(const struct run_opts *o, struct err *err);
/* Run the plan that o->execute names, or that o->quick describes, and print the comparison. Returns
 * an exit code. */
int run__plan(struct run_opts *o);
/* Free what the options own; also after a failed options__parse(). */
void run_opts__release(struct run_opts *o);

#endif

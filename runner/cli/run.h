/* SPDX-License-Identifier: GPL-2.0-only */
/* run.h - runs a plan and compares its variants, for all commands that end so. */
#ifndef KDUEL_CLI_RUN_H
#define KDUEL_CLI_RUN_H

#include "runner/cli/execute.h"
#include "runner/cli/quick/quick.h"
#include "runner/plan/gate.h"

struct run_opts {
	struct execute_opts execute;
	const char *db, *format;
	struct gate gate; /* of the command line */
	struct quick quick; /* in place of a plan: `kduel ab`, `kduel run --kernel` */
	bool bisect; /* exit codes as `git bisect run` takes them */
	bool plan_is_good; /* set once the plan was read */
	bool boots; /* set once boots of every candidate ended well */
};

/* What it begins with. */
#define RUN_OPTS ROW(.format = "text", .execute = ROW(.command = "run"))

/* Are gate and format right? -EINVAL with the reason. */
int run__check(const struct run_opts *o, struct err *err);
/* Run the plan that o->execute names, or that o->quick makes, and print the comparison. Returns the exit code. */
int run__plan(struct run_opts *o);
void run_opts__release(struct run_opts *o);

#endif

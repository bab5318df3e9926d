// SPDX-License-Identifier: GPL-2.0-only
/*
 * perl-startup: start perl with a minimal program and wait for its end, many times: fork, exec, the
 * loader, and everything that perl maps and touches before the first line runs. The exit status
 * proves that the interpreter ran.
 */
#include "workloads/support/fixed.h"
#include "workloads/support/spawn.h"
#include "workloads/workload.h"

static const char *const argv[] = { "perl", "-e", "exit 6 * 7", NULL };

static int setup(struct job *job)
{
	static const struct spawn what = { argv, "perl-base", 42 };

	return spawn__setup(job, &what);
}

static const struct param params[] = {
	PARAM(.name = "count", .type = PARAM_INT, .def = "20", .full = "10000", .min = 1,
	      .max = 1e8, .help = "interpreters started: each is one operation"),
	{ .name = NULL },
};

const struct workload wl_perl_startup = {
	.name = "perl-startup",
	.version = 1,
	.summary = "start of the perl interpreter, and its end",
	.packages = STRINGS("perl-base"),
	.params = params,
	.metrics = fixed__metrics,
	.iteration_max_s = 120,
	.setup_max_s = 10,
	.setup = setup,
	.run = spawn__run,
	.verify = spawn__verify,
	.teardown = spawn__teardown,
};

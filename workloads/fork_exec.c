// SPDX-License-Identifier: GPL-2.0-only
/* fork-exec: start a program and wait for its end, many times, one after the other. */
#include "workloads/support/fixed.h"
#include "workloads/support/spawn.h"
#include "workloads/workload.h"

/* Runs the dynamic loader, maps libc, exits. */
static const char *const argv[] = { "true", NULL };

static int setup(struct job *job)
{
	static const struct spawn what = { argv, "coreutils", 0 };

	return spawn__setup(job, &what);
}

static const struct param params[] = {
	PARAM(.name = "count", .type = PARAM_INT, .def = "200", .full = "20000", .min = 1,
	      .max = 1e8, .help = "programs started: each is one operation"),
	{ .name = NULL },
};

const struct workload wl_fork_exec = {
	.name = "fork-exec",
	.version = 1,
	.summary = "fork, exec of a small program, and its end",
	.packages = STRINGS("coreutils"),
	.params = params,
	.metrics = fixed__metrics,
	.iteration_max_s = 120,
	.setup_max_s = 10,
	.setup = setup,
	.run = spawn__run,
	.verify = spawn__verify,
	.teardown = spawn__teardown,
};

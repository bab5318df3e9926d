// SPDX-License-Identifier: GPL-2.0-only
/*
 * hackbench: groups of processes that send each other small messages over sockets, as in
 * `perf bench sched messaging` (and in mmtests). A group has 20 senders and 20 receivers.
 */
#include "workloads/support/limits.h"
#include "workloads/output/perf_bench.h"
#include "workloads/workload.h"

#define SENDERS 20 /* and as many receivers in a group */
#define TASKS_PER_GROUP (2 * SENDERS)
#define FDS_PER_GROUP 80

struct state {
	char out[4096];
};

static int setup(struct job *job)
{
	job->priv = xcalloc(1, sizeof(struct state));
	/* perf's main process inherits our limit and holds the sockets of all groups. */
	return limits__files(job__u64(job, "groups") * FDS_PER_GROUP, &job->err);
}

static int run(struct job *job)
{
	struct state *st = job->priv;
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret = job__exec(job, 0, &res, "perf", "bench", "sched", "messaging", "-g",
			    job__text(job, "groups"), "-l", job__text(job, "loops"), NULL);

	/* In each group, every sender sends `loops` messages to every receiver. */
	job->operations = job__u64(job, "groups") * SENDERS * SENDERS * job__u64(job, "loops");
	if (!ret)
		snprintf(st->out, sizeof(st->out), "%s", res.out);
	return ret;
}

static int report(struct job *job, const struct perf_bench *got)
{
	if (!(got->seconds > 0))
		return job__fail(job, -ERANGE, "perf bench took no measurable time: raise loops");
	job__sample(job, "time", got->seconds);
	return 0;
}

static int parse(struct job *job, const char *text, size_t len __unused)
{
	struct perf_bench got;
	int ret;

	while (!(ret = perf_bench__next(&text, &got, &job->err)) && !(ret = report(job, &got)))
		;
	return ret == -ENOENT && job->n_samples ? 0 : ret;
}

/* Check that perf bench ran what was asked for. */
static int verify(struct job *job)
{
	uint64_t groups = job__u64(job, "groups");
	struct state *st = job->priv;
	struct perf_bench got;
	uint64_t tasks = groups * TASKS_PER_GROUP;
	int ret = perf_bench__parse(st->out, &got, &job->err);

	st->out[0] = '\0'; /* never reuse a result of this iteration */
	if (ret)
		return ret;
	if (got.groups != groups || got.tasks != tasks)
		return job__fail(job, -EPROTO,
				 "perf bench ran %u groups with %u processes; %llu "
				 "groups with %llu were asked for",
				 got.groups, got.tasks, (unsigned long long)groups,
				 (unsigned long long)tasks);
	return report(job, &got);
}

static const struct param params[] = {
	PARAM(.name = "groups", .type = PARAM_INT, .def = "2", .full = "30", .min = 1, .max = 1000,
	      .help = "groups of 20 senders and 20 receivers"),
	PARAM(.name = "loops", .type = PARAM_INT, .def = "25", .full = "100", .min = 1, .max = 1e6,
	      .help = "messages from each sender to each receiver of its group"),
	{ .name = NULL },
};

static const struct metric metrics[] = {
	METRIC(.name = "time", .unit = "s", .better = BETTER_LOWER, .kind = METRIC_TIME,
	       .primary = true, .margin_rel = 0.01, .resolution = 0.001,
	       .help = "total time as perf bench measures it"),
	{ .name = NULL },
};

const struct workload wl_hackbench = {
	.name = "hackbench",
	.version = 1,
	.summary = "perf bench sched messaging: processes talking over sockets",
	.packages = STRINGS("linux-perf"),
	.needs = NEEDS(NEED(.symbol = "UNIX", .why = "its processes talk over Unix sockets")),
	.params = params,
	.metrics = metrics,
	.iteration_max_s = 120,
	.setup_max_s = 30,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = job__free_priv,
	.parse = parse,
};

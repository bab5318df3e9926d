// SPDX-License-Identifier: GPL-2.0-only
/*
 * hackbench: groups of processes that send each other small messages over
 * sockets, as `perf bench sched messaging` does it (and mmtests with it).
 * A group is 20 senders and 20 receivers.
 */
#include "workloads/perf-bench.h"
#include "workloads/workload.h"

#include <sys/resource.h>

#define TASKS_PER_GROUP 40
#define FDS_PER_GROUP 80

struct state {
	char out[4096];
};

/* perf's main process holds the sockets of all groups at once. */
static int raise_limits(struct job *job)
{
	rlim_t want = job__u64(job, "groups") * FDS_PER_GROUP + 64;
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) < 0)
		return job__fail(job, -errno, "getrlimit: %s", strerror(errno));
	if (rl.rlim_cur >= want)
		return 0;
	rl.rlim_cur = want;
	if (rl.rlim_max < want)
		rl.rlim_max = want;
	if (setrlimit(RLIMIT_NOFILE, &rl) < 0)
		return job__fail(job, -errno, "%llu groups need %llu open files, more than is "
				 "allowed here: lower groups, or raise the limit (ulimit -n)",
				 (unsigned long long)job__u64(job, "groups"),
				 (unsigned long long)want);
	return 0;
}

static int setup(struct job *job)
{
	job->priv = xcalloc(1, sizeof(struct state));
	return raise_limits(job);
}

static void teardown(struct job *job)
{
	free(job->priv);
	job->priv = NULL;
}

static int run(struct job *job)
{
	struct state *st = job->priv;
	struct proc_result res;
	int err = job__exec(job, 0, &res, "perf", "bench", "sched", "messaging", "-g",
			    job__text(job, "groups"), "-l", job__text(job, "loops"), NULL);

	if (!err)
		snprintf(st->out, sizeof(st->out), "%s", res.out);
	proc_result__release(&res);
	return err;
}

static int verify(struct job *job)
{
	uint64_t groups = job__u64(job, "groups");
	const struct state *st = job->priv;
	struct perf_bench got;
	uint64_t tasks = groups * TASKS_PER_GROUP;
	int err = perf_bench__parse(st->out, &got, &job->err);

	if (err)
		return err;
	if (got.groups != groups || got.tasks != tasks)
		return job__fail(job, -EPROTO, "perf bench ran %u groups with %u processes; %llu "
				 "groups with %llu were asked for", got.groups, got.tasks,
				 (unsigned long long)groups, (unsigned long long)tasks);
	if (!(got.seconds > 0))
		return job__fail(job, -ERANGE, "perf bench took no measurable time: raise loops");
	job__sample(job, "time", got.seconds);
	return 0;
}

static const char *const packages[] = { "linux-perf", NULL };

static const struct param params[] = {
	{ .name = "groups", .type = PARAM_INT, .def = "2", .min = 1, .max = 1000,
	  .help = "groups of 20 senders and 20 receivers" },
	{ .name = "loops", .type = PARAM_INT, .def = "25", .min = 1, .max = 1e6,
	  .help = "messages from each sender to each receiver of its group" },
	{ .name = NULL },
};

static const struct metric metrics[] = {
	{ .name = "time", .unit = "s", .better = BETTER_LOWER, .kind = METRIC_TIME,
	  .primary = true, .margin_rel = 0.02, .resolution = 0.001,
	  .help = "total time as perf bench measures it" },
	{ .name = NULL },
};

const struct workload wl_hackbench = {
	.name = "hackbench",
	.version = 1,
	.summary = "perf bench sched messaging: processes talking over sockets",
	.packages = packages,
	.params = params,
	.metrics = metrics,
	.iteration_max_s = 120,
	.setup_max_s = 30,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = teardown,
};

// SPDX-License-Identifier: GPL-2.0-only
/* schedstat: what the scheduler did in an iteration, from /proc/schedstat. */
#include "collectors/support/delta.h"
#include "collectors/support/schedstat_parse.h"
#include "collectors/support/sysfs.h"
#include "lib/fs.h"

#define PATH "/proc/schedstat"
#define SWITCH "/proc/sys/kernel/sched_schedstats"
#define TEXT_MAX (16u << 20) /* a few KiB per CPU */

static const struct metric metrics[] = {
	DELTA_METRIC("run_delay", "s", TIME, 1e-9,
		     "time that runnable tasks waited for a CPU, all CPUs"),
	DELTA_METRIC("run_time", "s", TIME, 1e-9, "time that tasks ran, all CPUs"),
	DELTA_METRIC("timeslices", "events", COUNT, 1, "times that a task got a CPU"),
	DELTA_METRIC("schedules", "events", COUNT, 1, "calls of the scheduler"),
	DELTA_METRIC("idle_schedules", "events", COUNT, 1,
		     "calls of the scheduler that found nothing to run"),
	DELTA_METRIC("wakeups", "events", COUNT, 1, "tasks woken"),
	DELTA_METRIC("local_wakeups", "events", COUNT, 1, "tasks woken on the CPU they were on"),
	DELTA_METRIC("yields", "events", COUNT, 1, "calls of sched_yield()"),
	{ .name = NULL },
};

static int read_now(struct schedstat *s, struct err *err)
{
	_free_ char *text = NULL;
	int ret = fs__read(PATH, TEXT_MAX, &text, NULL);

	if (ret)
		return err__set(err, ret, "%s: %s (CONFIG_SCHEDSTATS)", PATH, strerror(-ret));
	ret = schedstat__parse(text, s, err);
	return ret ? err__prefix(err, ret, "%s: ", PATH) : 0;
}

/* Keep the reading before an iteration in job->priv; 0 CPUs: there is none. */
static int before(struct job *job)
{
	struct schedstat *s = job->priv ? job->priv : xcalloc(1, sizeof(*s));
	struct err err;

	job->priv = s;
	if (!read_now(s, &err))
		return 0;
	*s = (struct schedstat){ 0 };
	return delta__unsupported(job, "%s", err.msg);
}

static void put_delta(struct job *job, const char *metric, uint64_t from, uint64_t to, double scale)
{
	/* The kernel's event counters are unsigned int (struct rq) and wrap: then there is no sample. */
	if (to >= from)
		job__sample(job, metric, (double)(to - from) * scale);
}

static int after(struct job *job)
{
	const struct schedstat *a = job->priv;
	struct schedstat b = { 0 };
	struct err err;
	int64_t on;

	if (!a || !a->cpus || read_now(&b, &err))
		return 0;
	if (a->cpus != b.cpus) {
		job__fact(job, "schedstat/cpus",
			  "iteration %u is not counted: %u CPUs were online, then %u",
			  job->iteration, a->cpus, b.cpus);
		return 0;
	}
	put_delta(job, "run_delay", a->delay_ns, b.delay_ns, 1e-9);
	put_delta(job, "run_time", a->run_ns, b.run_ns, 1e-9);
	put_delta(job, "timeslices", a->timeslices, b.timeslices, 1);
	/* These are off by default, and then all of them are 0. */
	if (sysfs__number(&on, SWITCH) && on) {
		put_delta(job, "schedules", a->schedules, b.schedules, 1);
		put_delta(job, "idle_schedules", a->idles, b.idles, 1);
		put_delta(job, "wakeups", a->wakeups, b.wakeups, 1);
		put_delta(job, "local_wakeups", a->local_wakeups, b.local_wakeups, 1);
		put_delta(job, "yields", a->yields, b.yields, 1);
	} else if (!job->iteration) {
		job__fact(job, "schedstat/status",
			  "not counted: schedules, wake-ups and yields; sysctl "
			  "kernel.sched_schedstats=1 makes the kernel count them");
	}
	return 0;
}

static int collect(struct job *job, enum collect_phase phase)
{
	return phase == COLLECT_BEFORE_ITERATION ? before(job) : after(job);
}

const struct collector col_schedstat = {
	.name = "schedstat",
	.version = 1,
	.summary = "waiting for a CPU, time slices, wake-ups: /proc/schedstat",
	.metrics = metrics,
	.needs = NEEDS(NEED(.symbol = "SCHEDSTATS", .why = "it reads /proc/schedstat")),
	.phases = COLLECT_BEFORE_ITERATION | COLLECT_AFTER_ITERATION,
	.max_s = 5,
	.collect = collect,
	.release = job__free_priv,
};

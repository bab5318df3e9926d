// SPDX-License-Identifier: GPL-2.0-only
/*
 * null: for testing kduel itself. It burns a known amount of CPU time and, on request, fails in
 * each of the ways in which a workload or a kernel may fail.
 */
#include "lib/clock.h"
#include "lib/fs.h"
#include "workloads/workload.h"

#include <math.h>
#include <signal.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum fault {
	FAULT_NONE,
	FAULT_EXIT,
	FAULT_HANG,
	FAULT_CRASH,
	FAULT_PANIC,
	FAULT_AGENT_EXIT,
	FAULT_WARN
};

struct state {
	double ns_per_step;
	double agent_ppm; /* share of one CPU in the timed part; NAN: unknown */
};

/* All other faults only affect kduel's own processes. */
static int need_scratch(struct job *job)
{
	uint64_t fault = job__u64(job, "fault");
	_free_ char *why = xasprintf("fault=%s harms the kernel", job__text(job, "fault"));

	return fault == FAULT_PANIC || fault == FAULT_WARN ? job__need_scratch(job, why) : 0;
}

static int setup(struct job *job)
{
	job->priv = xcalloc(1, sizeof(struct state));
	return 0;
}

/* Spin for `ns`; returns the number of steps. The barrier keeps the compiler from removing the
 * loop. */
static uint64_t spin(uint64_t ns)
{
	uint64_t end = clock__ns() + ns, steps = 0;

	do {
		for (int i = 0; i < 1000; i++)
			__asm__ volatile("" : : "r"(i));
		steps += 1000;
	} while (clock__ns() < end);
	return steps;
}

/* A process cannot kill PID 1 in its own namespace, so reboot instead. */
static void end_agent(void)
{
	pid_t agent = getppid();

	if (agent == 1)
		reboot(RB_AUTOBOOT);
	else
		kill(agent, SIGKILL);
	pause();
}

/* Provoke a message of the kernel itself, as what programs write to /dev/kmsg has another facility.
 * The OOM killer logs a message before it kills, and prefers the process that we offer. */
static int call_oom_killer(void)
{
	_free_ char *adj = NULL;
	pid_t victim = fork();
	int ret;

	if (victim < 0)
		return -errno;
	if (!victim)
		for (;;)
			pause();
	adj = xasprintf("/proc/%d/oom_score_adj", victim);
	ret = fs__poke(adj, "1000");
	if (!ret)
		ret = fs__poke("/proc/sysrq-trigger", "f");
	if (ret)
		kill(victim, SIGKILL);
	while (waitpid(victim, NULL, 0) < 0 && errno == EINTR)
		;
	return ret;
}

/* Does not return from a hang or from the end of the agent. */
static int inject_fault(struct job *job, enum fault fault)
{
	switch (fault) {
	case FAULT_NONE:
		return 0;
	case FAULT_EXIT:
		return job__fail(job, -EIO,
				 "null failed in iteration %u because fault=exit asks for it",
				 job->iteration);
	case FAULT_HANG:
		for (;;)
			pause();
	case FAULT_CRASH: /* a real crash, but without a core file */
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
		break;
	case FAULT_PANIC:
		return fs__poke("/proc/sysrq-trigger", "c");
	case FAULT_AGENT_EXIT:
		end_agent();
		break;
	case FAULT_WARN:
		return call_oom_killer();
	}
	return -EIO;
}

/* CPU time used by the agent, in nanoseconds; false if it cannot be read. */
static bool agent_cpu_ns(double *ns)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(getppid(), &clock) || clock_gettime(clock, &t))
		return false;
	*ns = (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
	return true;
}

/* Also measures kduel's own overhead: the agent's CPU time in the timed part. */
static int run(struct job *job)
{
	enum fault fault = (enum fault)job__u64(job, "fault");
	struct state *st = job->priv;
	double before = 0, after = 0;
	bool known = agent_cpu_ns(&before);
	uint64_t begin = clock__ns();
	uint64_t steps = spin(job__u64(job, "work")), took = clock__ns() - begin;
	int ret;

	known = known && agent_cpu_ns(&after);
	st->agent_ppm = known ? (after - before) / (double)took * 1e6 : NAN;
	st->ns_per_step = (double)took / (double)steps;
	if (fault == FAULT_NONE || job->iteration != job__u64(job, "fault_at"))
		return 0;
	ret = inject_fault(job, fault);
	if (ret && !job->err.msg[0])
		return job__fail(job, ret, "cannot provoke fault=%s: %s", job__text(job, "fault"),
				 strerror(-ret));
	return ret;
}

static int verify(struct job *job)
{
	const struct state *st = job->priv;

	if (!(st->ns_per_step > 0))
		return job__fail(job, -EIO, "the clock did not advance while null was spinning");
	job__sample(job, "spin", st->ns_per_step);
	if (isfinite(st->agent_ppm))
		job__sample(job, "agent_cpu", st->agent_ppm);
	return 0;
}

static const struct param params[] = {
	PARAM(.name = "work", .type = PARAM_DURATION, .def = "10ms", .min = 1, .max = 600e9,
	      .help = "CPU time burnt in an iteration"),
	PARAM(.name = "fault", .type = PARAM_ENUM, .def = "none",
	      .choices = "none|exit|hang|crash|panic|agent-exit|warn",
	      .help = "what goes wrong: run() fails, never returns, is killed by SIGSEGV; the kernel "
		      "panics; the agent vanishes; the kernel log shows a warning"),
	PARAM(.name = "fault_at", .type = PARAM_INT, .def = "0", .min = 0, .max = 1e6,
	      .help = "iteration in which it goes wrong, from 0, including the warm-up"),
	{ .name = NULL },
};

static const struct metric metrics[] = {
	METRIC(.name = "spin", .unit = "ns", .better = BETTER_LOWER, .kind = METRIC_TIME,
	       .primary = true, .margin_rel = 0.02, .help = "time of one step of a busy loop"),
	METRIC(.name = "agent_cpu", .unit = "ppm", .better = BETTER_LOWER, .kind = METRIC_TIME,
	       .margin_abs = 1000, .help = "CPU time of kduel's own agent in the timed part"),
	{ .name = NULL },
};

const struct workload wl_null = {
	.name = "null",
	.version = 1,
	.summary = "burns CPU time and fails on request: for testing kduel",
	.params = params,
	.metrics = metrics,
	.iteration_max_s = 10,
	.setup_max_s = 10,
	.supported = need_scratch,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = job__free_priv,
};

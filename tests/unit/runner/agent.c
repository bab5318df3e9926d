// SPDX-License-Identifier: GPL-2.0-only
/*
 * The agent as a process on this system, over a socket pair: jobs that succeed, fail, hang and crash,
 * and silence during timed parts.
 */
/* run.sh: deadlines */
#include "runner/agent/loop.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/agent/process_tree.h"
#include "runner/agent/task.h"
#include "tests/unit/patience.h"
#include "workloads/workload.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct peer {
	struct wire wire;
	pid_t pid;
};

/* The results of a job. */
struct outcome {
	enum wire_status status;
	char text[2048];
	unsigned int begins, ends, samples, beats, logs;
	double last_value;
	uint64_t last_ns;
};

static unsigned int die_ms; /* of the next agent */
static char tmp[] = "/tmp/kduel-test-XXXXXX";

static void __noreturn be_agent(int fd)
{
	struct agent a = { .env.agent_start_ns = 1, .die_ms = die_ms };
	struct err err = { "" };

	wire__init(&a.in, fd);
	wire__init(&a.out, fd);
	process_tree__adopt();
	_exit(loop__serve(&a, &err) ? 1 : 0);
}

static struct wire_msg next(struct peer *p)
{
	struct err err = { "time is up" };
	struct wire_msg m;

	if (wire__recv(&p->wire, &m, WAIT_MS, &err))
		fail_msg("no message: %s", err.msg);
	return m;
}

static struct peer start_agent(void)
{
	struct wire_msg m;
	struct peer p;
	int sv[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv), 0);
	p.pid = proc__fork_tied();
	assert_true(p.pid >= 0);
	if (p.pid == 0) {
		close(sv[0]);
		be_agent(sv[1]);
	}
	close(sv[1]);
	wire__init(&p.wire, sv[0]);
	m = next(&p);
	assert_int_equal(m.type, WIRE_HELLO);
	assert_int_equal(m.proto, WIRE_PROTO);
	assert_true(m.uptime_ns > 0);
	wire_msg__release(&m);
	return p;
}

static void send_msg(struct peer *p, const struct wire_msg *m)
{
	assert_int_equal(wire__send(&p->wire, m, WAIT_MS), 0);
}

/* Tell the agent to quit: it must say goodbye, exit with 0, and leave no job directories. */
static void end_agent(struct peer *p)
{
	bool dmesg = false, bye = false, log = false;
	struct dirent *e;
	DIR *d;

	send_msg(p, &(struct wire_msg){ .type = WIRE_QUIT });
	while (!bye) {
		struct wire_msg m = next(p);

		dmesg |= m.type == WIRE_TEXT && streq(m.name, "dmesg") && m.last;
		log |= m.type == WIRE_LOG && strstr(m.text, "kernel log");
		bye = m.type == WIRE_BYE;
		wire_msg__release(&m);
	}
	assert_true(dmesg || log);
	assert_int_equal(proc__wait_ms(p->pid, WAIT_MS), 0);
	close(p->wire.fd);
	wire__release(&p->wire);
	d = opendir(tmp);
	while ((e = readdir(d)))
		if (e->d_name[0] != '.')
			fail_msg("%s/%s is left behind", tmp, e->d_name);
	closedir(d);
}

static void send_null(struct peer *p, int job, unsigned int iterations, uint64_t max_ms,
		      const char *work, const char *fault, const char *at)
{
	struct wire_param params[] = {
		{ (char *)"work", (char *)work },
		{ (char *)"fault", (char *)fault },
		{ (char *)"fault_at", (char *)at },
	};

	send_msg(p, &(struct wire_msg){ .type = WIRE_JOB,
					.job = job,
					.name = (char *)"null",
					.params = params,
					.n_params = 3,
					.iterations = iterations,
					.max_ms = max_ms,
					.setup_ms = 5000 });
}

static struct outcome collect(struct peer *p, int job)
{
	struct outcome o = { 0 };
	bool done = false;

	while (!done) {
		struct wire_msg m = next(p);

		o.begins += m.type == WIRE_ITER_BEGIN;
		o.ends += m.type == WIRE_ITER_END;
		o.samples += m.type == WIRE_SAMPLE;
		o.beats += m.type == WIRE_BEAT;
		if (m.type == WIRE_SAMPLE) {
			o.last_value = m.value;
			assert_string_equal(m.source, "null");
			assert_int_equal(m.iter, o.ends - 1);
		}
		if (m.type == WIRE_ITER_END)
			o.last_ns = m.ns;
		done = m.type == WIRE_DONE;
		if (done) {
			assert_int_equal(m.job, job);
			o.status = m.status;
			snprintf(o.text, sizeof(o.text), "%s", m.text);
		}
		wire_msg__release(&m);
	}
	return o;
}

static void test_ok(void **state __unused)
{
	struct peer p = start_agent();
	struct outcome o;

	send_null(&p, 4, 3, 5000, "5ms", "none", "0");
	o = collect(&p, 4);
	assert_int_equal(o.status, WIRE_OK);
	assert_string_equal(o.text, "");
	assert_int_equal(o.begins, 3);
	assert_int_equal(o.ends, 3);
	assert_int_equal(o.samples, 3 * 2);
	assert_true(o.last_value >= 0);
	assert_true(o.last_ns >= 5 * NSEC_PER_MSEC && o.last_ns < WAIT_MS * NSEC_PER_MSEC);
	end_agent(&p);
}

/* All ways to fail, one after the other. The agent survives them all. */
static void test_failures(void **state __unused)
{
	static const struct {
		const char *fault;
		enum wire_status status;
		const char *says;
	} cases[] = {
		{ "exit", WIRE_FAILED, "iteration 1: null failed" },
		{ "hang", WIRE_TIMEOUT, "iteration 1 did not end" },
		{ "crash", WIRE_CRASHED, "signal 11" },
		{ "panic", WIRE_UNSUPPORTED, "throw-away" },
		{ "none", WIRE_OK, "" },
	};
	struct peer p = start_agent();

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct outcome o;

		send_null(&p, (int)i, 3, 300, "1ms", cases[i].fault, "1");
		o = collect(&p, (int)i);
		if (o.status != cases[i].status || !strstr(o.text, cases[i].says))
			fail_msg("%s: status %d: %s", cases[i].fault, (int)o.status, o.text);
		assert_int_equal(o.samples, 2 * (i == 3 ? 0 : i == 4 ? 3 : 1));
	}
	end_agent(&p);
}

static void test_bad_jobs(void **state __unused)
{
	struct wire_param params[] = { { (char *)"wrok", (char *)"1ms" } };
	struct wire_msg jobs[] = {
		{ .type = WIRE_JOB, .job = 0, .name = (char *)"no-such" },
		{ .type = WIRE_JOB,
		  .job = 1,
		  .name = (char *)"null",
		  .params = params,
		  .n_params = 1,
		  .iterations = 1 },
		{ .type = WIRE_JOB, .job = 2, .name = (char *)"null", .iterations = 0 },
		{ .type = WIRE_JOB, .job = 3, .name = (char *)"null", .kind = WIRE_COLLECTOR },
		{ .type = WIRE_JOB,
		  .job = 4,
		  .name = (char *)"identity",
		  .kind = WIRE_COLLECTOR,
		  .phase = 64 },
	};
	static const char *const says[] = { "no workload 'no-such'", "did you mean 'work'",
					    "no iterations", "no collector 'null'", "phase 64" };
	struct peer p = start_agent();

	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
		struct outcome o;

		send_msg(&p, &jobs[i]);
		o = collect(&p, (int)i);
		assert_int_equal(o.status, WIRE_FAILED);
		if (!strstr(o.text, says[i]))
			fail_msg("expected '%s': %s", says[i], o.text);
	}
	end_agent(&p);
}

static void test_second_job_is_refused(void **state __unused)
{
	struct peer p = start_agent();
	struct outcome o;

	send_null(&p, 1, 1, 5000, "200ms", "none", "0");
	send_null(&p, 2, 1, 5000, "1ms", "none", "0");
	o = collect(&p, 2);
	assert_int_equal(o.status, WIRE_FAILED);
	assert_non_null(strstr(o.text, "still running"));
	o = collect(&p, 1);
	assert_int_equal(o.status, WIRE_OK);
	end_agent(&p);
}

static void test_quit_in_the_middle(void **state __unused)
{
	struct peer p = start_agent();
	struct wire_msg m;

	send_null(&p, 1, 1, 60000, "1ms", "hang", "0");
	m = next(&p);
	assert_int_equal(m.type, WIRE_ITER_BEGIN);
	wire_msg__release(&m);
	end_agent(&p);
}

/* If the host goes away during a job, agent and worker end, too. */
static void test_host_vanishes(void **state __unused)
{
	struct peer p = start_agent();
	struct wire_msg m;

	send_null(&p, 1, 1, 60000, "1ms", "hang", "0");
	m = next(&p);
	wire_msg__release(&m);
	close(p.wire.fd);
	wire__release(&p.wire);
	assert_int_equal(proc__wait_ms(p.pid, WAIT_MS), 1);
}

static void test_rubbish_ends_the_connection(void **state __unused)
{
	struct peer p = start_agent();
	struct wire_msg m;
	struct err err;

	assert_int_equal(write(p.wire.fd, "rubbish\n", 8), 8);
	assert_int_equal(wire__recv(&p.wire, &m, WAIT_MS, &err), -ECONNRESET);
	assert_int_equal(proc__wait_ms(p.pid, WAIT_MS), 1);
	close(p.wire.fd);
	wire__release(&p.wire);
}

static void test_heartbeat(void **state __unused)
{
	struct peer p = start_agent();
	uint64_t took = UINT64_MAX;

	/* A busy host delays some. */
	for (int n = 0; n < 5 && took > 4000; n++) {
		uint64_t begin = clock__ns();

		for (int i = 0; i < 2; i++) {
			struct wire_msg m = next(&p);

			assert_int_equal(m.type, WIRE_BEAT);
			wire_msg__release(&m);
		}
		took = (clock__ns() - begin) / NSEC_PER_MSEC;
	}
	assert_in_range(took, 1500, 4000);
	end_agent(&p);
}

/* The CPU time of a process in ns, and how often it went to sleep. */
static uint64_t cpu_of(pid_t pid, uint64_t *switches)
{
	_free_ char *path = xasprintf("/proc/%d/status", (int)pid), *text = NULL;
	_free_ char *sched = xasprintf("/proc/%d/schedstat", (int)pid), *run = NULL;
	const char *v;

	assert_int_equal(fs__read(path, 65536, &text, NULL), 0);
	v = strstr(text, "\nvoluntary_ctxt_switches:");
	assert_non_null(v);
	*switches = strtoull(strchr(v, ':') + 1, NULL, 10);
	assert_int_equal(fs__read(sched, 4096, &run, NULL), 0);
	return strtoull(run, NULL, 10);
}

/* During a timed part the agent sends nothing and does not run. */
static void test_silence(void **state __unused)
{
	struct peer p = start_agent();
	uint64_t cpu, cpu_end, switches, switches_end;
	struct pollfd pfd = { .fd = p.wire.fd, .events = POLLIN };
	bool begun = false;

	send_null(&p, 1, 1, 10000, "2500ms", "none", "0");
	while (!begun) {
		struct wire_msg m = next(&p);

		begun = m.type == WIRE_ITER_BEGIN;
		wire_msg__release(&m);
	}
	poll(NULL, 0, 200); /* time for the agent to go to sleep */
	cpu = cpu_of(p.pid, &switches);
	assert_int_equal(poll(&pfd, 1, 2000), 0);
	cpu_end = cpu_of(p.pid, &switches_end);
	assert_int_equal(switches_end, switches);
	assert_true(cpu_end - cpu < 2000000); /* 0.1 % of two seconds */
	assert_int_equal(collect(&p, 1).status, WIRE_OK);
	end_agent(&p);
}

static void test_collector_job(void **state __unused)
{
	struct peer p = start_agent();
	struct wire_msg m;
	unsigned int facts = 0;

	send_msg(&p, &(struct wire_msg){ .type = WIRE_JOB,
					 .job = 9,
					 .kind = WIRE_COLLECTOR,
					 .name = (char *)"identity",
					 .phase = 1 });
	for (;;) {
		m = next(&p);
		facts += m.type == WIRE_FACT && str_starts(m.name, "identity/");
		if (m.type == WIRE_DONE)
			break;
		wire_msg__release(&m);
	}
	if (m.status != WIRE_OK)
		fail_msg("%s", m.text);
	assert_true(facts > 0);
	wire_msg__release(&m);
	end_agent(&p);
}

/* Wait until a process has a child, and return that child. */
static pid_t child_of(pid_t pid)
{
	_free_ char *path = xasprintf("/proc/%d/task/%d/children", (int)pid, (int)pid);
	const uint64_t end = clock__ns() + WAIT_MS * NSEC_PER_MSEC;
	pid_t child = 0;

	while (!child && clock__ns() < end) {
		_free_ char *text = NULL;

		assert_int_equal(fs__read(path, 4096, &text, NULL), 0);
		child = (pid_t)strtol(text, NULL, 10);
	}
	assert_true(child > 0);
	return child;
}

/* A worker was killed but cannot die, in a step that may take hours. It is stopped by a tracer when it
 * exits, which simulates a driver that waits uninterruptibly. */
static void test_stuck_worker(void **state __unused)
{
	struct outcome o;
	struct peer p;
	pid_t worker;
	int ws;

	die_ms = 200;
	p = start_agent();
	die_ms = 0;
	send_null(&p, 1, 1, 3600 * 1000, "1ms", "hang", "0");
	for (bool begun = false; !begun;) {
		struct wire_msg m = next(&p);

		begun = m.type == WIRE_ITER_BEGIN;
		wire_msg__release(&m);
	}
	worker = child_of(p.pid);
	assert_int_equal(ptrace(PTRACE_SEIZE, worker, NULL, PTRACE_O_TRACEEXIT), 0);
	assert_int_equal(kill(worker, SIGKILL), 0);
	o = collect(&p, 1);
	assert_int_equal(o.status, WIRE_CRASHED);
	if (!strstr(o.text, "the worker was killed in its iteration 0") ||
	    !strstr(o.text, "it is stuck in the kernel"))
		fail_msg("%s", o.text);
	assert_int_equal(waitpid(worker, &ws, __WALL), worker);
	assert_int_equal(ws >> 8, SIGTRAP | PTRACE_EVENT_EXIT << 8);
	assert_int_equal(ptrace(PTRACE_DETACH, worker, NULL, NULL), 0);
	/* The agent still works. */
	send_null(&p, 2, 1, 5000, "1ms", "none", "0");
	assert_int_equal(collect(&p, 2).status, WIRE_OK);
	end_agent(&p);
}

/* The next agent removes job directories of a killed agent, but not those that are in use, or that have
 * the name format of older agents. */
static void test_killed_agents_directories(void **state __unused)
{
	struct peer p = start_agent(), other;
	_free_ char *old = xasprintf("%s/kduel-job-older1", tmp), *dir = NULL;
	_cleanup_(strvec__release) struct strvec names = { 0 };
	struct wire_msg m;
	int fd;

	send_null(&p, 1, 1, 60000, "1ms", "hang", "0");
	m = next(&p);
	wire_msg__release(&m);
	assert_int_equal(fs__names(tmp, &names), 0);
	assert_int_equal(names.n, 1);
	dir = xasprintf("%s/%s", tmp, names.v[0]);
	assert_int_equal(mkdir(old, 0700), 0);
	other = start_agent();
	assert_int_equal(access(dir, F_OK) || access(old, F_OK), 0);
	assert_int_equal(rmdir(old), 0);
	kill(p.pid, SIGKILL);
	assert_int_equal(proc__wait_ms(p.pid, WAIT_MS), 128 + SIGKILL);
	close(p.wire.fd);
	wire__release(&p.wire);
	/* The worker ends a moment later, which unlocks the directory. */
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	close(fd);
	p = start_agent();
	end_agent(&p);
	end_agent(&other);
}

static int make_tmp(void **state __unused)
{
	if (!mkdtemp(tmp) || setenv("TMPDIR", tmp, 1))
		return -1;
	signal(SIGPIPE, SIG_IGN);
	return 0;
}

static int remove_tmp(void **state __unused)
{
	return rmdir(tmp); /* fails if something was left behind */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ok),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_bad_jobs),
		cmocka_unit_test(test_second_job_is_refused),
		cmocka_unit_test(test_quit_in_the_middle),
		cmocka_unit_test(test_host_vanishes),
		cmocka_unit_test(test_rubbish_ends_the_connection),
		cmocka_unit_test(test_heartbeat),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_collector_job),
		cmocka_unit_test(test_stuck_worker),
		cmocka_unit_test(test_killed_agents_directories),
	};

	return cmocka_run_group_tests(tests, make_tmp, remove_tmp);
}

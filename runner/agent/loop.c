// SPDX-License-Identifier: GPL-2.0-only
/* loop.c - the agent's main loop: one poll() over the host, the worker's pipe and its pidfd. */
#include "runner/agent/loop.h"

#include "lib/clock.h"
#include "runner/agent/inject.h"
#include "runner/agent/klog.h"
#include "runner/agent/task.h"
#include "version.h"

#include <poll.h>
#include <sys/utsname.h>
#include <sys/wait.h>

struct loop {
	struct agent *agent;
	struct task task;
	uint64_t next_beat; /* clock__ns() */
	bool quit;
};

/* Answer a job with WIRE_DONE and WIRE_FAILED. Takes over `msg`. 0 or -errno of the connection. */
static int refuse_job(struct loop *l, struct wire_msg *msg, const char *why)
{
	int ret = agent__send(l->agent, WIRE_MSG(.type = WIRE_DONE, .job = msg->job,
						 .status = WIRE_FAILED, .text = (char *)why));

	wire_msg__release(msg);
	return ret;
}

/* Takes over `msg`. 0 or -errno of the connection. */
static int start_job(struct loop *l, struct wire_msg *msg)
{
	struct err err = { "" };
	int ret = 0;

	if (task__running(&l->task))
		return refuse_job(l, msg, "another job is still running");
	if (l->agent->inject && msg->kind == WIRE_WORKLOAD)
		ret = inject__run(l->agent, msg, &err);
	return ret ? refuse_job(l, msg, err.msg) : task__start(&l->task, l->agent, msg);
}

/* Handle all messages that have arrived. A one-way agent reads the next job only when the current one
 * has ended. Otherwise, a job that arrives while another one is running is refused. */
static int read_host(struct loop *l, struct err *err)
{
	while (!l->quit && !(l->agent->one_way && task__running(&l->task))) {
		struct wire_msg msg;
		int ret = wire__recv(&l->agent->in, &msg, 0, err);

		if (ret == -ETIMEDOUT)
			return 0;
		if (ret)
			return ret;
		if (msg.type == WIRE_JOB) {
			ret = start_job(l, &msg);
			if (ret)
				return err__set(err, ret, "cannot answer the host: %s",
						strerror(-ret));
			continue;
		}
		l->quit = msg.type == WIRE_QUIT;
		if (!l->quit)
			ret = err__set(err, -EPROTO, "the host sent '%s', expected a job or quit",
				       wire_type__name(msg.type));
		wire_msg__release(&msg);
		if (ret)
			return ret;
	}
	return 0;
}

/* As process 1, reap orphans. Not called during a timed part, as reaping is work. The worker itself is
 * left to task__step(), hence WNOWAIT. */
static void reap_orphans(const struct loop *l)
{
	siginfo_t si;

	while (l->agent->init) {
		si.si_pid = 0;
		if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) < 0 || !si.si_pid ||
		    si.si_pid == l->task.worker)
			return;
		waitpid(si.si_pid, NULL, 0);
	}
}

/* Send no heartbeats during a timed part, which they would disturb, nor as a one-way agent, whose host
 * does not expect any. */
static int send_beat(struct loop *l)
{
	uint64_t now = clock__ns();

	if (l->agent->one_way || l->task.silent || now < l->next_beat)
		return 0;
	l->next_beat = now + AGENT_BEAT_MS * NSEC_PER_MSEC;
	return agent__send(l->agent, WIRE_MSG(.type = WIRE_BEAT));
}

/* During a timed part this poll() is all that the main process does, except for feeding the watchdog
 * and checking the worker every 30 seconds. */
static void wait_for_event(const struct loop *l)
{
	uint64_t now = clock__ns(), until = l->next_beat;
	const uint64_t feed = watchdog__due(&l->agent->watchdog, l->task.silent);
	struct pollfd p[] = {
		/* A one-way agent reads a file, which is always readable. */
		{ .fd = l->agent->one_way ? -1 : l->agent->in.fd, .events = POLLIN },
		{ .fd = l->task.pidfd, .events = POLLIN },
		{ .fd = l->task.pipe.fd, .events = POLLIN },
	};
	int ms;

	if (task__running(&l->task)) {
		const uint64_t due = task__due(&l->task, l->agent);

		if (l->agent->one_way || l->task.silent || due < until)
			until = due;
	}
	until = feed < until ? feed : until;
	ms = until > now ? (int)((until - now + NSEC_PER_MSEC - 1) / NSEC_PER_MSEC) : 0;
	(void)poll(p, task__running(&l->task) ? 3 : 1, ms);
}

/* One round: messages from the host, a step of the task, orphans, watchdog, heartbeat; then sleep until
 * the next event. A one-way agent without a task does not sleep, as its next job is in the file. */
static int loop_once(struct loop *l, struct err *err)
{
	int ret = read_host(l, err);

	if (ret || l->quit)
		return ret;
	if (task__running(&l->task))
		ret = task__step(&l->task, l->agent);
	if (ret >= 0 && !l->task.silent)
		reap_orphans(l);
	(void)watchdog__feed(&l->agent->watchdog, l->task.silent);
	if (ret >= 0)
		ret = send_beat(l);
	if (ret < 0)
		return err__set(err, ret, "cannot talk to the host: %s", strerror(-ret));
	if (task__running(&l->task) || !l->agent->one_way)
		wait_for_event(l);
	return 0;
}

static int say_watchdog(struct agent *a)
{
	_free_ char *text = watchdog__describe(&a->watchdog);

	return *text ? agent__log(a, "%s", text) : 0;
}

int loop__serve(struct agent *a, struct err *err)
{
	struct loop l = { .agent = a };
	struct utsname u;
	int ret;

	if (!a->init)
		task__sweep();
	uname(&u);
	ret = agent__send(a, WIRE_MSG(.type = WIRE_HELLO, .proto = WIRE_PROTO,
				      .name = (char *)KDUEL_VERSION, .source = u.machine,
				      .text = u.release, .uptime_ns = clock__read(CLOCK_BOOTTIME)));
	if (ret)
		return err__set(err, ret, "cannot greet the host: %s", strerror(-ret));
	if (a->one_way)
		nanosleep(&(struct timespec){ .tv_sec = a->settle_s }, NULL);
	ret = say_watchdog(a);
	if (ret)
		return err__set(err, ret, "cannot talk to the host: %s", strerror(-ret));
	l.next_beat = clock__ns() + AGENT_BEAT_MS * NSEC_PER_MSEC;
	while (!ret && !l.quit)
		ret = loop_once(&l, err);
	task__abort(&l.task, a);
	strvec__release(&a->inject_base);
	if (ret)
		return ret;
	ret = klog__send(a);
	if (!ret)
		ret = agent__send(a, WIRE_MSG(.type = WIRE_BYE));
	return ret ? err__set(err, ret, "cannot say good-bye: %s", strerror(-ret)) : 0;
}

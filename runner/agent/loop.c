// SPDX-License-Identifier: GPL-2.0-only
#include "runner/agent/agent.h"

#include "lib/clock.h"
#include "runner/agent/drill.h"
#include "runner/agent/task.h"
#include "version.h"

#include <poll.h>
#include <stdarg.h>
#include <sys/utsname.h>
#include <sys/wait.h>

struct loop {
	struct agent *agent;
	struct task task;
	uint64_t next_beat;
	bool quit;
};

int agent__send(struct agent *a, const struct wire_msg *msg)
{
	return wire__send(&a->out, msg, AGENT_SEND_MS);
}

int agent__forward(struct agent *a, const struct wire *from)
{
	return wire__forward(&a->out, from, AGENT_SEND_MS);
}

int agent__log(struct agent *a, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return agent__send(a, &(struct wire_msg){ .type = WIRE_LOG, .text = text });
}

static int hello(struct agent *a)
{
	struct utsname u;

	uname(&u);
	return agent__send(a, &(struct wire_msg){
				      .type = WIRE_HELLO,
				      .proto = WIRE_PROTO,
				      .name = (char *)KDUEL_VERSION,
				      .source = u.machine,
				      .text = u.release,
				      .uptime_ns = clock__read(CLOCK_BOOTTIME),
			      });
}

static int refuse(struct loop *l, struct wire_msg *msg, const char *why)
{
	int rc = agent__send(l->agent, &(struct wire_msg){ .type = WIRE_DONE,
							   .job = msg->job,
							   .status = WIRE_FAILED,
							   .text = (char *)why });

	wire_msg__release(msg);
	return rc;
}

static int start_job(struct loop *l, struct wire_msg *msg)
{
	struct err err = { "" };
	int rc = 0;

	if (task__running(&l->task))
		return refuse(l, msg, "another job is still running");
	if (l->agent->drill && msg->kind == WIRE_WORKLOAD)
		rc = drill__run(l->agent, msg, &err);
	return rc ? refuse(l, msg, err.msg) : task__start(&l->task, l->agent, msg);
}

/* A list keeps its next job until the present one has ended; a host that sends one is told. */
static bool may_read(const struct loop *l)
{
	return !l->quit && !(l->agent->one_way && task__running(&l->task));
}

/* Take all messages that the host has sent. */
static int from_host(struct loop *l, struct err *err)
{
	while (may_read(l)) {
		struct wire_msg msg;
		int rc = wire__recv(&l->agent->in, &msg, 0, err);

		if (rc == -ETIMEDOUT)
			return 0;
		if (rc)
			return rc;
		if (msg.type == WIRE_JOB) {
			rc = start_job(l, &msg);
			if (rc)
				return err__set(err, rc, "cannot answer the host: %s",
						strerror(-rc));
			continue;
		}
		l->quit = msg.type == WIRE_QUIT;
		if (!l->quit)
			rc = err__set(err, -EPROTO, "the host sent '%s', expected a job or quit",
				      wire_type__name(msg.type));
		wire_msg__release(&msg);
		if (rc)
			return rc;
	}
	return 0;
}

/* Process 1 inherits orphans. They wait for the end of a timed part: reaping is work. */
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

static int beat(struct loop *l)
{
	uint64_t now = clock__ns();

	if (l->agent->one_way || l->task.silent || now < l->next_beat)
		return 0;
	l->next_beat = now + AGENT_BEAT_MS * NSEC_PER_MSEC;
	return agent__send(l->agent, &(struct wire_msg){ .type = WIRE_BEAT });
}

static int sleep_ms(const struct loop *l)
{
	uint64_t now = clock__ns(), until = l->next_beat;

	if (task__running(&l->task) &&
	    (l->agent->one_way || l->task.silent || l->task.deadline < until))
		until = l->task.deadline;
	return until > now ? (int)((until - now + NSEC_PER_MSEC - 1) / NSEC_PER_MSEC) : 0;
}

static void sleep_until_something(const struct loop *l)
{
	struct pollfd p[] = {
		/* A list has something to read at any time. */
		{ .fd = l->agent->one_way ? -1 : l->agent->in.fd, .events = POLLIN },
		{ .fd = l->task.pidfd, .events = POLLIN },
		{ .fd = l->task.pipe.fd, .events = POLLIN },
	};

	/* Inside a timed part this is the only thing we do. */
	(void)poll(p, task__running(&l->task) ? 3 : 1, sleep_ms(l));
}

static int turn(struct loop *l, struct err *err)
{
	int rc = from_host(l, err);

	if (rc || l->quit)
		return rc;
	if (task__running(&l->task))
		rc = task__step(&l->task, l->agent);
	if (rc >= 0 && !l->task.silent)
		reap_orphans(l);
	if (rc >= 0)
		rc = beat(l);
	if (rc < 0)
		return err__set(err, rc, "cannot talk to the host: %s", strerror(-rc));
	if (task__running(&l->task) || !l->agent->one_way)
		sleep_until_something(l);
	return 0;
}

static int farewell(struct agent *a, struct err *err)
{
	int rc = klog__send(a);

	if (!rc)
		rc = agent__send(a, &(struct wire_msg){ .type = WIRE_BYE });
	return rc ? err__set(err, rc, "cannot say good-bye: %s", strerror(-rc)) : 0;
}

int agent__serve(struct agent *a, struct err *err)
{
	struct loop l = { .agent = a };
	int rc = hello(a);

	if (rc)
		return err__set(err, rc, "cannot greet the host: %s", strerror(-rc));
	if (a->one_way)
		nanosleep(&(struct timespec){ .tv_sec = a->settle_s }, NULL);
	l.next_beat = clock__ns() + AGENT_BEAT_MS * NSEC_PER_MSEC;
	while (!rc && !l.quit)
		rc = turn(&l, err);
	task__abort(&l.task, a);
	strvec__release(&a->drill_base);
	return rc ? rc : farewell(a, err);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * task.c - one job in the main process, as a state machine: set-up; then iterations, each with a silent
 * timed part and a verification; then tear-down. Every step has a deadline. If the worker crashed or was
 * killed, a second worker does the tear-down.
 */
#include "runner/agent/task.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/agent/process_tree.h"
#include "runner/agent/worker.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILL_MS 5000 /* how long to wait for a process after killing it */
#define LOOK_MS 30000 /* how often to check whether the worker was killed, see is_stuck() */
#define PF_SIGNALED 0x400 /* include/linux/sched.h: killed by a signal */

bool task__running(const struct task *t)
{
	return t->worker > 0;
}

/* Begin a step with a deadline of `ms` from now. Messages about failures include its name. */
static void __printf(3, 4) enter_step(struct task *t, uint64_t ms, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->step, sizeof(t->step), fmt, ap);
	va_end(ap);
	t->deadline = clock__ns() + ms * NSEC_PER_MSEC;
}

/* Set the outcome of the job. Only the first one counts, as later ones are its consequences. */
static void __printf(3, 4)
	set_outcome(struct task *t, enum wire_status status, const char *fmt, ...)
{
	va_list ap;

	if (t->has_outcome)
		return;
	t->has_outcome = true;
	t->status = status;
	va_start(ap, fmt);
	vsnprintf(t->text, sizeof(t->text), fmt, ap);
	va_end(ap);
}

/* Append to the text of the outcome, as far as there is room. */
static void __printf(2, 3) append_reason(struct task *t, const char *fmt, ...)
{
	size_t len = strlen(t->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->text + len, sizeof(t->text) - len, fmt, ap);
	va_end(ap);
}

#define JOB_DIR "kduel-job-"

static const char *tmp_dir(void)
{
	const char *tmp = getenv("TMPDIR");

	return tmp ? tmp : "/tmp";
}

/* Old agents, which did not lock these directories, called them kduel-job-XXXXXX. */
static bool is_of_older_agent(const char *name)
{
	return !strchr(name + strlen(JOB_DIR), '-');
}

void task__sweep(void)
{
	(void)tmpdir__sweep(tmp_dir(), JOB_DIR, is_of_older_agent);
}

/* Make a directory for the worker's files, which is removed with the task in any case. Its path must
 * fit into job->dir. */
static int make_job_dir(struct task *t, struct err *err)
{
	_free_ char *prefix = xasprintf(JOB_DIR "%d-", (int)getpid());
	int ret = tmpdir__make(&t->dir, tmp_dir(), prefix, err);

	if (!ret && strlen(t->dir.path) >= sizeof(((struct job *)NULL)->dir))
		ret = err__set(err, -ENAMETOOLONG, "%s is too long for the directory of a job",
			       t->dir.path);
	return ret;
}

/* Start a worker with two pipes: one for its messages, and one that tells it to start an iteration. */
static int spawn(struct task *t, struct agent *a, struct err *err)
{
	int up[2] = { -1, -1 }, go[2] = { -1, -1 };
	int ret = pipe2(up, O_CLOEXEC) < 0 || pipe2(go, O_CLOEXEC) < 0 ? -errno : 0;
	pid_t pid = ret ? ret : proc__fork_tied();

	if (pid == 0) {
		close(up[0]);
		close(go[1]);
		/* Do not inherit the connection: if the main process dies, the host must see it
		 * close. */
		close(a->in.fd);
		if (a->out.fd != a->in.fd)
			close(a->out.fd);
		_exit(t->cleaning ? worker__teardown(&t->job, &a->env, t->dir.path) :
				    worker__main(&t->job, &a->env, t->dir.path, up[1], go[0]));
	}
	base__close_fd(&up[1]);
	base__close_fd(&go[0]);
	if (pid < 0) {
		base__close_fd(&up[0]);
		base__close_fd(&go[1]);
		return err__set(err, pid, "cannot start a worker: %s", strerror(-pid));
	}
	t->worker = pid;
	t->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	t->go = go[1];
	wire__init(&t->pipe, up[0]);
	t->look_at = t->die_by = 0;
	return 0;
}

/* Close the descriptors of a worker that was reaped or given up. */
static void drop_worker(struct task *t)
{
	base__close_fd(&t->pidfd);
	base__close_fd(&t->go);
	base__close_fd(&t->pipe.fd);
	wire__release(&t->pipe);
	t->pidfd = t->go = -1;
	t->worker = 0;
	t->silent = false;
}

/* Become idle. Also removes the job's directory if the worker could not. */
static void reset_task(struct task *t)
{
	tmpdir__remove(&t->dir);
	wire_msg__release(&t->job);
	*t = (struct task){ .pidfd = -1, .go = -1, .pipe.fd = -1 };
}

/* Report the outcome. Returns 1, or -errno if the host is gone. */
static int send_done(struct task *t, struct agent *a)
{
	int ret = agent__send(a, WIRE_MSG(.type = WIRE_DONE, .job = t->job.job, .status = t->status,
					  .text = t->text));

	return ret ? ret : 1;
}

int task__start(struct task *t, struct agent *a, struct wire_msg *msg)
{
	struct err err = { "" };
	int ret;

	*t = (struct task){ .job = *msg, .pidfd = -1, .go = -1, .pipe.fd = -1 };
	ret = worker__bounds(&t->job, &t->max_ms, &t->setup_ms, &err);
	if (!ret)
		ret = make_job_dir(t, &err);
	if (!ret)
		ret = spawn(t, a, &err);
	if (!ret) {
		enter_step(t, t->setup_ms, msg->kind == WIRE_COLLECTOR ? "collection" : "set-up");
		return 0;
	}
	set_outcome(t, WIRE_FAILED, "%s", err.msg);
	ret = send_done(t, a);
	reset_task(t);
	return ret < 0 ? ret : 0;
}

/* Handle a message of the worker. Those for the host are forwarded unchanged. */
static int handle_message(struct task *t, struct agent *a, const struct wire_msg *m)
{
	int ret;

	switch (m->type) {
	case WIRE_ITER_BEGIN:
		ret = agent__forward(a, &t->pipe);
		if (ret)
			return ret;
		t->silent = true;
		enter_step(t, m->max_ms, "iteration %d", m->iter);
		/* If the worker is gone, task__step() will notice. */
		(void)!write(t->go, "", 1);
		return 0;
	case WIRE_ITER_END:
		t->silent = false;
		enter_step(t, t->setup_ms, "verification of iteration %d", m->iter);
		return agent__forward(a, &t->pipe);
	case WIRE_BEAT: /* the worker begins its tear-down */
		t->silent = false;
		enter_step(t, t->setup_ms, "tear-down");
		return 0;
	case WIRE_DONE:
		set_outcome(t, m->status, "%s", m->text);
		t->reported = true;
		return 0;
	default:
		return agent__forward(a, &t->pipe);
	}
}

/* Handle all messages from the worker that have arrived. 0, or -errno if the host is gone. */
static int relay(struct task *t, struct agent *a)
{
	for (;;) {
		struct err err = { "" };
		_cleanup_(wire_msg__release) struct wire_msg m = { 0 };
		int ret = wire__recv(&t->pipe, &m, 0, &err);

		if (ret == -EPROTO) {
			set_outcome(t, WIRE_FAILED,
				    "the worker sent an invalid message in its %s: %s", t->step,
				    err.msg);
			kill(-t->worker, SIGKILL);
		}
		if (ret)
			return 0;
		ret = handle_message(t, a, &m);
		if (ret)
			return ret;
	}
}

/* Start a worker for the tear-down that the first one could not do. 0: it is running; -EALREADY: nothing
 * to do; or another -errno. */
static int start_teardown(struct task *t, struct agent *a)
{
	struct err err;

	if (t->reported || t->cleaning || t->job.kind != WIRE_WORKLOAD)
		return -EALREADY;
	t->cleaning = true;
	enter_step(t, t->setup_ms, "tear-down");
	return spawn(t, a, &err);
}

/* The worker was reaped: start the tear-down, or end the job. Returns as task__step(). */
static int worker_gone(struct task *t, struct agent *a, int status)
{
	pid_t pgid = t->worker;
	int ret;

	if (status > 128)
		set_outcome(t, WIRE_CRASHED, "the worker was killed by signal %d (%s) in its %s",
			    status - 128, strsignal(status - 128), t->step);
	else
		set_outcome(t, WIRE_FAILED,
			    "the worker ended with exit code %d in its %s without a report", status,
			    t->step);
	if (t->cleaning && status)
		append_reason(t, "; its tear-down failed too (%s %d)",
			      status > 128 ? "signal" : "exit code",
			      status > 128 ? status - 128 : status);
	drop_worker(t);
	process_tree__kill(a->init, pgid);
	if (start_teardown(t, a) == 0)
		return 0;
	ret = send_done(t, a);
	reset_task(t);
	return ret;
}

/* The worker was killed but does not die: report that and give it up. Returns as task__step(). */
static int leave_stuck(struct task *t, struct agent *a)
{
	int ret;

	append_reason(t, "; process %d cannot be killed, it is stuck in the kernel",
		      (int)t->worker);
	drop_worker(t);
	t->reported = true; /* no tear-down while the process still exists */
	ret = send_done(t, a);
	reset_task(t);
	return ret;
}

/* A step took longer than its limit: kill the worker. Returns as task__step(). */
static int kill_overrun(struct task *t, struct agent *a)
{
	int status;

	set_outcome(t, WIRE_TIMEOUT, "%s did not end within its bound", t->step);
	kill(-t->worker, SIGKILL);
	status = proc__wait_ms(t->worker, KILL_MS);
	return status == -ETIMEDOUT ? leave_stuck(t, a) : worker_gone(t, a, status);
}

/* Was the process killed, even if the signal is still pending? Looks at fields 9 (flags, for
 * PF_SIGNALED) and 31 (pending signals) of /proc/PID/stat (proc(5)). */
static bool was_killed(pid_t pid)
{
	_free_ char *path = xasprintf("/proc/%d/stat", (int)pid), *text = NULL;
	unsigned long flags = 0, pending = 0;
	const char *at;

	if (fs__read(path, 4096, &text, NULL))
		return false;
	at = strrchr(text, ')'); /* field 2, the name, may contain anything */
	for (int field = 3; at && field <= 31; field++) {
		at = strchr(at + 1, ' ');
		if (at && field == 9)
			flags = strtoul(at + 1, NULL, 10);
		else if (at && field == 31)
			pending = strtoul(at + 1, NULL, 10);
	}
	return flags & PF_SIGNALED || pending & 1ul << (SIGKILL - 1);
}

/* Was the worker killed, e.g. by the OOM killer, and has still not died after die_ms? Without this
 * check, the host would learn of it only at the end of the step, which may be allowed to take hours. It
 * is made every LOOK_MS and costs about 20 us of a timed part. */
static bool is_stuck(struct task *t, const struct agent *a)
{
	const uint64_t now = clock__ns(), ms = a->die_ms ? a->die_ms : AGENT_DIE_MS;

	if (a->one_way || now < t->look_at)
		return false;
	t->look_at = now + (ms < LOOK_MS ? ms : LOOK_MS) * NSEC_PER_MSEC;
	if (!was_killed(t->worker))
		return false;
	if (!t->die_by)
		t->die_by = now + ms * NSEC_PER_MSEC;
	return now >= t->die_by;
}

uint64_t task__due(const struct task *t, const struct agent *a)
{
	return a->one_way || t->deadline < t->look_at ? t->deadline : t->look_at;
}

int task__step(struct task *t, struct agent *a)
{
	int ws, ret;
	bool gone = waitpid(t->worker, &ws, WNOHANG) == t->worker;

	ret = relay(t, a);
	if (ret)
		return ret;
	if (gone)
		return worker_gone(t, a, WIFSIGNALED(ws) ? 128 + WTERMSIG(ws) : WEXITSTATUS(ws));
	if (is_stuck(t, a)) {
		set_outcome(t, WIRE_CRASHED, "the worker was killed in its %s", t->step);
		return leave_stuck(t, a);
	}
	return clock__ns() >= t->deadline ? kill_overrun(t, a) : 0;
}

void task__abort(struct task *t, struct agent *a)
{
	struct err err;
	pid_t pgid = t->worker;

	if (!task__running(t))
		return;
	kill(-t->worker, SIGKILL);
	proc__wait_ms(t->worker, KILL_MS);
	drop_worker(t);
	process_tree__kill(a->init, pgid);
	/* A guest is discarded, but on any other system the tear-down must be done. */
	if (!a->init && !t->cleaning && t->job.kind == WIRE_WORKLOAD) {
		t->cleaning = true;
		if (!spawn(t, a, &err)) {
			pgid = t->worker;
			proc__wait_ms(t->worker, (unsigned int)t->setup_ms);
			drop_worker(t);
			process_tree__kill(false, pgid);
		}
	}
	reset_task(t);
}

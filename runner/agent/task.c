// SPDX-License-Identifier: GPL-2.0-only
#include "runner/agent/task.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/agent/kin.h"
#include "runner/agent/worker.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILL_MS 5000 /* how long a killed process may take to die */

bool task__running(const struct task *t)
{
	return t->worker > 0;
}

static void __printf(3, 4) enter(struct task *t, uint64_t ms, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->step, sizeof(t->step), fmt, ap);
	va_end(ap);
	t->deadline = clock__ns() + ms * NSEC_PER_MSEC;
}

/* The first judgement stands: what follows is its consequence. */
static void __printf(3, 4) judge(struct task *t, enum wire_status status, const char *fmt, ...)
{
	va_list ap;

	if (t->judged)
		return;
	t->judged = true;
	t->status = status;
	va_start(ap, fmt);
	vsnprintf(t->text, sizeof(t->text), fmt, ap);
	va_end(ap);
}

static void __printf(2, 3) add_text(struct task *t, const char *fmt, ...)
{
	size_t len = strlen(t->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->text + len, sizeof(t->text) - len, fmt, ap);
	va_end(ap);
}

static int make_dir(struct task *t, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	int n = snprintf(t->dir, sizeof(t->dir), "%s/kduel-job-XXXXXX", tmp ? tmp : "/tmp");
	int e = n < (int)sizeof(t->dir) && mkdtemp(t->dir) ? 0 :
		n < (int)sizeof(t->dir)			   ? -errno :
							     -ENAMETOOLONG;

	if (!e)
		return 0;
	t->dir[0] = '\0';
	return err__set(err, e, "cannot make a directory for the job below %s: %s",
			tmp ? tmp : "/tmp", strerror(-e));
}

static void __attribute__((noreturn)) child(struct task *t, struct agent *a, int up, int go)
{
	/* The host must see our end of the connection close when the main process dies. */
	close(a->in.fd);
	if (a->out.fd != a->in.fd)
		close(a->out.fd);
	if (t->cleaning)
		_exit(worker__teardown(&t->job, &a->env, t->dir));
	_exit(worker__main(&t->job, &a->env, t->dir, up, go));
}

static int spawn(struct task *t, struct agent *a, struct err *err)
{
	int up[2] = { -1, -1 }, go[2] = { -1, -1 };
	int e = pipe2(up, O_CLOEXEC) < 0 || pipe2(go, O_CLOEXEC) < 0 ? -errno : 0;
	pid_t pid = e ? e : proc__fork_tied();

	if (pid == 0) {
		close(up[0]);
		close(go[1]);
		child(t, a, up[1], go[0]);
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
	return 0;
}

/* Forget a worker that is reaped. */
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

static void forget(struct task *t)
{
	if (t->dir[0])
		fs__rm_rf(t->dir);
	wire_msg__release(&t->job);
	*t = (struct task){ .pidfd = -1, .go = -1, .pipe.fd = -1 };
}

/* The job is over: tell the host. */
static int finish(struct task *t, struct agent *a)
{
	int err;

	err = agent__send(a, &(struct wire_msg){ .type = WIRE_DONE,
						 .job = t->job.job,
						 .status = t->status,
						 .text = t->text });
	return err ? err : 1;
}

int task__start(struct task *t, struct agent *a, struct wire_msg *msg)
{
	struct err err = { "" };
	int rc;

	*t = (struct task){ .job = *msg, .pidfd = -1, .go = -1, .pipe.fd = -1 };
	rc = worker__bounds(&t->job, &t->max_ms, &t->setup_ms, &err);
	if (!rc)
		rc = make_dir(t, &err);
	if (!rc)
		rc = spawn(t, a, &err);
	if (!rc) {
		enter(t, t->setup_ms, msg->kind == WIRE_COLLECTOR ? "collection" : "set-up");
		return 0;
	}
	judge(t, WIRE_FAILED, "%s", err.msg);
	rc = finish(t, a);
	forget(t);
	return rc < 0 ? rc : 0;
}

static int begin_iteration(struct task *t, struct agent *a, const struct wire_msg *m)
{
	int ret = agent__forward(a, &t->pipe);

	if (ret)
		return ret;
	t->silent = true;
	enter(t, m->max_ms, "iteration %d", m->iter);
	/* A worker that is gone already is noticed by its end. */
	(void)!write(t->go, "", 1);
	return 0;
}

static int take(struct task *t, struct agent *a, const struct wire_msg *m)
{
	switch (m->type) {
	case WIRE_ITER_BEGIN:
		return begin_iteration(t, a, m);
	case WIRE_ITER_END:
		t->silent = false;
		enter(t, t->setup_ms, "verification of iteration %d", m->iter);
		return agent__forward(a, &t->pipe);
	case WIRE_BEAT:
		t->silent = false;
		enter(t, t->setup_ms, "tear-down");
		return 0;
	case WIRE_DONE:
		judge(t, m->status, "%s", m->text);
		t->reported = true;
		return 0;
	default:
		return agent__forward(a, &t->pipe);
	}
}

/* Pass on what the worker has sent. 0, or -errno when the host is gone. */
static int relay(struct task *t, struct agent *a)
{
	for (;;) {
		struct err err = { "" };
		struct wire_msg m;
		int rc = wire__recv(&t->pipe, &m, 0, &err);

		if (rc == -EPROTO) {
			judge(t, WIRE_FAILED, "the worker reported nonsense in its %s: %s", t->step,
			      err.msg);
			kill(-t->worker, SIGKILL);
		}
		if (rc)
			return 0;
		rc = take(t, a, &m);
		wire_msg__release(&m);
		if (rc)
			return rc;
	}
}

/* Start the tear-down that the worker could not do: 0 when it is running. */
static int clean_up(struct task *t, struct agent *a)
{
	struct err err;

	if (t->reported || t->cleaning || t->job.kind != WIRE_WORKLOAD)
		return -EALREADY;
	t->cleaning = true;
	enter(t, t->setup_ms, "tear-down");
	return spawn(t, a, &err);
}

/* The worker is reaped; what follows? */
static int worker_gone(struct task *t, struct agent *a, int status)
{
	pid_t pgid = t->worker;
	int rc;

	if (status > 128)
		judge(t, WIRE_CRASHED, "the worker was killed by signal %d (%s) in its %s",
		      status - 128, strsignal(status - 128), t->step);
	else
		judge(t, WIRE_FAILED,
		      "the worker ended with exit code %d in its %s without a "
		      "report",
		      status, t->step);
	if (t->cleaning && status)
		add_text(t, "; its tear-down failed too (%s %d)",
			 status > 128 ? "signal" : "exit code",
			 status > 128 ? status - 128 : status);
	drop_worker(t);
	kin__kill(a->init, pgid);
	if (clean_up(t, a) == 0)
		return 0;
	rc = finish(t, a);
	forget(t);
	return rc;
}

static int overrun(struct task *t, struct agent *a)
{
	int status;

	judge(t, WIRE_TIMEOUT, "%s did not end within its bound", t->step);
	kill(-t->worker, SIGKILL);
	status = proc__wait_ms(t->worker, KILL_MS);
	if (status != -ETIMEDOUT)
		return worker_gone(t, a, status);
	add_text(t, "; process %d cannot be killed, it is stuck in the kernel", (int)t->worker);
	drop_worker(t);
	t->reported = true; /* nothing can be torn down under it */
	status = finish(t, a);
	forget(t);
	return status;
}

int task__step(struct task *t, struct agent *a)
{
	int ws, rc;
	bool gone = waitpid(t->worker, &ws, WNOHANG) == t->worker;

	rc = relay(t, a);
	if (rc)
		return rc;
	if (gone)
		return worker_gone(t, a, WIFSIGNALED(ws) ? 128 + WTERMSIG(ws) : WEXITSTATUS(ws));
	if (clock__ns() >= t->deadline)
		return overrun(t, a);
	return 0;
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
	kin__kill(a->init, pgid);
	/* A guest is thrown away, other systems are to be left as they were. */
	if (!a->init && !t->cleaning && t->job.kind == WIRE_WORKLOAD) {
		t->cleaning = true;
		if (!spawn(t, a, &err)) {
			pgid = t->worker;
			proc__wait_ms(t->worker, (unsigned int)t->setup_ms);
			drop_worker(t);
			kin__kill(false, pgid);
		}
	}
	forget(t);
}

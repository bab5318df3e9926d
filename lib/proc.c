// SPDX-License-Identifier: GPL-2.0-only
/* proc.c - child processes: fork, exec, captured output, timeouts, no leaked descriptors. */
#include "lib/proc.h"

#include "lib/clock.h"
#include "lib/fs.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Maximum bytes kept of each stream. */
#define DEFAULT_MAX_OUTPUT (16u << 20)

/* One captured output. What exceeds `max` is read and discarded, so that the child never blocks on
 * a full pipe. */
struct stream {
	int fd;
	char *buf;
	size_t len, cap, max;
};

/* A process group, so that a timeout can kill everything the child has started; and a parent-death
 * signal, so that nothing survives a killed kduel. */
pid_t proc__fork_tied(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		return -errno;
	if (pid > 0) {
		setpgid(pid, pid);
		return pid;
	}
	setpgid(0, 0); /* in both processes: the group must exist whichever runs first */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* the parent died before prctl() */
		_exit(126);
	return 0;
}

/* As in the shell: 128 + signal. */
static int status_of(int ws)
{
	return WIFSIGNALED(ws) ? 128 + WTERMSIG(ws) : WEXITSTATUS(ws);
}

/* Close-on-exec does not help a child that never execs. The two keep their numbers: close to
 * RLIMIT_NOFILE there may be no room to move them. */
void proc__drop_descriptors(int a, int b)
{
	const int hi = a > b ? a : b, lo = b < 0 || a < b ? a : b;

	if (lo > 3)
		close_range(3, (unsigned int)lo - 1, 0);
	if (hi > lo + 1)
		close_range((unsigned int)lo + 1, (unsigned int)hi - 1, 0);
	close_range((unsigned int)hi + 1, ~0u, 0);
}

int proc__wait(pid_t pid)
{
	int ws;

	while (waitpid(pid, &ws, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return status_of(ws);
}

int proc__wait_ms(pid_t pid, unsigned int ms)
{
	uint64_t end = clock__ns() + (uint64_t)ms * NSEC_PER_MSEC;
	/* 2 ms is short compared with what is waited for, and costs next to nothing. */
	struct timespec nap = { .tv_nsec = 2 * 1000 * 1000 };
	int ws;

	for (;;) {
		pid_t r = waitpid(pid, &ws, WNOHANG);

		if (r == pid)
			return status_of(ws);
		if (r < 0 && errno != EINTR)
			return -errno;
		if (clock__ns() >= end)
			return -ETIMEDOUT;
		nanosleep(&nap, NULL);
	}
}

/* dup2() `fd` onto the standard stream `as`; a failure is stored in *why. */
static void child_fd(int fd, int as, int *why)
{
	if (fd < 0 || dup2(fd, as) < 0)
		*why = errno;
}

/* Runs in the child until exec. Resets signal mask and handlers to those of a fresh process,
 * whatever kduel's threads have set. Writes errno to `report` if something fails. */
static void __noreturn child(const struct proc_opts *o, const char *prog, int out, int err,
			     int report)
{
	int in = open(o->stdin_path ? o->stdin_path : "/dev/null", O_RDONLY);
	sigset_t none;
	int why = 0; /* positive errno of what fails first */

	if (o->stdout_path)
		out = open(o->stdout_path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	child_fd(in, 0, &why);
	child_fd(out, 1, &why);
	child_fd(o->merge_stderr ? out : err, 2, &why);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	if (!why && o->cwd && chdir(o->cwd) < 0)
		why = errno;
	for (char *const *v = o->env; v && *v; v++)
		putenv(*v);
	if (!why) {
		execv(prog, o->argv);
		why = errno;
	}
	(void)!write(report, &why, sizeof(why));
	_exit(127);
}

/* Read what is available; after poll() this does not block. Closes the descriptor at the end of the
 * stream. */
static void take(struct stream *s)
{
	char scrap[4096];
	ssize_t n;

	if (s->len == s->cap && s->cap < s->max) {
		s->cap = s->cap ? s->cap * 2 : 4096;
		if (s->cap > s->max)
			s->cap = s->max;
		s->buf = xrealloc(s->buf, s->cap + 1, 1);
	}
	if (s->len < s->cap)
		n = read(s->fd, s->buf + s->len, s->cap - s->len);
	else
		n = read(s->fd, scrap, sizeof(scrap));
	if (n > 0 && s->len < s->cap)
		s->len += (size_t)n;
	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) {
		close(s->fd);
		s->fd = -1;
	}
}

/* If the program was killed by a signal, kill its process group: what it started may hold the
 * output pipes open for minutes, and there is no result to wait for. A program that exited by
 * itself may leave a daemon behind. */
static void end_orphans(pid_t pid)
{
	siginfo_t si = { 0 };

	if (!waitid(P_PID, (id_t)pid, &si, WEXITED | WNOHANG | WNOWAIT) && si.si_pid == pid &&
	    si.si_code != CLD_EXITED)
		kill(-pid, SIGKILL);
}

/* Read both streams until they end. False if the deadline passes first (0: none). */
static bool drain(struct stream s[2], pid_t pid, uint64_t deadline)
{
	/* Without a pidfd (Linux before 5.3, valgrind), just wait for the end of the streams. */
	_close_ int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	while (s[0].fd >= 0 || s[1].fd >= 0) {
		struct pollfd p[3] = { { s[0].fd, POLLIN, 0 },
				       { s[1].fd, POLLIN, 0 },
				       { pidfd, POLLIN, 0 } };
		int wait = -1;

		if (deadline) {
			uint64_t now = clock__ns();

			if (now >= deadline)
				return false;
			wait = (int)((deadline - now) / NSEC_PER_MSEC) + 1;
		}
		if (poll(p, ARRAY_SIZE(p), wait) < 0) {
			if (errno != EINTR)
				return false;
			continue;
		}
		for (int i = 0; i < 2; i++)
			if (s[i].fd >= 0 && p[i].revents)
				take(&s[i]);
		if (p[2].revents) {
			end_orphans(pid);
			base__close_fd(&pidfd);
			pidfd = -1;
		}
	}
	return true;
}

/* NUL-terminate the capture in the spare byte of the buffer; no output at all is "". */
static char *terminated(struct stream *s)
{
	if (!s->buf)
		s->buf = xcalloc(1, 1);
	s->buf[s->len] = '\0';
	return s->buf;
}

/* Reap the child after its streams ended or time ran out; kill the group if it is late. */
static void finish(pid_t pid, bool drained, uint64_t deadline, struct proc_result *res)
{
	int st = -ETIMEDOUT;

	if (drained && !deadline)
		st = proc__wait(pid);
	else if (drained) {
		uint64_t now = clock__ns();

		st = proc__wait_ms(pid,
				   now < deadline ?
					   (unsigned int)((deadline - now) / NSEC_PER_MSEC) + 1 :
					   0);
	}
	if (st == -ETIMEDOUT) {
		res->timed_out = true;
		kill(-pid, SIGKILL);
		st = proc__wait(pid);
	}
	res->status = st;
}

/* Fork and exec. A child that fails to exec reports errno through a third pipe, which a successful
 * exec closes. 0 or -errno. */
static int start(const struct proc_opts *o, const char *prog, struct stream s[2], pid_t *pidp)
{
	int p[3][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
	ssize_t n = 0;
	int ret = 0, why = 0;

	for (int i = 0; i < 3; i++)
		if (pipe2(p[i], O_CLOEXEC) < 0)
			ret = -errno;
	*pidp = ret ? ret : proc__fork_tied();
	if (!ret && *pidp == 0)
		child(o, prog, p[0][1], p[1][1], p[2][1]);
	for (int i = 0; i < 3; i++)
		base__close_fd(&p[i][1]);
	if (*pidp > 0)
		do
			n = read(p[2][0], &why, sizeof(why));
		while (n < 0 && errno == EINTR);
	if (n == sizeof(why)) {
		proc__wait(*pidp);
		*pidp = -why;
	}
	base__close_fd(&p[2][0]);
	if (*pidp < 0) {
		base__close_fd(&p[0][0]);
		base__close_fd(&p[1][0]);
		return *pidp;
	}
	s[0].fd = p[0][0];
	s[1].fd = p[1][0];
	return 0;
}

/* The deadline covers both cases: the output ends but the process does not, and the other way
 * round. */
int proc__run(const struct proc_opts *o, struct proc_result *res)
{
	size_t max = o->max_output ? o->max_output : DEFAULT_MAX_OUTPUT;
	struct stream s[2] = { { -1, NULL, 0, 0, max }, { -1, NULL, 0, 0, max } };
	_free_ char *prog = fs__find_program(o->argv[0]);
	uint64_t deadline = 0;
	bool drained;
	pid_t pid;
	int ret;

	*res = (struct proc_result){ 0 };
	if (!prog)
		return -ENOENT;
	if (o->timeout_ms)
		deadline = clock__ns() + (uint64_t)o->timeout_ms * NSEC_PER_MSEC;
	ret = start(o, prog, s, &pid);
	if (ret)
		return ret;
	drained = drain(s, pid, deadline);
	finish(pid, drained, deadline, res);
	base__close_fd(&s[0].fd);
	base__close_fd(&s[1].fd);
	res->out = terminated(&s[0]);
	res->out_len = s[0].len;
	res->err = terminated(&s[1]);
	res->err_len = s[1].len;
	return 0;
}

void proc_result__release(struct proc_result *res)
{
	free(res->out);
	free(res->err);
	res->out = res->err = NULL;
}

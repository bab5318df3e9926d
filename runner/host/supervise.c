// SPDX-License-Identifier: GPL-2.0-only
/* supervise.c - the supervisor process, and the reports that it sends over the leash. */
#include "runner/host/supervise.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/proc.h"
#include "runner/host/rundir.h"
#include "lib/units.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TERM_GRACE_MS 1000
/* Time for the grace period, the end of the program and the removal of its run directory. A supervisor
 * that takes longer hangs. */
#define STOP_MS 60000
/* How long orphans of the program may take to die. */
#define ORPHANS_MS 5000
#define CHANNEL_FD 3
/* Polling interval if the kernel (or valgrind) lacks pidfd_open(2). */
#define NO_PIDFD_POLL_MS 50

/* A message from the supervisor over the leash. */
struct report {
	enum { REPORT_STARTED, REPORT_EXEC_FAILED, REPORT_ENDED } what;
	int value; /* REPORT_EXEC_FAILED: errno; REPORT_ENDED: exit status */
};

/* Restrict the program to a list of CPUs. */
static void pin(const char *list)
{
	unsigned int cpu[1024];
	cpu_set_t set;
	int n = units__cpu_list(list, cpu, ARRAY_SIZE(cpu));

	CPU_ZERO(&set);
	for (int i = 0; i < n && i < (int)ARRAY_SIZE(cpu); i++)
		CPU_SET(cpu[i], &set);
	if (n > 0)
		sched_setaffinity(0, sizeof(set), &set);
}

/* Make `fd` the descriptor number `at` of the program. 0 or -errno; `fd` may be the result of a failed
 * open(), whose errno is then returned. */
static int put_at(int fd, int at)
{
	if (fd < 0)
		return -errno;
	return (fd == at ? fcntl(fd, F_SETFD, 0) : dup2(fd, at)) < 0 ? -errno : 0;
}

/* Set up the standard streams and the channel; all other descriptors are close-on-exec. *report is
 * moved to a higher number first, out of the way. 0 or -errno. */
static int arrange_descriptors(const struct supervise_opts *o, int *report)
{
	int moved = fcntl(*report, F_DUPFD_CLOEXEC, CHANNEL_FD + 1), ret;

	if (moved < 0)
		return -errno;
	*report = moved;
	if (o->channel >= 0)
		fcntl(o->channel, F_SETFD, FD_CLOEXEC);
	ret = put_at(open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
	if (!ret)
		ret = put_at(open(o->output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644), 1);
	if (!ret)
		ret = put_at(1, 2);
	if (!ret && o->stdio)
		ret = put_at(o->channel, 0);
	if (!ret && o->stdio)
		ret = put_at(o->channel, 1);
	else if (!ret && o->channel >= 0)
		ret = put_at(o->channel, CHANNEL_FD);
	return ret;
}

/* In the child: set up descriptors, signals and environment, then exec the program. On failure write
 * errno to `report`. */
static void __noreturn exec_program(const struct supervise_opts *o, int report)
{
	int why = -arrange_descriptors(o, &report);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (o->max_output) {
		signal(SIGXFSZ, SIG_DFL);
		setrlimit(RLIMIT_FSIZE, &(struct rlimit){ o->max_output, o->max_output });
	}
	setenv("TMPDIR", o->run_dir, 1);
	for (char *const *env = o->env; env && *env; env++)
		putenv(*env);
	if (o->cpus)
		pin(o->cpus);
	if (!why) {
		execv(o->argv[0], o->argv);
		why = errno;
	}
	(void)!write(report, &why, sizeof(why));
	_exit(127);
}

/* Start the program. Returns its pid, or -errno, even if it was exec that failed. */
static pid_t launch(const struct supervise_opts *o)
{
	int p[2], e = 0;
	pid_t pid;

	if (pipe2(p, O_CLOEXEC) < 0)
		return -errno;
	pid = proc__fork_tied();
	if (pid == 0)
		exec_program(o, p[1]);
	close(p[1]);
	if (pid > 0 && read(p[0], &e, sizeof(e)) == sizeof(e)) {
		proc__wait(pid);
		pid = -e;
	}
	close(p[0]);
	return pid;
}

/* Failure is ignored: if kduel has been killed, its end of the leash is closed, and watch() ends the
 * program. */
static void send_report(int leash, int what, int value)
{
	struct report r = { what, value };

	(void)!send(leash, &r, sizeof(r), MSG_NOSIGNAL);
}

/* Wait until the program ends, or the leash closes: then end the program. */
static void watch(int leash, pid_t pid)
{
	_close_ int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd p[2] = { { leash, POLLIN, 0 }, { pidfd, POLLIN, 0 } };
	int status = -ETIMEDOUT;

	while (status == -ETIMEDOUT && !p[0].revents) {
		poll(p, 2, pidfd < 0 ? NO_PIDFD_POLL_MS : -1);
		status = proc__wait_ms(pid, 0);
	}
	if (status == -ETIMEDOUT) {
		/* Signal the whole process group: QEMU and the agent may have children. */
		kill(-pid, SIGTERM);
		if (proc__wait_ms(pid, TERM_GRACE_MS) == -ETIMEDOUT) {
			kill(-pid, SIGKILL);
			proc__wait(pid);
		}
		return;
	}
	send_report(leash, REPORT_ENDED, status);
	/* Keep the run directory until the leash closes, as its files may still be read. */
	while (poll(p, 1, -1) < 0 && errno == EINTR)
		;
}

/* Kill processes that the program has left behind. As we are a subreaper, they have become our
 * children, whatever group or session they are in. It takes several rounds, as their own children
 * become ours when they die. */
static void end_orphans(void)
{
	const uint64_t end = clock__ns() + ORPHANS_MS * NSEC_PER_MSEC;
	_free_ char *path = xasprintf("/proc/self/task/%d/children", getpid());

	while (clock__ns() < end) {
		_free_ char *pids = NULL;
		char *at;

		if (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
		if (errno == ECHILD || fs__read(path, 1 << 20, &pids, NULL))
			return;
		at = pids;
		for (long pid = strtol(at, &at, 10); pid > 0; pid = strtol(at, &at, 10))
			kill((pid_t)pid, SIGKILL);
		usleep(1000);
	}
}

/* The supervisor has its own session and blocks all signals: Ctrl-C at the terminal is for kduel, which
 * ends boots in an orderly way. If kduel is killed, the kernel closes its end of the leash. */
static void __noreturn supervisor(struct supervise_opts o, int leash)
{
	sigset_t all;
	pid_t pid;

	setsid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	prctl(PR_SET_NAME, "kduel-super");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	proc__drop_descriptors(leash, o.channel);
	/* Keep the run directory locked until we exit: if our kduel has been killed, another one must
	 * not remove it yet. */
	(void)tmpdir__hold(o.run_dir);
	pid = launch(&o);
	if (o.channel >= 0)
		close(o.channel);
	send_report(leash, pid < 0 ? REPORT_EXEC_FAILED : REPORT_STARTED, pid < 0 ? -pid : 0);
	if (pid > 0)
		watch(leash, pid);
	end_orphans();
	fs__rm_rf(o.run_dir);
	_exit(0);
}

/* Wait up to `ms` for a report. 0; -ETIMEDOUT; -ECHILD: the supervisor is gone; or another -errno. */
static int get_report(struct supervised *s, unsigned int ms, struct report *r)
{
	uint64_t end = clock__ns() + ms * NSEC_PER_MSEC;

	for (;;) {
		struct pollfd p = { s->leash, POLLIN, 0 };
		uint64_t now = clock__ns();
		int n = poll(&p, 1, now < end ? (int)((end - now) / NSEC_PER_MSEC) + 1 : 0);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			return recv(s->leash, r, sizeof(*r), 0) == sizeof(*r) ? 0 : -ECHILD;
		if (clock__ns() >= end)
			return -ETIMEDOUT;
	}
}

/* The leash is SOCK_SEQPACKET, which preserves message boundaries. */
int supervise__start(const struct supervise_opts *o, struct supervised *s, struct err *err)
{
	struct report r = { 0 };
	int sv[2], ret;

	*s = (struct supervised){ .leash = -1 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) < 0)
		return err__set(err, -errno, "cannot make a socket pair: %s", strerror(errno));
	/* Otherwise both processes would write what is buffered. */
	fflush(NULL);
	s->pid = fork();
	if (s->pid == 0) {
		close(sv[0]);
		supervisor(*o, sv[1]);
	}
	ret = s->pid < 0 ? -errno : 0;
	close(sv[1]);
	s->leash = sv[0];
	if (!ret)
		ret = get_report(s, 10000, &r);
	if (!ret && r.what == REPORT_EXEC_FAILED)
		ret = -r.value;
	if (ret) {
		supervise__stop(s);
		return err__set(err, ret, "cannot start %s: %s", o->argv[0], strerror(-ret));
	}
	return 0;
}

int supervise__wait(struct supervised *s, unsigned int ms, int *status)
{
	struct report r = { 0 };
	int ret;

	if (s->leash < 0)
		return -ECHILD;
	ret = get_report(s, ms, &r);
	if (!ret)
		*status = r.value;
	return ret;
}

/* If the program hangs in the kernel, the supervisor waits for it. Then kill the supervisor; the kernel
 * kills the program as soon as it can. */
void supervise__stop(struct supervised *s)
{
	if (s->leash >= 0)
		close(s->leash);
	s->leash = -1;
	if (s->pid > 0 && proc__wait_ms(s->pid, STOP_MS) == -ETIMEDOUT) {
		kill(s->pid, SIGKILL);
		proc__wait(s->pid);
	}
	s->pid = 0;
}

/* The second field of schedstat: how long a thread has waited on a run queue, in ns. */
static uint64_t waited_ns(const char *tasks, const char *thread)
{
	_free_ char *path = xasprintf("%s/%s/schedstat", tasks, thread), *text = NULL;
	char *at;

	if (fs__read(path, 256, &text, NULL))
		return 0;
	strtoull(text, &at, 10);
	return strtoull(at, NULL, 10);
}

uint64_t supervise__starved_ns(pid_t pid)
{
	_free_ char *path = xasprintf("/proc/%d/task/%d/children", pid, pid), *pids = NULL;
	_free_ char *tasks = NULL;
	_cleanup_(strvec__release) struct strvec threads = { 0 };
	uint64_t most = 0;

	if (fs__read(path, 4096, &pids, NULL) || !*pids)
		return 0;
	tasks = xasprintf("/proc/%ld/task", strtol(pids, NULL, 10));
	(void)fs__names(tasks, &threads);
	for (size_t i = 0; i < threads.n; i++) {
		uint64_t ns = waited_ns(tasks, threads.v[i]);

		most = ns > most ? ns : most;
	}
	return most;
}

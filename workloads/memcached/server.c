// SPDX-License-Identifier: GPL-2.0-only
/* server.c - picks a port, starts memcached with its output in a log, and reports why it ended. */
#include "workloads/memcached/server.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/proc.h"
#include "lib/strvec.h"
#include "workloads/memcached/connection.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#define START_TIMEOUT_NS (30 * NSEC_PER_SEC)
#define SPARE_FDS 1024 /* memcached counts all its descriptors, not only connections */
#define MIB (1ull << 20)
#define LOG_TAIL 400

/* A port that is free now. start_server() later checks by the PID in `stats` that it is our
 * server's. */
static int free_port(uint16_t *port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	_close_ int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(sa);

	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&sa, &len) < 0)
		return -errno;
	*port = ntohs(sa.sin_port);
	return 0;
}

/* memcached insists on -u if started by root, and items larger than 1 MiB need -I. */
static void build_argv(struct strvec *argv, const struct mc_server *s,
		       const struct mc_server_opts *o)
{
	uint64_t item = o->item_max > MIB ? o->item_max : MIB;

	strvec__push_all(argv, "memcached", "-l", "127.0.0.1", "-U", "0", NULL);
	strvec__push(argv, "-p");
	strvec__pushf(argv, "%u", s->port);
	strvec__push(argv, "-t");
	strvec__pushf(argv, "%u", o->threads);
	strvec__push(argv, "-c");
	strvec__pushf(argv, "%u", o->connections + SPARE_FDS);
	strvec__push(argv, "-m");
	strvec__pushf(argv, "%llu", (unsigned long long)(o->memory / MIB));
	strvec__push(argv, "-I");
	strvec__pushf(argv, "%llum", (unsigned long long)((item + MIB - 1) / MIB));
	if (!geteuid())
		strvec__push_all(argv, "-u", "root", NULL);
}

/* Runs after fork(); exit statuses are those of a shell if the program cannot be run. */
static void __noreturn child(const char *prog, char *const *argv, const char *log,
			     const struct mc_server_opts *o)
{
	int out = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600), in = open("/dev/null", O_RDONLY);
	cpu_set_t set;

	if (out < 0 || in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(126);
	CPU_ZERO(&set);
	for (size_t i = 0; i < o->n_cpus; i++)
		CPU_SET(o->cpus[i], &set);
	if (o->n_cpus && sched_setaffinity(0, sizeof(set), &set) < 0) {
		dprintf(2, "sched_setaffinity: %s\n", strerror(errno));
		_exit(126);
	}
	execv(prog, argv);
	dprintf(2, "execv %s: %s\n", prog, strerror(errno));
	_exit(127);
}

/* Report how the server ended, with the end of its log. */
static int report_end(struct mc_server *s, int status, struct err *err)
{
	_free_ char *text = NULL;
	size_t len = 0;

	s->pid = 0;
	if (fs__read(s->log, 1u << 20, &text, &len))
		text = xstrdup("");
	return err__set(err, -ESRCH, "memcached ended with %s %d: %s",
			status > 128 ? "signal" : "exit code", status > 128 ? status - 128 : status,
			len > LOG_TAIL ? text + len - LOG_TAIL : text);
}

int mc_server__check(struct mc_server *s, unsigned int grace_ms, struct err *err)
{
	int status;

	if (!s->pid)
		return err__set(err, -ESRCH, "memcached is not running");
	status = proc__wait_ms(s->pid, grace_ms);
	return status == -ETIMEDOUT ? 0 : report_end(s, status, err);
}

/* Try to connect until the server listens, has ended, or time is up. */
static int await_listening(struct mc_server *s, struct err *err)
{
	uint64_t end = clock__ns() + START_TIMEOUT_NS;
	struct timespec nap = { .tv_nsec = 5 * 1000 * 1000 };

	for (;;) {
		int fd = mc_connect(s->port), ret;

		if (fd >= 0) {
			close(fd);
			return 0;
		}
		ret = mc_server__check(s, 0, err);
		if (ret)
			return ret;
		if (clock__ns() > end)
			return err__set(err, -ETIMEDOUT, "memcached does not listen after %llu s",
					(unsigned long long)(START_TIMEOUT_NS / NSEC_PER_SEC));
		nanosleep(&nap, NULL);
	}
}

int mc_server__start(struct mc_server *s, const struct mc_server_opts *o, struct err *err)
{
	_free_ char *prog = fs__find_program("memcached");
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	int ret;

	*s = (struct mc_server){ 0 };
	snprintf(s->log, sizeof(s->log), "%s/memcached.log", o->dir);
	if (!prog)
		return err__set(err, -ENOENT,
				"there is no program 'memcached': install the package memcached");
	ret = free_port(&s->port);
	if (ret)
		return err__set(err, ret,
				"no free port on 127.0.0.1 (is the loopback interface up?): %s",
				strerror(-ret));
	build_argv(&argv, s, o);
	s->pid = proc__fork_tied();
	if (s->pid == 0)
		child(prog, argv.v, s->log, o);
	if (s->pid < 0) {
		ret = s->pid;
		s->pid = 0;
		return err__set(err, ret, "cannot start memcached: %s", strerror(-ret));
	}
	return await_listening(s, err);
}

void mc_server__stop(struct mc_server *s)
{
	if (!s->pid)
		return;
	kill(s->pid, SIGKILL); /* an orderly shutdown takes a second and saves nothing of value */
	proc__wait(s->pid);
	s->pid = 0;
}

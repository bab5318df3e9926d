// SPDX-License-Identifier: GPL-2.0-only
/* pipe: two processes pass a number back and forth through a pair of pipes; each increments it. */
#include "lib/clock.h"
#include "lib/proc.h"
#include "workloads/support/fixed.h"
#include "workloads/workload.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

enum { PING_READ, PING_WRITE, PONG_READ, PONG_WRITE, N_FDS };

struct state {
	uint64_t took_ns, number; /* number: the last one received */
	int fd[N_FDS];
	pid_t peer;
};

/* The peer process: read a number, increment it, write it back, until our end is closed. */
static void __noreturn answer(const struct state *st)
{
	uint64_t v;

	close(st->fd[PING_WRITE]); /* or our own write end would keep read() from returning */
	while (read(st->fd[PING_READ], &v, sizeof(v)) == sizeof(v)) {
		v++;
		if (write(st->fd[PONG_WRITE], &v, sizeof(v)) != sizeof(v))
			break;
	}
	_exit(0);
}

static int setup(struct job *job)
{
	struct state *st = xcalloc(1, sizeof(*st));

	job->priv = st;
	for (int i = 0; i < N_FDS; i++)
		st->fd[i] = -1;
	if (pipe2(&st->fd[PING_READ], O_CLOEXEC) < 0 || pipe2(&st->fd[PONG_READ], O_CLOEXEC) < 0)
		return job__fail(job, -errno, "pipe: %s", strerror(errno));
	st->peer = proc__fork_tied();
	if (st->peer == 0)
		answer(st);
	if (st->peer < 0) {
		int ret = st->peer;

		st->peer = 0;
		return job__fail(job, ret, "fork: %s", strerror(-ret));
	}
	base__close_fd(&st->fd[PING_READ]);
	base__close_fd(&st->fd[PONG_WRITE]);
	st->fd[PING_READ] = st->fd[PONG_WRITE] = -1;
	return 0;
}

/* Each round trip is two context switches and four system calls. */
static int run(struct job *job)
{
	struct state *st = job->priv;
	uint64_t trips = job__u64(job, "trips"), v = 0, begin = clock__ns();

	for (uint64_t i = 0; i < trips; i++) {
		v++;
		if (write(st->fd[PING_WRITE], &v, sizeof(v)) != sizeof(v) ||
		    read(st->fd[PONG_READ], &v, sizeof(v)) != sizeof(v))
			return job__fail(job, -EPIPE,
					 "the other process is gone after %llu round trips",
					 (unsigned long long)i);
	}
	st->took_ns = clock__ns() - begin;
	st->number = v;
	job->operations = trips;
	return 0;
}

static int verify(struct job *job)
{
	struct state *st = job->priv;
	uint64_t got = st->number, want = 2 * job__u64(job, "trips");

	st->number = 0; /* never reuse a result of this iteration */
	if (got != want)
		return job__fail(job, -EIO,
				 "the number that came back is %llu; %llu round trips make it %llu",
				 (unsigned long long)got, (unsigned long long)(want / 2),
				 (unsigned long long)want);
	return fixed__report(job, st->took_ns);
}

static void teardown(struct job *job)
{
	struct state *st = job->priv;

	if (!st)
		return; /* another process was killed, and its peer died with it */
	for (int i = 0; i < N_FDS; i++)
		base__close_fd(&st->fd[i]);
	if (st->peer) {
		kill(st->peer, SIGKILL);
		proc__wait(st->peer);
	}
	job__free_priv(job);
}

static const struct param params[] = {
	PARAM(.name = "trips", .type = PARAM_INT, .def = "10000", .full = "1000000", .min = 1,
	      .max = 1e10, .help = "round trips: each is one operation"),
	{ .name = NULL },
};

const struct workload wl_pipe = {
	.name = "pipe",
	.version = 1,
	.summary = "two processes talking through pipes",
	.params = params,
	.metrics = fixed__metrics,
	.iteration_max_s = 120,
	.setup_max_s = 10,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = teardown,
};

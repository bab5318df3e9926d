// SPDX-License-Identifier: GPL-2.0-only
/* channels.c - round trips between two processes, each of which increments a number and passes it
 * on. */
#include "lib/proc.h"
#include "workloads/micro/op.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* fd[0] is for reading, fd[1] for writing; a socket is in both. */

static void __noreturn answer(int in, int out)
{
	uint64_t v;

	proc__drop_descriptors(in, out == in ? -1 : out);
	while (read(in, &v, sizeof(v)) == sizeof(v)) {
		v++;
		if (write(out, &v, sizeof(v)) != sizeof(v))
			break;
	}
	_exit(0);
}

/* Start the peer process with its ends, which are closed in this process. */
static int start_peer(struct micro *m, int in, int out)
{
	m->peer = proc__fork_tied();
	if (!m->peer)
		answer(in, out);
	close(in);
	if (out != in)
		close(out);
	if (m->peer > 0)
		return 0;
	errno = -m->peer;
	m->peer = 0;
	return micro__fail(m, "fork");
}

static int open_pipe(struct micro *m)
{
	int ping[2], pong[2];

	if (pipe2(ping, O_CLOEXEC))
		return micro__fail(m, "pipe");
	m->fd[1] = ping[1];
	if (pipe2(pong, O_CLOEXEC)) {
		close(ping[0]);
		return micro__fail(m, "pipe");
	}
	m->fd[0] = pong[0];
	return start_peer(m, ping[0], pong[1]);
}

static int open_socketpair(struct micro *m)
{
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv))
		return micro__fail(m, "socketpair");
	m->fd[0] = m->fd[1] = sv[0];
	return start_peer(m, sv[1], sv[1]);
}

/* Connect a socket pair through an address that the kernel chooses. */
static int connect_pair(struct micro *m, struct sockaddr *addr, socklen_t len)
{
	struct sockaddr_storage at;
	socklen_t at_len = sizeof(at);
	int far;

	m->fd[2] = socket(addr->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (m->fd[2] < 0)
		return micro__fail(m, "socket");
	if (bind(m->fd[2], addr, len) || listen(m->fd[2], 1) ||
	    getsockname(m->fd[2], (struct sockaddr *)&at, &at_len))
		return micro__fail(m, "bind");
	m->fd[0] = m->fd[1] = socket(addr->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (m->fd[0] < 0)
		return micro__fail(m, "socket");
	if (connect(m->fd[0], (struct sockaddr *)&at, at_len))
		return micro__fail(m, "connect");
	far = accept4(m->fd[2], NULL, NULL, SOCK_CLOEXEC);
	if (far < 0)
		return micro__fail(m, "accept");
	if (addr->sa_family == AF_INET) {
		const int on = 1;

		/* Or the kernel may wait for more data to send. */
		setsockopt(m->fd[0], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		setsockopt(far, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	}
	return start_peer(m, far, far);
}

/* Binding without a name makes the kernel assign one in the abstract namespace. */
static int open_unix(struct micro *m)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	return connect_pair(m, (struct sockaddr *)&addr, sizeof(addr.sun_family));
}

static int open_tcp(struct micro *m)
{
	struct sockaddr_in addr = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int ret = connect_pair(m, (struct sockaddr *)&addr, sizeof(addr));

	if (ret == -ENETUNREACH || ret == -EADDRNOTAVAIL)
		return err__set(&m->err, -EOPNOTSUPP, "there is no loopback interface");
	return ret;
}

static int run_trips(struct micro *m, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		m->got++;
		if (write(m->fd[1], &m->got, sizeof(m->got)) != sizeof(m->got) ||
		    read(m->fd[0], &m->got, sizeof(m->got)) != sizeof(m->got))
			return err__set(&m->err, -EPIPE, "the other process is gone");
	}
	return 0;
}

static int check_trips(struct micro *m)
{
	return micro__expect(m, "the number that came back", m->got, 2 * m->done);
}

static long futex(uint32_t *word, int op, uint32_t v)
{
	return syscall(SYS_futex, word, op, v, NULL, NULL, 0);
}

/* The futex is in shared memory. An odd value: it is the peer's turn. */
static int open_futex(struct micro *m)
{
	m->len = (size_t)sysconf(_SC_PAGESIZE);
	/* cppcheck-suppress invalidFunctionArg ; -1 is what mmap(2) asks for with MAP_ANONYMOUS */
	m->mem = mmap(NULL, m->len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (m->mem == MAP_FAILED) {
		m->mem = NULL;
		return micro__fail(m, "mmap");
	}
	return futex(m->mem, FUTEX_WAKE, 1) < 0 ? micro__fail(m, "futex") : 0;
}

static void unmap(struct micro *m)
{
	if (m->mem)
		munmap(m->mem, m->len);
}

static int run_wake(struct micro *m, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		m->got += futex(m->mem, FUTEX_WAKE, 1) == 0;
	return 0;
}

static int check_wake(struct micro *m)
{
	return micro__expect(m, "calls that found nobody to wake", m->got, m->done);
}

/* Wait for the turn with this parity (0 or 1), and pass it on. */
static int take_turn(uint32_t *word, uint32_t parity)
{
	uint32_t v;

	while (((v = __atomic_load_n(word, __ATOMIC_ACQUIRE)) & 1) != parity)
		if (futex(word, FUTEX_WAIT, v) && errno != EAGAIN && errno != EINTR)
			return -errno;
	__atomic_store_n(word, v + 1, __ATOMIC_RELEASE);
	return futex(word, FUTEX_WAKE, 1) < 0 ? -errno : 0;
}

static int open_turns(struct micro *m)
{
	int ret = open_futex(m);

	if (ret)
		return ret;
	m->peer = proc__fork_tied();
	if (!m->peer) {
		while (!take_turn(m->mem, 1))
			;
		_exit(1);
	}
	if (m->peer > 0)
		return 0;
	errno = -m->peer;
	m->peer = 0;
	return micro__fail(m, "fork");
}

/* Until the turn comes back. */
static int run_turns(struct micro *m, uint64_t n)
{
	uint32_t *word = m->mem;

	for (uint64_t i = 0; i < n; i++) {
		uint32_t v;
		int ret = take_turn(word, 0);

		while (!ret && ((v = __atomic_load_n(word, __ATOMIC_ACQUIRE)) & 1))
			if (futex(word, FUTEX_WAIT, v) && errno != EAGAIN && errno != EINTR)
				ret = -errno;
		if (ret) {
			errno = -ret;
			return micro__fail(m, "futex");
		}
	}
	m->got = *word;
	return 0;
}

static int check_turns(struct micro *m)
{
	return micro__expect(m, "turns taken", m->got, (uint32_t)(2 * m->done));
}

const struct micro_op micro_channels[] = {
	{ "futex-wake", "futex() that wakes nobody", 40000, false, open_futex, run_wake, check_wake,
	  unmap },
	{ "futex-turns", "round trip between processes over a futex", 2000, false, open_turns,
	  run_turns, check_turns, unmap },
	{ "pipe", "round trip through a pair of pipes", 2000, false, open_pipe, run_trips,
	  check_trips, NULL },
	{ "socketpair", "round trip through a socketpair()", 1500, false, open_socketpair,
	  run_trips, check_trips, NULL },
	{ "unix", "round trip through a bound AF_UNIX socket", 1500, false, open_unix, run_trips,
	  check_trips, NULL },
	{ "tcp", "round trip through TCP on the loopback interface", 800, false, open_tcp,
	  run_trips, check_trips, NULL },
	{ .name = NULL },
};

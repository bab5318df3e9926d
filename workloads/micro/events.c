// SPDX-License-Identifier: GPL-2.0-only
/* events.c - file descriptors that deliver events: epoll, eventfd and the like. */
#include "workloads/micro/op.h"

#include <linux/io_uring.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define COOKIE 0x6b6475656cu
#define HOUR 3600

static int check_each(struct micro *m)
{
	return micro__expect(m, "operations that did what they should", m->got, m->done);
}

static int open_eventfd(struct micro *m)
{
	m->fd[0] = eventfd(0, EFD_CLOEXEC);
	return m->fd[0] < 0 ? micro__fail(m, "eventfd") : 0;
}

static int run_eventfd(struct micro *m, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		const uint64_t in = i + 1;
		uint64_t out = 0;

		if (write(m->fd[0], &in, sizeof(in)) != sizeof(in) ||
		    read(m->fd[0], &out, sizeof(out)) != sizeof(out))
			return micro__fail(m, "eventfd");
		m->got += out == in;
	}
	return 0;
}

/* Watches an eventfd that stays readable. */
static int open_epoll(struct micro *m)
{
	struct epoll_event want = { .events = EPOLLIN, .data.u64 = COOKIE };

	m->fd[1] = eventfd(1, EFD_CLOEXEC);
	if (m->fd[1] < 0)
		return micro__fail(m, "eventfd");
	m->fd[0] = epoll_create1(EPOLL_CLOEXEC);
	if (m->fd[0] < 0)
		return micro__fail(m, "epoll_create1");
	return epoll_ctl(m->fd[0], EPOLL_CTL_ADD, m->fd[1], &want) ? micro__fail(m, "epoll_ctl") :
								     0;
}

static int run_epoll(struct micro *m, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		struct epoll_event e = { 0 };

		m->got += epoll_wait(m->fd[0], &e, 1, -1) == 1 && e.events == EPOLLIN &&
			  e.data.u64 == COOKIE;
	}
	return 0;
}

static int open_timerfd(struct micro *m)
{
	m->fd[0] = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	return m->fd[0] < 0 ? micro__fail(m, "timerfd_create") : 0;
}

/* The timer never expires: only arming it is timed. */
static int run_timerfd(struct micro *m, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		const struct itimerspec in = { .it_value.tv_sec = HOUR + (time_t)(i & 1) };

		if (timerfd_settime(m->fd[0], 0, &in, NULL))
			return micro__fail(m, "timerfd_settime");
		m->got++;
	}
	return 0;
}

static int check_timerfd(struct micro *m)
{
	struct itimerspec left = { 0 };

	if (timerfd_gettime(m->fd[0], &left))
		return micro__fail(m, "timerfd_gettime");
	if (left.it_value.tv_sec < HOUR - 600 || left.it_value.tv_sec > HOUR + 1)
		return err__set(&m->err, -EIO, "the timer has %lld s left, expected %d",
				(long long)left.it_value.tv_sec, HOUR);
	return check_each(m);
}

/* The rings of an io_uring instance, as laid out by the kernel. */
struct ring {
	struct io_uring_params p;
	char *sq, *cq;
	struct io_uring_sqe *sqes;
	size_t sq_len, cq_len, sqes_len;
};

static void *map_ring(struct micro *m, size_t len, uint64_t offset)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, m->fd[0],
		       (off_t)offset);

	if (p != MAP_FAILED)
		return p;
	micro__fail(m, "mmap of an io_uring");
	return NULL;
}

static int open_uring(struct micro *m)
{
	struct ring *r = m->mem = xcalloc(1, sizeof(*r));

	m->fd[0] = (int)syscall(SYS_io_uring_setup, 1, &r->p);
	if (m->fd[0] < 0 && errno == EPERM)
		return err__set(&m->err, -EOPNOTSUPP,
				"io_uring is not allowed here (kernel.io_uring_disabled, or a "
				"filter of system calls)");
	if (m->fd[0] < 0)
		return micro__fail(m, "io_uring_setup");
	r->sq_len = r->p.sq_off.array + r->p.sq_entries * sizeof(uint32_t);
	r->cq_len = r->p.cq_off.cqes + r->p.cq_entries * sizeof(struct io_uring_cqe);
	r->sqes_len = r->p.sq_entries * sizeof(struct io_uring_sqe);
	r->sq = map_ring(m, r->sq_len, IORING_OFF_SQ_RING);
	r->cq = map_ring(m, r->cq_len, IORING_OFF_CQ_RING);
	r->sqes = map_ring(m, r->sqes_len, IORING_OFF_SQES);
	return r->sq && r->cq && r->sqes ? 0 : -ENOMEM;
}

static void close_uring(struct micro *m)
{
	struct ring *r = m->mem;

	if (r->sq)
		munmap(r->sq, r->sq_len);
	if (r->cq)
		munmap(r->cq, r->cq_len);
	if (r->sqes)
		munmap(r->sqes, r->sqes_len);
	free(r);
}

static uint32_t *word(char *ring, uint32_t offset)
{
	return (uint32_t *)(void *)(ring + offset);
}

/* Submits one entry and reaps its completion in the same system call. */
static int run_uring(struct micro *m, uint64_t n)
{
	struct ring *r = m->mem;
	const struct io_uring_cqe *cqes = (void *)(r->cq + r->p.cq_off.cqes);
	uint32_t *tail = word(r->sq, r->p.sq_off.tail), *head = word(r->cq, r->p.cq_off.head);
	const uint32_t mask = *word(r->cq, r->p.cq_off.ring_mask);

	*word(r->sq, r->p.sq_off.array) = 0;
	for (uint64_t i = 0; i < n; i++) {
		const struct io_uring_cqe *c = &cqes[*head & mask];

		r->sqes[0] = (struct io_uring_sqe){ .opcode = IORING_OP_NOP, .user_data = i + 1 };
		__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
		if (syscall(SYS_io_uring_enter, m->fd[0], 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) !=
		    1)
			return micro__fail(m, "io_uring_enter");
		m->got += __atomic_load_n(word(r->cq, r->p.cq_off.tail), __ATOMIC_ACQUIRE) !=
				  *head &&
			  c->user_data == i + 1 && !c->res;
		__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	}
	return 0;
}

const struct micro_op micro_events[] = {
	{ "epoll", "epoll_wait() with an event that is there", 20000, false, open_epoll, run_epoll,
	  check_each, NULL },
	{ "eventfd", "write() to an eventfd and read() from it", 20000, false, open_eventfd,
	  run_eventfd, check_each, NULL },
	{ "timerfd", "timerfd_settime()", 20000, false, open_timerfd, run_timerfd, check_timerfd,
	  NULL },
	{ "io-uring", "io_uring_enter() with a no-op", 15000, false, open_uring, run_uring,
	  check_each, close_uring },
	{ .name = NULL },
};

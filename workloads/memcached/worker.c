// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/memcached/worker.h"

#include "lib/clock.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENTS 64
#define SILENCE_NS (30 * NSEC_PER_SEC) /* a server that answers nothing for so long is dead */

/* When this worker's next request is due, in ns from the start; workers take turns. */
static uint64_t next_due(const struct mc_worker *w)
{
	double k = (double)w->issued * w->o->threads + w->index;

	return (uint64_t)(k * (double)NSEC_PER_SEC / w->run->phase->rate);
}

static bool has_more(const struct mc_worker *w, uint64_t since_start)
{
	const struct mc_phase *ph = w->run->phase;

	if (atomic_load_explicit(&w->run->stop, memory_order_relaxed))
		return false;
	if (ph->ops)
		return w->issued < w->share;
	if (!(ph->rate > 0))
		return since_start < ph->duration_ns;
	return next_due(w) < ph->duration_ns;
}

static int watch(struct mc_worker *w, unsigned int conn, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data = { .u32 = conn } };

	return epoll_ctl(w->epoll, EPOLL_CTL_MOD, w->conns[conn].fd, &ev) < 0 ? -errno : 0;
}

static int push_out(struct mc_worker *w, unsigned int conn)
{
	int err = mc_conn__send(&w->conns[conn], w->o->shape);

	if (err == -EAGAIN)
		err = watch(w, conn, EPOLLIN | EPOLLOUT);
	return err ? err__set(&w->err, err, "sending to the server: %s", strerror(-err)) : 0;
}

/* The connection that has been idle for longest; with a window, any. */
static unsigned int take_idle(struct mc_worker *w)
{
	unsigned int *first = &w->idle[w->idle_first], conn = *first;

	if (w->window < w->n_conns) {
		uint64_t k = w->idle_first + rng__below(&w->rng, w->n_idle);
		unsigned int *any = &w->idle[k % w->n_conns];

		conn = *any;
		*any = *first;
	}
	w->idle_first = (w->idle_first + 1) % w->n_conns;
	w->n_idle--;
	return conn;
}

/* Send the next request on an idle connection; `due_ns` is absolute. */
static int issue(struct mc_worker *w, uint64_t due_ns)
{
	const struct mc_load_opts *o = w->o;
	unsigned int conn = take_idle(w);
	struct mc_conn *c = &w->conns[conn];
	enum mc_op op = rng__unit(&w->rng) < o->get_ratio ? MC_GET : MC_SET;

	w->issued++;
	mc_conn__begin(c, o->shape, op, keys__next(o->keys, &w->rng));
	c->due_ns = due_ns;
	return push_out(w, conn);
}

static void settle_reply(struct mc_worker *w, unsigned int conn, enum mc_reply reply)
{
	struct mc_conn *c = &w->conns[conn];
	uint64_t now = clock__ns();

	hdr__add(w->res.latency, now - c->due_ns);
	w->res.elapsed_ns = now - w->run->start_ns;
	w->res.n_get += c->op == MC_GET;
	w->res.n_set += c->op == MC_SET;
	w->res.hits += reply == MC_HIT;
	w->res.misses += reply == MC_MISS;
	w->idle[(w->idle_first + w->n_idle++) % w->n_conns] = conn;
}

static int serve_event(struct mc_worker *w, const struct epoll_event *ev)
{
	unsigned int conn = ev->data.u32;
	struct mc_conn *c = &w->conns[conn];
	enum mc_reply reply = MC_MORE;
	int err = 0;

	if (ev->events & EPOLLOUT) {
		err = push_out(w, conn);
		if (!err && c->sent == c->len)
			err = watch(w, conn, EPOLLIN);
	}
	if (!err && (ev->events & (EPOLLIN | EPOLLERR | EPOLLHUP)))
		err = mc_conn__receive(c, w->o->shape, &reply, &w->err);
	if (!err && reply != MC_MORE)
		settle_reply(w, conn, reply);
	return err;
}

/* Send everything that may be sent now; *wait_ns becomes the time to the next due request. */
static int issue_due(struct mc_worker *w, uint64_t *wait_ns)
{
	const struct mc_run *run = w->run;
	int err = 0;

	*wait_ns = SILENCE_NS;
	while (!err && w->n_idle && w->n_conns - w->n_idle < w->window) {
		uint64_t now = clock__ns(), since = now - run->start_ns, due = since;

		if (!has_more(w, since))
			break;
		if (run->phase->rate > 0) {
			due = next_due(w);
			if (due > since) {
				*wait_ns = due - since;
				break;
			}
			hdr__add(w->res.lag, since - due);
		}
		err = issue(w, run->start_ns + due);
	}
	return err;
}

/* An open loop that the server cannot keep up with would never end: those requests that are still
 * unsent some time after the end count with the time they have waited, and are told. */
static bool give_up(struct mc_worker *w)
{
	const struct mc_phase *ph = w->run->phase;
	uint64_t since = clock__ns() - w->run->start_ns;

	if (!(ph->rate > 0) || !ph->duration_ns || since < ph->duration_ns + ph->drain_ns)
		return false;
	for (; has_more(w, since); w->issued++) {
		hdr__add(w->res.latency, since - next_due(w));
		w->res.unsent++;
	}
	return true;
}

static int wait_events(struct mc_worker *w, struct epoll_event *ev, uint64_t ns)
{
	struct timespec ts = { (time_t)(ns / NSEC_PER_SEC), (long)(ns % NSEC_PER_SEC) };
	int ms = (int)((ns + NSEC_PER_MSEC - 1) / NSEC_PER_MSEC), n;

	do {
		n = epoll_pwait2(w->epoll, ev, EVENTS, &ts, NULL);
		if (n < 0 && errno == ENOSYS) /* before Linux 5.11: late by up to 1 ms */
			n = epoll_wait(w->epoll, ev, EVENTS, ms);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return err__set(&w->err, -errno, "waiting for the server: %s", strerror(errno));
	return n;
}

int mc_worker__run(struct mc_worker *w)
{
	struct epoll_event ev[EVENTS];
	uint64_t wait_ns;

	for (;;) {
		int err = issue_due(w, &wait_ns), n;

		if (err)
			return err;
		give_up(w);
		if (w->n_idle == w->n_conns && !has_more(w, clock__ns() - w->run->start_ns))
			return 0;
		n = wait_events(w, ev, wait_ns);
		if (n == 0 && wait_ns == SILENCE_NS)
			return err__set(&w->err, -ETIMEDOUT, "no reply from the server for %llu s",
					(unsigned long long)(SILENCE_NS / NSEC_PER_SEC));
		for (int i = 0; i < n && !err; i++)
			err = serve_event(w, &ev[i]);
		if (n < 0 || err)
			return n < 0 ? n : err;
	}
}

void mc_worker__prepare(struct mc_worker *w, const struct mc_run *run)
{
	uint64_t ops = run->phase->ops;

	w->run = run;
	rng__seed(&w->rng, rng__derive(run->phase->seed, w->index, 1));
	w->share = ops / w->o->threads + (w->index < ops % w->o->threads);
	w->issued = 0;
	w->failed = 0;
	w->err.msg[0] = '\0';
	mc_result__reset(&w->res);
}

/* A worker's part of a number that all share. */
static unsigned int share_of(unsigned int n, const struct mc_worker *w)
{
	return n / w->o->threads + (w->index < n % w->o->threads);
}

static int adopt(struct mc_worker *w, unsigned int i, int fd, struct err *err)
{
	struct epoll_event ev = { .events = EPOLLIN, .data = { .u32 = i } };

	w->conns[i].fd = fd;
	if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0 || epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &ev) < 0)
		return err__set(err, -errno, "preparing a connection: %s", strerror(errno));
	w->idle[w->n_idle++] = i;
	return 0;
}

/* Connect n times; keep a random choice, in fds[0] to fds[keep - 1]. */
static int connect_all(const struct mc_worker *w, int *fds, unsigned int n, unsigned int keep,
		       struct err *err)
{
	struct rng rng;

	for (unsigned int i = 0; i < n; i++) {
		fds[i] = mc_connect(w->o->port);
		if (fds[i] < 0)
			return err__set(err, fds[i], "connecting to the server: %s",
					strerror(-fds[i]));
	}
	rng__seed(&rng, rng__derive(w->o->seed, w->index, 2));
	for (unsigned int i = 0; n > keep && i < keep; i++) {
		unsigned int k = i + (unsigned int)rng__below(&rng, n - i);
		int fd = fds[k];

		fds[k] = fds[i];
		fds[i] = fd;
	}
	return 0;
}

static int open_conns(struct mc_worker *w, struct err *err)
{
	unsigned int n = share_of(w->o->opened, w), kept = 0;
	_free_ int *fds = NULL;
	int ret;

	if (n < w->n_conns)
		n = w->n_conns;
	fds = xcalloc(n, sizeof(*fds));
	for (unsigned int i = 0; i < n; i++)
		fds[i] = -1;
	ret = connect_all(w, fds, n, w->n_conns, err);
	for (; kept < w->n_conns && !ret; kept++)
		ret = adopt(w, kept, fds[kept], err);
	for (unsigned int i = kept; i < n; i++)
		base__close_fd(&fds[i]);
	return ret;
}

int mc_worker__open(struct mc_worker *w, const struct mc_load_opts *o, unsigned int index,
		    struct err *err)
{
	*w = (struct mc_worker){ .o = o, .index = index, .epoll = -1 };
	mc_result__init(&w->res);
	w->n_conns = share_of(o->connections, w);
	w->window = o->window ? share_of(o->window, w) : w->n_conns;
	w->conns = xcalloc(w->n_conns, sizeof(*w->conns));
	w->idle = xcalloc(w->n_conns, sizeof(*w->idle));
	for (unsigned int i = 0; i < w->n_conns; i++)
		w->conns[i].fd = -1;
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (w->epoll < 0)
		return err__set(err, -errno, "epoll: %s", strerror(errno));
	return open_conns(w, err);
}

void mc_worker__close(struct mc_worker *w)
{
	for (unsigned int i = 0; i < w->n_conns; i++)
		base__close_fd(&w->conns[i].fd);
	if (w->o)
		base__close_fd(&w->epoll);
	free(w->conns);
	free(w->idle);
	mc_result__release(&w->res);
	*w = (struct mc_worker){ 0 };
}

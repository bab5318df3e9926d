// SPDX-License-Identifier: GPL-2.0-only
/*
 * load.c - worker threads, each with its share of the connections and its own epoll loop. While
 * running, they share only the start time and a flag that stops them all.
 */
#include "workloads/memcached/load.h"

#include "lib/clock.h"
#include "workloads/support/limits.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#define EVENTS 64
#define SILENCE_NS (30 * NSEC_PER_SEC) /* a server silent for this long counts as dead */

/* Shared by all workers of a phase. */
struct mc_run {
	const struct mc_phase *phase;
	uint64_t start_ns;
	atomic_bool stop; /* a worker failed: the others stop sending */
};

struct mc_worker {
	const struct mc_load_opts *o; /* NULL: never opened */
	const struct mc_run *run;
	unsigned int index; /* 0-based, below o->threads */
	pthread_t thread;
	int epoll;
	struct mc_conn *conns;
	unsigned int n_conns;
	unsigned int window; /* maximum number of requests in flight */
	unsigned int *idle; /* ring of connections without a request */
	unsigned int idle_first, n_idle;
	struct rng rng;
	uint64_t share; /* of a fixed number of requests */
	uint64_t issued; /* requests so far in this phase */
	struct mc_result res;
	int failed;
	struct err err;
};

struct mc_load {
	struct mc_load_opts o;
	struct mc_worker *workers;
	struct mc_run run;
	sem_t ready, go; /* all threads start at the same moment */
};

struct start {
	struct mc_load *load;
	struct mc_worker *worker;
};

void mc_result__init(struct mc_result *res)
{
	*res = (struct mc_result){ .latency = hdr__new(), .lag = hdr__new() };
}

void mc_result__release(struct mc_result *res)
{
	free(res->latency);
	free(res->lag);
	*res = (struct mc_result){ 0 };
}

void mc_result__reset(struct mc_result *res)
{
	struct hdr *latency = res->latency, *lag = res->lag;

	hdr__reset(latency);
	hdr__reset(lag);
	*res = (struct mc_result){ .latency = latency, .lag = lag };
}

static void result__merge(struct mc_result *into, const struct mc_result *from)
{
	hdr__merge(into->latency, from->latency);
	hdr__merge(into->lag, from->lag);
	into->n_get += from->n_get;
	into->hits += from->hits;
	into->misses += from->misses;
	into->n_set += from->n_set;
	into->unsent += from->unsent;
	if (from->elapsed_ns > into->elapsed_ns)
		into->elapsed_ns = from->elapsed_ns;
}

/* When this worker's next request is due, in ns from the start; workers take turns. */
static uint64_t next_due(const struct mc_worker *w)
{
	double k = (double)w->issued * w->o->threads + w->index;

	return (uint64_t)(k * (double)NSEC_PER_SEC / w->run->phase->rate);
}

/* Is there more to send, by count, by duration, or by due times? */
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

/* Watch EPOLLOUT only while something is unsent, as sockets are writable most of the time. */
static int watch(struct mc_worker *w, unsigned int conn, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data = { .u32 = conn } };

	return epoll_ctl(w->epoll, EPOLL_CTL_MOD, w->conns[conn].fd, &ev) < 0 ? -errno : 0;
}

/* Send what the socket accepts; the rest follows when it is writable. */
static int push_out(struct mc_worker *w, unsigned int conn)
{
	int ret = mc_conn__send(&w->conns[conn], w->o->shape);

	if (ret == -EAGAIN)
		ret = watch(w, conn, EPOLLIN | EPOLLOUT);
	return ret ? err__set(&w->err, ret, "sending to the server: %s", strerror(-ret)) : 0;
}

/* The connection that has been idle longest; with a window, a random idle one, whose slot in the
 * ring gets the first one. */
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
static int send_request(struct mc_worker *w, uint64_t due_ns)
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

/* Latency counts from when the request was due, not from when it was sent: a late sender must not
 * hide the server's delays (coordinated omission). */
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

/* Continue sending a request that did not fit into the socket buffer, or receive its reply. */
static int serve_event(struct mc_worker *w, const struct epoll_event *ev)
{
	unsigned int conn = ev->data.u32;
	struct mc_conn *c = &w->conns[conn];
	enum mc_reply reply = MC_MORE;
	int ret = 0;

	if (ev->events & EPOLLOUT) {
		ret = push_out(w, conn);
		if (!ret && c->sent == c->len)
			ret = watch(w, conn, EPOLLIN);
	}
	if (!ret && (ev->events & (EPOLLIN | EPOLLERR | EPOLLHUP)))
		ret = mc_conn__receive(c, w->o->shape, &reply, &w->err);
	if (!ret && reply != MC_MORE)
		settle_reply(w, conn, reply);
	return ret;
}

/* Send everything that may be sent now; *wait_ns is the time until the next request is due. */
static int issue_due(struct mc_worker *w, uint64_t *wait_ns)
{
	const struct mc_run *run = w->run;
	int ret = 0;

	*wait_ns = SILENCE_NS;
	while (!ret && w->n_idle && w->n_conns - w->n_idle < w->window) {
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
		ret = send_request(w, run->start_ns + due);
	}
	return ret;
}

/* An open loop that the server cannot keep up with would never end: requests still unsent drain_ns
 * after the end count as unsent, with the time they have waited as latency. */
static void give_up(struct mc_worker *w)
{
	const struct mc_phase *ph = w->run->phase;
	uint64_t since = clock__ns() - w->run->start_ns;

	if (!(ph->rate > 0) || !ph->duration_ns || since < ph->duration_ns + ph->drain_ns)
		return;
	for (; has_more(w, since); w->issued++) {
		hdr__add(w->res.latency, since - next_due(w));
		w->res.unsent++;
	}
}

/* Wait with nanosecond resolution where possible: due times in an open loop are less than a
 * millisecond apart. */
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

/* Send and receive until the phase is over. 0 or -errno with w->err set. */
static int worker__run(struct mc_worker *w)
{
	struct epoll_event ev[EVENTS];
	uint64_t wait_ns;

	for (;;) {
		int ret = issue_due(w, &wait_ns), n;

		if (ret)
			return ret;
		give_up(w);
		if (w->n_idle == w->n_conns && !has_more(w, clock__ns() - w->run->start_ns))
			return 0;
		n = wait_events(w, ev, wait_ns);
		if (n == 0 && wait_ns == SILENCE_NS)
			return err__set(&w->err, -ETIMEDOUT, "no reply from the server for %llu s",
					(unsigned long long)(SILENCE_NS / NSEC_PER_SEC));
		/* After each reply rather than after the batch: otherwise connections would be idle
		 * until all replies of the batch have been read, with fewer requests in flight. */
		for (int i = 0; i < n && !ret; i++) {
			ret = serve_event(w, &ev[i]);
			if (!ret)
				ret = issue_due(w, &wait_ns);
		}
		if (n < 0 || ret)
			return n < 0 ? n : ret;
	}
}

/* run->start_ns may still be set afterwards. */
static void worker__prepare(struct mc_worker *w, const struct mc_run *run)
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

/* A worker's share of `n` connections or requests; the first workers get the remainder. */
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

/* Connect n times; move a random selection to fds[0] .. fds[keep - 1]. */
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

/* Connections that are not kept are closed in the end, even after an error. */
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

/* Open this worker's share of the connections. 0 or -errno with `err` set; call worker__close() in
 * both cases. `o` must outlive the worker. */
static int worker__open(struct mc_worker *w, const struct mc_load_opts *o, unsigned int index,
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

/* Also for a worker that was never opened. */
static void worker__close(struct mc_worker *w)
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

/* sem_wait() is retried if interrupted by a signal. */
static void *thread_main(void *arg)
{
	struct start *s = arg;
	struct mc_worker *w = s->worker;
	cpu_set_t set;

	if (w->o->n_cpus) {
		CPU_ZERO(&set);
		CPU_SET(w->o->cpus[w->index % w->o->n_cpus], &set);
		sched_setaffinity(0, sizeof(set), &set);
	}
	prctl(PR_SET_TIMERSLACK, 1); /* wake up on time to the microsecond, not to 50 us */
	sem_post(&s->load->ready);
	while (sem_wait(&s->load->go) < 0)
		;
	w->failed = worker__run(w);
	if (w->failed)
		atomic_store(&s->load->run.stop, true);
	return NULL;
}

/* Merge the results of all workers; of several errors, take the first worker's. */
static int collect(struct mc_load *l, struct mc_result *res, struct err *err)
{
	int failed = 0;

	mc_result__reset(res);
	for (unsigned int i = 0; i < l->o.threads; i++) {
		struct mc_worker *w = &l->workers[i];

		result__merge(res, &w->res);
		if (w->failed && !failed)
			failed = err__set(err, w->failed, "%s", w->err.msg);
	}
	return failed;
}

/* Start the threads, let them go at the same time, and wait for them. */
static int run_threads(struct mc_load *l, struct err *err)
{
	struct start *starts = xcalloc(l->o.threads, sizeof(*starts));
	unsigned int n;
	int ret = 0;

	for (n = 0; n < l->o.threads; n++) {
		starts[n] = (struct start){ l, &l->workers[n] };
		ret = pthread_create(&l->workers[n].thread, NULL, thread_main, &starts[n]);
		if (ret)
			break;
	}
	if (ret)
		atomic_store(&l->run.stop, true);
	for (unsigned int i = 0; i < n; i++)
		while (sem_wait(&l->ready) < 0)
			;
	l->run.start_ns = clock__ns();
	for (unsigned int i = 0; i < n; i++)
		sem_post(&l->go);
	for (unsigned int i = 0; i < n; i++)
		pthread_join(l->workers[i].thread, NULL);
	free(starts);
	return ret ? err__set(err, -ret, "cannot start thread %u: %s", n, strerror(ret)) : 0;
}

int mc_load__run(struct mc_load *l, const struct mc_phase *phase, struct mc_result *res,
		 struct err *err)
{
	int ret;

	l->run.phase = phase;
	atomic_store(&l->run.stop, false);
	for (unsigned int i = 0; i < l->o.threads; i++)
		worker__prepare(&l->workers[i], &l->run);
	ret = run_threads(l, err);
	return ret ? ret : collect(l, res, err);
}

int mc_load__open(const struct mc_load_opts *opts, struct mc_load **load, struct err *err)
{
	struct mc_load *l = xcalloc(1, sizeof(*l));
	int ret = limits__files(opts->opened > opts->connections ? opts->opened : opts->connections,
				err);

	l->o = *opts;
	l->workers = xcalloc(opts->threads, sizeof(*l->workers));
	sem_init(&l->ready, 0, 0);
	sem_init(&l->go, 0, 0);
	for (unsigned int i = 0; i < opts->threads && !ret; i++)
		ret = worker__open(&l->workers[i], &l->o, i, err);
	if (ret) {
		mc_load__close(l);
		l = NULL;
	}
	*load = l;
	return ret;
}

void mc_load__close(struct mc_load *l)
{
	if (!l)
		return;
	for (unsigned int i = 0; i < l->o.threads; i++)
		worker__close(&l->workers[i]);
	sem_destroy(&l->ready);
	sem_destroy(&l->go);
	free(l->workers);
	free(l);
}

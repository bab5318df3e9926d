// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/memcached/load.h"

#include "lib/clock.h"
#include "workloads/support/limits.h"
#include "workloads/memcached/worker.h"

#include <sched.h>
#include <semaphore.h>
#include <sys/prctl.h>

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

static void pin(const struct mc_worker *w)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	if (!w->o->n_cpus)
		return;
	CPU_SET(w->o->cpus[w->index % w->o->n_cpus], &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void *thread_main(void *arg)
{
	struct start *s = arg;
	struct mc_worker *w = s->worker;

	pin(w);
	prctl(PR_SET_TIMERSLACK, 1); /* due times are met to the microsecond, not to 50 of them */
	sem_post(&s->load->ready);
	while (sem_wait(&s->load->go) < 0)
		;
	w->failed = mc_worker__run(w);
	if (w->failed)
		atomic_store(&s->load->run.stop, true);
	return NULL;
}

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

/* Start the threads, let them all go at once, and wait for them. */
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
		mc_worker__prepare(&l->workers[i], &l->run);
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
		ret = mc_worker__open(&l->workers[i], &l->o, i, err);
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
		mc_worker__close(&l->workers[i]);
	sem_destroy(&l->ready);
	sem_destroy(&l->go);
	free(l->workers);
	free(l);
}

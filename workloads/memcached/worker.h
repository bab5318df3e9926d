/* SPDX-License-Identifier: GPL-2.0-only */
/* worker.h - one thread of the load generator: its connections and its event loop. */
#ifndef KDUEL_WORKLOADS_MEMCACHED_WORKER_H
#define KDUEL_WORKLOADS_MEMCACHED_WORKER_H

#include "workloads/memcached/load.h"

#include <pthread.h>
#include <stdatomic.h>

/* What all workers of one phase share. */
struct mc_run {
	const struct mc_phase *phase;
	uint64_t start_ns;
	atomic_bool stop; /* one worker failed: the others send nothing more */
};

struct mc_worker {
	const struct mc_load_opts *o; /* NULL: never opened */
	const struct mc_run *run;
	unsigned int index; /* 0-based, below o->threads */
	pthread_t thread;
	int epoll;
	struct mc_conn *conns;
	unsigned int n_conns;
	unsigned int window; /* requests under way at most */
	unsigned int *idle; /* ring of the connections that wait for nothing */
	unsigned int idle_first, n_idle;
	struct rng rng;
	uint64_t share; /* of a fixed number of requests */
	uint64_t issued; /* requests so far in this phase */
	struct mc_result res;
	int failed;
	struct err err;
};

/* Open this worker's share of the connections. 0 or -errno with `err` set; to be closed in
 * both cases. `o` must outlive the worker. */
int mc_worker__open(struct mc_worker *w, const struct mc_load_opts *o, unsigned int index,
		    struct err *err);
/* Make ready for a phase; run->start_ns may still be set afterwards. */
void mc_worker__prepare(struct mc_worker *w, const struct mc_run *run);
/* Send and receive until the phase is over. 0 or -errno with w->err set. */
int mc_worker__run(struct mc_worker *w);
void mc_worker__close(struct mc_worker *w);

#endif

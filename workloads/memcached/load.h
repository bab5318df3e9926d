/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * load.h - a multi-threaded load generator for memcached.
 *
 * Closed loop: each connection sends its next request when the previous one is
 * answered. Open loop: requests are due at a fixed rate whatever the server does; a
 * request that cannot be sent when due (every connection waits for a reply) is
 * sent late, and its latency still counts from when it was due, so a stall of
 * the server is seen by all the requests it held up, not by one.
 */
#ifndef KDUEL_WORKLOADS_MEMCACHED_LOAD_H
#define KDUEL_WORKLOADS_MEMCACHED_LOAD_H

#include "lib/err.h"
#include "workloads/memcached/hdr.h"
#include "workloads/memcached/keys.h"
#include "workloads/memcached/connection.h"

struct mc_load_opts {
	uint16_t port; /* on 127.0.0.1 */
	unsigned int connections, threads; /* threads <= connections */
	/* So many are opened, in the end a random choice of `connections` is kept: what sockets
	 * live in is then no longer dense, as on a server after some time. 0: no more than kept. */
	unsigned int opened;
	/* Closed loop: at most so many requests under way, each on a random idle connection; at
	 * least `threads`. 0: every connection has one. */
	unsigned int window;
	uint64_t seed; /* for the choice of connections to keep */
	const unsigned int *cpus; /* thread i runs on cpus[i % n_cpus]; n_cpus 0: anywhere */
	size_t n_cpus;
	const struct mc_shape *shape; /* shape and keys outlive the generator */
	const struct keys *keys;
	double get_ratio; /* 0..1; the rest are sets */
};

/* One burst of load. Either ops or duration_ns is 0. */
struct mc_phase {
	uint64_t ops; /* this many requests in all */
	uint64_t duration_ns; /* requests (open loop: due) within this time */
	double rate; /* open loop: requests per second in all; 0: closed loop */
	uint64_t drain_ns; /* open loop by time: give up on unsent requests after this more */
	uint64_t seed;
};

struct mc_result {
	struct hdr *latency; /* ns, of every request */
	struct hdr *lag; /* open loop: ns from when a request was due to its sending */
	uint64_t n_get, n_set; /* answered, by kind; every set was stored */
	uint64_t hits, misses; /* of the gets */
	uint64_t unsent; /* open loop: never sent; in `latency` with the time they had waited */
	uint64_t elapsed_ns; /* from the start to the last reply */
};

struct mc_load;

/* Allocate the histograms; mc_result__release() frees them. */
void mc_result__init(struct mc_result *res);
/* Empty, as after mc_result__init(). */
void mc_result__reset(struct mc_result *res);
void mc_result__release(struct mc_result *res);

/* Open the connections. 0 and *load, or -errno with `err` set. */
int mc_load__open(const struct mc_load_opts *opts, struct mc_load **load, struct err *err);
/* Run one phase to its end; `res` is overwritten. Any reply that is not the right one is an
 * error. 0 or -errno with `err` set; after an error the generator can only be closed. */
int mc_load__run(struct mc_load *load, const struct mc_phase *phase, struct mc_result *res,
		 struct err *err);
void mc_load__close(struct mc_load *load); /* NULL is fine */

#endif

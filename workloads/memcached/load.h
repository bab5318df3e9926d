/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * load.h - a multi-threaded load generator for memcached.
 *
 * Closed loop: each connection sends its next request when the previous one was answered. Open
 * loop: requests are due at a fixed rate, regardless of the server. A request that cannot be sent
 * when due (as all connections wait for a reply) is sent late, but its latency counts from when it
 * was due: a stall of the server is thus seen by all requests that it delayed, not just by one.
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
	/* Open this many connections, but keep only a random selection of `connections`: the
	 * sockets are then no longer densely packed in memory, as on a server that has run for a
	 * while. 0: open no more than are kept. */
	unsigned int opened;
	/* Closed loop: limit on requests in flight, each on a random idle connection; at least
	 * `threads`. 0: one per connection. */
	unsigned int window;
	uint64_t seed; /* for the selection of connections to keep */
	const unsigned int *cpus; /* thread i runs on cpus[i % n_cpus]; n_cpus 0: anywhere */
	size_t n_cpus;
	const struct mc_shape *shape; /* shape and keys must outlive the generator */
	const struct keys *keys;
	double get_ratio; /* 0..1; the other requests are sets */
};

/* One burst of load. Either ops or duration_ns is 0. */
struct mc_phase {
	uint64_t ops; /* total number of requests */
	uint64_t duration_ns; /* send (open loop: due) within this time */
	double rate; /* open loop: total requests per second; 0: closed loop */
	/* Open loop by time: give up on unsent requests after this additional time. */
	uint64_t drain_ns;
	uint64_t seed;
};

struct mc_result {
	struct hdr *latency; /* of every request, in ns */
	struct hdr *lag; /* open loop: ns from when a request was due until it was sent */
	uint64_t n_get, n_set; /* number answered, by kind; every set was stored */
	uint64_t hits, misses; /* of the gets */
	uint64_t unsent; /* open loop: never sent; in `latency` with the time they had waited */
	uint64_t elapsed_ns; /* from the start to the last reply */
};

struct mc_load;

/* Allocate the histograms; mc_result__release() frees them. */
void mc_result__init(struct mc_result *res);
/* Reset to the state after mc_result__init(). */
void mc_result__reset(struct mc_result *res);
void mc_result__release(struct mc_result *res);

/* Open the connections. 0 and *load, or -errno with `err` set. */
int mc_load__open(const struct mc_load_opts *opts, struct mc_load **load, struct err *err);
/* Run one phase to completion; `res` is overwritten. An unexpected reply is an error. 0 or -errno
 * with `err` set; after an error, the generator can only be closed. */
int mc_load__run(struct mc_load *load, const struct mc_phase *phase, struct mc_result *res,
		 struct err *err);
void mc_load__close(struct mc_load *load); /* NULL is fine */

#endif

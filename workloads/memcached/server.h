/* SPDX-License-Identifier: GPL-2.0-only */
/* server.h - our own memcached server. */
#ifndef KDUEL_WORKLOADS_MEMCACHED_SERVER_H
#define KDUEL_WORKLOADS_MEMCACHED_SERVER_H

#include "lib/err.h"

#include <sys/types.h>

struct mc_server_opts {
	const char *dir; /* for its log */
	unsigned int threads, connections;
	uint64_t memory; /* bytes for items */
	uint64_t item_max; /* largest item that it must accept */
	const unsigned int *cpus; /* n_cpus 0: any */
	size_t n_cpus;
};

struct mc_server {
	pid_t pid; /* 0: not running */
	uint16_t port; /* on 127.0.0.1 */
	char log[160];
};

/* Start a server on a free port and wait until it accepts connections. It dies with the calling
 * thread. 0 or -errno with `err` set; call mc_server__stop() in both cases. */
int mc_server__start(struct mc_server *s, const struct mc_server_opts *opts, struct err *err);
/* Is it still running `grace_ms` from now? 0, or -ESRCH with the way it ended in `err`. */
int mc_server__check(struct mc_server *s, unsigned int grace_ms, struct err *err);
void mc_server__stop(struct mc_server *s); /* no-op if never started */

#endif

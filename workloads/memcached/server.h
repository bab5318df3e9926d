/* SPDX-License-Identifier: GPL-2.0-only */
/* server.h - a memcached of our own, from start to end. */
#ifndef KDUEL_WORKLOADS_MEMCACHED_SERVER_H
#define KDUEL_WORKLOADS_MEMCACHED_SERVER_H

#include "lib/err.h"

#include <sys/types.h>

struct mc_server_opts {
	const char *dir; /* its log goes there */
	unsigned int threads, connections;
	uint64_t memory; /* bytes for items */
	uint64_t item_max; /* largest item it must take */
	const unsigned int *cpus; /* n_cpus 0: anywhere */
	size_t n_cpus;
};

struct mc_server {
	pid_t pid; /* 0: not running */
	uint16_t port; /* on 127.0.0.1 */
	char log[160];
};

/* Start one on a free port and wait until it answers. It dies with the calling thread. 0 or
 * -errno with `err` set; stop it in both cases. */
int mc_server__start(struct mc_server *s, const struct mc_server_opts *opts, struct err *err);
/* Is it still running, also `grace_ms` from now? 0, or -ESRCH with `err` saying how it ended. */
int mc_server__check(struct mc_server *s, unsigned int grace_ms, struct err *err);
void mc_server__stop(struct mc_server *s); /* of one never started: nothing */

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* client.h - the untimed requests to memcached: fill it, read its statistics. */
#ifndef KDUEL_WORKLOADS_MEMCACHED_CLIENT_H
#define KDUEL_WORKLOADS_MEMCACHED_CLIENT_H

#include "lib/err.h"
#include "workloads/memcached/connection.h"

/* The statistics from `stats` that must match what was sent. */
struct mc_stats {
	char version[32];
	uint64_t pid, curr_connections, cmd_get, cmd_set, get_hits, get_misses, curr_items,
		evictions;
};

/* Store keys 0 .. n-1. 0 if the server has acknowledged the last one and reported no error; check
 * curr_items to see that all are there. -errno with `err` set. */
int mc_client__populate(uint16_t port, const struct mc_shape *shape, uint64_t n, struct err *err);
/* Request `stats`. 0 or -errno with `err` set. */
int mc_client__stats(uint16_t port, struct mc_stats *out, struct err *err);
/* Parse the text of such a reply (any bytes). 0 or -EPROTO. */
int mc_stats__parse(const char *text, struct mc_stats *out, struct err *err);

#endif

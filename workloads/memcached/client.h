/* SPDX-License-Identifier: GPL-2.0-only */
/* client.h - the untimed side of talking to memcached: fill it, ask for its statistics.
 */
#ifndef KDUEL_WORKLOADS_MEMCACHED_CLIENT_H
#define KDUEL_WORKLOADS_MEMCACHED_CLIENT_H

#include "lib/err.h"
#include "workloads/memcached/connection.h"

/* The figures of `stats` that must agree with what was sent. */
struct mc_stats {
	char version[32];
	uint64_t pid, curr_connections, cmd_get, cmd_set, get_hits, get_misses, curr_items,
		evictions;
};

/* Store keys 0 .. n-1. 0 when the server has taken the last of them and complained of none; that
 * all are there, its curr_items says. -errno with `err` set. */
int mc_client__populate(uint16_t port, const struct mc_shape *shape, uint64_t n, struct err *err);
/* Ask for `stats`. 0 or -errno with `err` set. */
int mc_client__stats(uint16_t port, struct mc_stats *out, struct err *err);
/* The same from the text of a reply (any bytes). 0 or -EPROTO. */
int mc_stats__parse(const char *text, struct mc_stats *out, struct err *err);

#endif

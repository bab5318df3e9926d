/* SPDX-License-Identifier: GPL-2.0-only */
/* connection.h - a connection of the load generator, with one request in flight. */
#ifndef KDUEL_WORKLOADS_MEMCACHED_CONNECTION_H
#define KDUEL_WORKLOADS_MEMCACHED_CONNECTION_H

#include "lib/err.h"
#include "workloads/memcached/protocol.h"

#define MC_KEY_MIN 12 /* "k" and room for 2^32 keys */
#define MC_TAG_LEN MC_HEAD_MAX /* each value begins with the number of its key, in hexadecimal */

/* Common to all requests. */
struct mc_shape {
	unsigned int key_size; /* MC_KEY_MIN .. MC_KEY_MAX */
	size_t value_size; /* >= MC_TAG_LEN */
	char *filler; /* the value after its tag, with the final "\r\n" */
};

enum mc_op {
	MC_GET,
	MC_SET,
	MC_SET_QUIET, /* only answered on failure; not used with struct mc_conn */
};

struct mc_conn {
	int fd; /* non-blocking */
	enum mc_op op;
	uint64_t key;
	uint64_t due_ns; /* when the request should have been sent */
	char head[MC_KEY_MAX + 64]; /* the request up to the filler */
	size_t head_len, len, sent; /* len: length of the whole request */
	struct mc_parser parser;
};

void mc_shape__init(struct mc_shape *s, unsigned int key_size, size_t value_size);
void mc_shape__release(struct mc_shape *s);
/* Write the request for a key, up to the filler, to `out`; returns its length. */
size_t mc_shape__head(const struct mc_shape *s, enum mc_op op, uint64_t key, char *out,
		      size_t size);
/* Connect to a TCP port on this machine: a blocking descriptor, or -errno. */
int mc_connect(uint16_t port);

/* Prepare a request; the previous one must have been answered. */
void mc_conn__begin(struct mc_conn *c, const struct mc_shape *s, enum mc_op op, uint64_t key);
/* Send the rest of the request: 0 if it is complete, -EAGAIN, or another -errno. */
int mc_conn__send(struct mc_conn *c, const struct mc_shape *s);
/* Receive: 0 and *reply (MC_MORE while incomplete); -EPROTO if the reply does not match the request
 * (wrong type, key, length or content), or another -errno, with `err` set. */
int mc_conn__receive(struct mc_conn *c, const struct mc_shape *s, enum mc_reply *reply,
		     struct err *err);

#endif

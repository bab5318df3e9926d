/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * protocol.h - an incremental parser for replies in memcached's text protocol. Does no I/O.
 */
#ifndef KDUEL_WORKLOADS_MEMCACHED_PROTOCOL_H
#define KDUEL_WORKLOADS_MEMCACHED_PROTOCOL_H

#include "lib/base.h"

#define MC_KEY_MAX 250 /* the protocol's limit */
#define MC_LINE_MAX 512
#define MC_HEAD_MAX 16 /* bytes of a value that the parser keeps */

enum mc_reply {
	MC_MORE, /* the reply is not complete yet */
	MC_STORED,
	MC_NOT_STORED,
	MC_HIT, /* a get found the key: bytes, key and head are set */
	MC_MISS,
	MC_ERROR, /* the server sent ERROR, CLIENT_ERROR or SERVER_ERROR; see line */
	MC_BROKEN, /* not a reply of this protocol; the connection is unusable; see line */
};

struct mc_parser {
	enum { MC_IN_LINE, MC_IN_DATA, MC_IN_DATA_END } state;
	char line[MC_LINE_MAX + 1]; /* the current line, or the offending one */
	size_t line_len;
	bool hit;
	char key[MC_KEY_MAX + 1];
	uint64_t bytes, left; /* length of the value; bytes still to come */
	char head[MC_HEAD_MAX];
	size_t head_len;
};

void mc_parser__reset(struct mc_parser *p);
/* Feed received bytes. *used is the number of bytes consumed: all of them with MC_MORE, else up to
 * the end of one reply; the next call then starts with the next reply. */
enum mc_reply mc_parser__feed(struct mc_parser *p, const char *buf, size_t len, size_t *used);
/* The value of "STAT name value" in the text of a `stats` reply. 0, -ENOENT or -EINVAL. */
int mc_stats__u64(const char *text, const char *name, uint64_t *value);

#endif

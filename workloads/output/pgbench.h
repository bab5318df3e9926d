/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pgbench.h - read what pgbench prints at its end, in PostgreSQL 9.6 and later:
 *   scaling factor: 1
 *   number of clients: 1
 *   number of transactions actually processed: 200/200
 *   latency average = 5.253 ms
 *   tps = 190.358350 (without initial connection time)
 * Up to 13 there are two lines "tps = N", "(including connections establishing)" and "(excluding
 * connections establishing)"; with -C (a connection for each transaction) 14 and later have one,
 * "(including reconnection times)".
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_PGBENCH_H
#define KDUEL_WORKLOADS_OUTPUT_PGBENCH_H

#include "lib/err.h"

struct pgbench_out {
	uint64_t scale, clients;
	uint64_t processed; /* transactions */
	double latency_ms; /* mean of a transaction */
	double tps; /* transactions per second, without the time it took to connect but for -C */
	bool more; /* behind the figures another run begins */
};

/* The lines that begin a run's results, for runs__cut(). */
extern const char *const pgbench_out__heads[];

/* One run. 0; -EIO: transactions failed, were not done, or pgbench gave up; -EPROTO: a line is
 * missing or there twice; `err` says which. Works on any bytes. */
int pgbench_out__parse(const char *text, struct pgbench_out *out, struct err *err);

#endif

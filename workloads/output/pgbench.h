/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pgbench.h - parses the summary of pgbench, from PostgreSQL 9.6 and later:
 *   scaling factor: 1
 *   number of clients: 1
 *   number of transactions actually processed: 200/200
 *   latency average = 5.253 ms
 *   tps = 190.358350 (without initial connection time)
 * Up to 13 there are two lines "tps = N", "(including connections establishing)" and "(excluding
 * connections establishing)". With -C (one connection per transaction), 14 and later have a single
 * line, "(including reconnection times)".
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_PGBENCH_H
#define KDUEL_WORKLOADS_OUTPUT_PGBENCH_H

#include "lib/err.h"

struct pgbench_out {
	uint64_t scale, clients;
	uint64_t processed; /* transactions */
	double latency_ms; /* mean per transaction */
	double tps; /* transactions per second, without connection times unless -C */
	bool more; /* another run follows */
};

/* The lines that begin a run's results, for runs__cut(). */
extern const char *const pgbench_out__heads[];

/* Parse one run. 0; -EIO: transactions failed or are missing, or pgbench gave up; -EPROTO: a line
 * is missing or duplicate. With `err`. Works on any bytes. */
int pgbench_out__parse(const char *text, struct pgbench_out *out, struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pgbench.h - read what pgbench prints at its end (PostgreSQL 14 and later):
 *   scaling factor: 1
 *   number of clients: 1
 *   number of transactions actually processed: 200/200
 *   latency average = 5.253 ms
 *   tps = 190.358350 (without initial connection time)
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_PGBENCH_H
#define KDUEL_WORKLOADS_OUTPUT_PGBENCH_H

#include "lib/err.h"

struct pgbench_out {
	uint64_t scale, clients;
	uint64_t processed; /* transactions */
	double latency_ms; /* mean of a transaction */
	double tps; /* transactions per second, without the time it took to connect */
};

/* 0; -EIO: transactions failed, were not done, or pgbench gave up; -EPROTO: a line is missing;
 * `err` says which. Works on any bytes. */
int pgbench_out__parse(const char *text, struct pgbench_out *out, struct err *err);

#endif

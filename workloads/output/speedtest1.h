/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * speedtest1.h - parses the output of SQLite's speedtest1: a header, a line for each test, the sum.
 *   -- Speedtest1 for SQLite 3.40.1 2022-12-28 14:03:47 df5c253c...
 *    100 - 2500 INSERTs into table with no index.......................    0.008s
 *          TOTAL.......................................................    0.226s
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_SPEEDTEST1_H
#define KDUEL_WORKLOADS_OUTPUT_SPEEDTEST1_H

#include "lib/err.h"

#define SPEEDTEST_HEADER "-- Speedtest1 for SQLite "

struct speedtest_out {
	char version[32]; /* of SQLite: "3.40.1" */
	uint64_t rows; /* rows inserted by test 100: 500 per unit of --size */
	unsigned int tests;
	double total; /* seconds */
};

/* -EPROTO: there is no header or no TOTAL, or the tests are not in order, do not go from 100 to
 * 990, or do not add up to the TOTAL. With `err`. Works on any bytes. */
int speedtest_out__parse(const char *text, struct speedtest_out *out, struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fio_json.h - parses fio's --output-format=json, versions 2 and 3.
 *
 * fio writes messages into the same file, and with --status-interval a document at each interval:
 * only the last document of a run counts, and it must be from the end of the run. A failed job
 * still writes valid JSON, in which "error" is not 0. A document has one job or, with
 * --group_reporting, one per group. Documents with several are refused, as figures such as
 * percentiles cannot be combined.
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_FIO_JSON_H
#define KDUEL_WORKLOADS_OUTPUT_FIO_JSON_H

#include "lib/err.h"

struct fio_write {
	char version[32]; /* "fio-3.33" */
	double iops;
	double bw; /* kB/s (1024 bytes) */
	uint64_t io_bytes, total_ios;
	double clat_mean_ns, clat_p99_ns; /* completion latency */
};

/* The write side of the next run in text[*at..len), any bytes; advances *at. 0; -ENOENT: there is
 * none left; -EPROTO: figures are missing, or there are several jobs; -EIO: fio reports that a job
 * failed. With `err`. */
int fio_json__next(const char *text, size_t len, size_t *at, struct fio_write *out,
		   struct err *err);
/* Likewise for an output with a single run. */
int fio_json__write(const char *text, size_t len, struct fio_write *out, struct err *err);

#endif

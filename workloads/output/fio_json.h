/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fio_json.h - read the figures out of fio's --output-format=json, versions 2 and 3.
 *
 * fio writes messages into the same file, and with --status-interval a document at each interval:
 * of a run's documents the last counts, which must be that of its end. A job that failed still writes valid JSON: its "error" is
 * then not 0. A document has one job, or, with --group_reporting, one per group: figures of several
 * have no joint one (a percentile of two jobs follows from neither), so that such a document is
 * refused.
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

/* The write side of the next run in text[*at..len), any bytes; *at moves behind it. 0; -ENOENT:
 * there is none left; -EPROTO: none with all figures, or several jobs; -EIO: fio says that a job
 * failed. `err` says what is wrong. */
int fio_json__next(const char *text, size_t len, size_t *at, struct fio_write *out,
		   struct err *err);
/* The only run of an output. */
int fio_json__write(const char *text, size_t len, struct fio_write *out, struct err *err);

#endif

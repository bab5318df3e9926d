/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fio_json.h - read the figures out of fio's --output-format=json.
 *
 * fio writes messages into the same file, and with --status-interval one document
 * per interval; the last complete document counts. A job that failed still
 * writes valid JSON: its "error" is then not 0.
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

/* The write side of the first job. 0; -EPROTO: no such document; -EIO: fio says that the job
 * failed. `err` says what is wrong. Works on any bytes. */
int fio_json__write(const char *text, size_t len, struct fio_write *out, struct err *err);

#endif

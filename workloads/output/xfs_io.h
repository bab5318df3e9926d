/* SPDX-License-Identifier: GPL-2.0-only */
/* xfs_io.h - read what xfs_io's pread prints, and the kernel's account of a disk's reads. */
#ifndef KDUEL_WORKLOADS_OUTPUT_XFS_IO_H
#define KDUEL_WORKLOADS_OUTPUT_XFS_IO_H

#include "lib/err.h"

/* "read 16777216/16777216 bytes at offset 0", and in the line below
 * "16 MiB, 4096 ops; 0.0252 sec (634.543 MiB/sec and 162442.9903 ops/sec)" */
struct xfs_io_read {
	uint64_t bytes, asked, ops;
	double rate; /* MiB/s */
};

/* The next pair of lines in *text (any bytes, NUL-terminated), which is moved past it. 0; -ENOENT
 * when there is none; -EIO: a read failed; -EPROTO with `err` naming the line that does not read
 * like that. */
int xfs_io__next(const char **text, struct xfs_io_read *out, struct err *err);

/* Reads that `disk` ("loop0") has completed, from the text of /proc/diskstats: the first figure
 * after the name (Documentation/admin-guide/iostats.rst). 0 or -ENOENT. */
int diskstats__reads(const char *text, const char *disk, uint64_t *reads);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* xfs_io.h - parses the output of xfs_io's pread, and the kernel's count of a disk's reads. */
#ifndef KDUEL_WORKLOADS_OUTPUT_XFS_IO_H
#define KDUEL_WORKLOADS_OUTPUT_XFS_IO_H

#include "lib/err.h"

/* "read 16777216/16777216 bytes at offset 0", followed by the line "16 MiB, 4096 ops; 0.0252 sec
 * (634.543 MiB/sec and 162442.9903 ops/sec)" */
struct xfs_io_read {
	uint64_t bytes, asked, ops;
	double rate; /* MiB/s */
};

/* The next pair of lines in *text (any bytes, NUL-terminated); advances *text. 0; -ENOENT: there is
 * none; -EIO: a read failed; -EPROTO, with the line in `err`: malformed. */
int xfs_io__next(const char **text, struct xfs_io_read *out, struct err *err);

/* Number of reads that `disk` ("loop0") has completed, from the text of /proc/diskstats: the first
 * number after the name (Documentation/admin-guide/iostats.rst). 0 or -ENOENT. */
int diskstats__reads(const char *text, const char *disk, uint64_t *reads);

#endif

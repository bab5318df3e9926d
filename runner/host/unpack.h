/* SPDX-License-Identifier: GPL-2.0-only */
/* unpack.h - decompresses streams, and extracts single files of archives, of any common format. */
#ifndef KDUEL_HOST_UNPACK_H
#define KDUEL_HOST_UNPACK_H

#include "lib/err.h"

/* Decompress (gzip, xz, zstd, lz4, bzip2, lzma, or nothing) at most `max` bytes into *out,
 * owned by the caller. -EINVAL: damaged; -EFBIG: larger than `max`. */
int unpack__memory(const void *data, size_t len, size_t max, char **out, size_t *out_len);

/* Write one file of a tar archive to `to`. `member` is its path without the first directory, which
 * such archives are named after; at most 4 MiB. -ENOENT: it has no such file; -EIO. */
int unpack__member(const char *archive, const char *member, const char *to, struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unpack.h - decompresses streams, and extracts single files of archives, of any common format. The
 * input may be anybody's: whatever comes of it is bounded.
 */
#ifndef KDUEL_HOST_UNPACK_H
#define KDUEL_HOST_UNPACK_H

#include "lib/err.h"

#include <archive.h>

/* The formats of compression that unpack__*() know: those that need no other program. */
void unpack__filters(struct archive *a);

/* Decompress (gzip, xz, zstd, lz4, bzip2, lzma, or nothing) at most `max` bytes into *out,
 * owned by the caller. The size is counted before memory is taken. -EINVAL: damaged; -EFBIG: larger
 * than `max`. */
int unpack__memory(const void *data, size_t len, size_t max, char **out, size_t *out_len);

/* What is fed with decompressed bytes, in pieces; an error ends it and is returned. */
typedef int (*unpack_take)(void *arg, const char *data, size_t len);

/* Decompress `len` bytes of an open file from `at` on, at most `max`, in constant memory. `take` may
 * be NULL, to look at the size only. *size (may be NULL) is what came out of it. -EINVAL: damaged;
 * -EFBIG: larger than `max`; 0 or -errno. */
int unpack__stream(int fd, uint64_t at, uint64_t len, uint64_t max, unpack_take take, void *arg,
		   uint64_t *size);
/* Check that a file unpacks to at most `max` bytes. -EFBIG, -EINVAL or -errno; `err` names the file,
 * its size and the limit. */
int unpack__check_size(const char *path, uint64_t max, struct err *err);
/* Say why unpack__*() gave `ret`: "unpacks to more than 64 MiB, ..." or "damaged"; returns `ret`. */
int unpack__explain(struct err *err, int ret, const char *path, uint64_t max);

/* Write one file of a tar archive to `to`. `member` is its path without the first directory, which
 * such archives are named after; at most 4 MiB. -ENOENT: it has no such file; -EIO. */
int unpack__member(const char *archive, const char *member, const char *to, struct err *err);

#endif

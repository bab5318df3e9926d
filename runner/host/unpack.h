/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unpack.h - decompress data, and extract single files from archives, in any common format. The input
 * is not trusted, so the size of the output is limited.
 */
#ifndef KDUEL_HOST_UNPACK_H
#define KDUEL_HOST_UNPACK_H

#include "lib/err.h"

#include <archive.h>

/* Enable the supported compression formats in `a`: those that libarchive decompresses itself. */
void unpack__filters(struct archive *a);

/* Decompress data (gzip, xz, zstd, lz4, bzip2, lzma, or uncompressed) of at most `max` bytes into *out,
 * which the caller frees. The size is determined before memory is allocated. 0; -EINVAL: damaged;
 * -EFBIG: larger than `max`. */
int unpack__memory(const void *data, size_t len, size_t max, char **out, size_t *out_len);

/* Receives decompressed data in chunks. An error ends the decompression and is returned. */
typedef int (*unpack_take)(void *arg, const char *data, size_t len);

/* Decompress `len` bytes of an open file, from offset `at`, to at most `max` bytes, in constant memory.
 * `take` may be NULL, to determine only the size. *size (may be NULL) is the decompressed size. 0;
 * -EINVAL: damaged; -EFBIG: larger than `max`; or another -errno. */
int unpack__stream(int fd, uint64_t at, uint64_t len, uint64_t max, unpack_take take, void *arg,
		   uint64_t *size);
/* Check that a file unpacks to at most `max` bytes. 0, -EFBIG, -EINVAL or another -errno, with a message
 * for `err` as by unpack__explain(). */
int unpack__check_size(const char *path, uint64_t max, struct err *err);
/* Set the message for the error `ret` of an unpack__*() function: too large, damaged, or the errno.
 * Returns `ret`. */
int unpack__explain(struct err *err, int ret, const char *path, uint64_t max);

/* Extract one file of a tar archive, of at most 4 MiB, to `to`. `member` is its path without the first
 * directory. 0; -ENOENT: there is no such file; -EFBIG: it is too large; or another -errno. */
int unpack__member(const char *archive, const char *member, const char *to, struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* unpack.h - decompression of single streams, whatever they are compressed with. */
#ifndef KDUEL_UNPACK_H
#define KDUEL_UNPACK_H

#include "lib/base.h"

/* Decompress (gzip, xz, zstd, lz4, bzip2, lzma, or nothing) at most `max` bytes into *out,
 * owned by the caller. -EINVAL: damaged; -EFBIG: larger than `max`. */
int unpack__memory(const void *data, size_t len, size_t max, char **out, size_t *out_len);

#endif

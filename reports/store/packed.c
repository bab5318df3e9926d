// SPDX-License-Identifier: GPL-2.0-only
/* packed.c - compresses logs and dumps for the database, and decompresses them. */
#include "reports/store/packed.h"

#include <zstd.h>

#define ZSTD_LEVEL 9
/* Upper limit for texts; a larger length comes from a damaged database. */
#define TEXT_MAX (256u << 20)

/* Binds two parameters: the length of the text, and a zstd frame (RFC 8878) with it. */
int bind__packed(struct query *q, const char *name, const char *text, size_t len, struct err *err)
{
	char *packed = xcalloc(1, ZSTD_compressBound(len));
	size_t size = ZSTD_compress(packed, ZSTD_compressBound(len), text, len, ZSTD_LEVEL);

	if (ZSTD_isError(size)) {
		free(packed);
		return err__set(err, -EIO, "cannot compress the %s: %s", name,
				ZSTD_getErrorName(size));
	}
	query__bind(q, ARGS(len));
	/* SQLite frees `packed`, even on failure. */
	if (sqlite3_bind_blob64(q->stmt, ++q->n_bound, packed, size, free) != SQLITE_OK)
		return store_db__fail(q->st, err, "cannot write");
	return 0;
}

/* Reads columns 0 and 1 as written by bind__packed(). The length comes from a file and is checked
 * before anything is allocated. */
int col__packed(struct query *q, const char *name, char **text, size_t *len, struct err *err)
{
	uint64_t bytes = col__u64(q, 0);
	const void *blob = sqlite3_column_blob(q->stmt, 1);
	size_t packed = (size_t)sqlite3_column_bytes(q->stmt, 1), got;
	char *buf;

	if (bytes > TEXT_MAX)
		return err__set(err, -EUCLEAN, "%s: %s of %llu bytes: damaged", q->st->path, name,
				(unsigned long long)bytes);
	buf = xcalloc(1, bytes + 1);
	got = ZSTD_decompress(buf, bytes, blob, packed);
	if (ZSTD_isError(got) || got != bytes) {
		free(buf);
		return err__set(err, -EUCLEAN, "%s: %s cannot be unpacked: %s", q->st->path, name,
				ZSTD_isError(got) ? ZSTD_getErrorName(got) : "too short");
	}
	*text = buf;
	*len = got;
	return 0;
}

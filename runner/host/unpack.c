// SPDX-License-Identifier: GPL-2.0-only
/* unpack.c - decompression by libarchive, with limits: the input is not trusted. */
#include "runner/host/unpack.h"

#include "lib/fs.h"

#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Limit in bytes for unpack__member(), which extracts single source files. */
#define MEMBER_MAX (4u << 20)

/* Unit of reading and decompressing. */
#define CHUNK (1u << 16)

/* A range of a file, read with pread(2). */
struct range {
	int fd;
	uint64_t at, end;
	char buf[CHUNK];
};

/* libarchive's read callback. */
static la_ssize_t read_range(struct archive *a, void *arg, const void **data)
{
	struct range *r = arg;
	size_t want = r->end - r->at < CHUNK ? (size_t)(r->end - r->at) : CHUNK;
	ssize_t n;

	do
		n = pread(r->fd, r->buf, want, (off_t)r->at);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		archive_set_error(a, errno, "%s", strerror(errno));
	else
		r->at += (uint64_t)n;
	*data = r->buf;
	return n;
}

/* Not all filters of libarchive: for some it runs external programs. */
void unpack__filters(struct archive *a)
{
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_bzip2(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_lzma(a);
	archive_read_support_filter_lz4(a);
	archive_read_support_filter_zstd(a);
}

/* Pass the content of the current entry to `take` in chunks. -EFBIG if it is larger than `max`: a few
 * compressed kilobytes may unpack to gigabytes. */
static int read_pieces(struct archive *a, uint64_t max, unpack_take take, void *arg, uint64_t *size)
{
	_free_ char *buf = xcalloc(1, CHUNK);

	*size = 0;
	for (;;) {
		la_ssize_t n = archive_read_data(a, buf, CHUNK);
		int ret;

		if (n <= 0)
			return n ? -EINVAL : 0;
		*size += (uint64_t)n;
		if (*size > max)
			return -EFBIG;
		ret = take ? take(arg, buf, (size_t)n) : 0;
		if (ret)
			return ret;
	}
}

/* libarchive's "raw" format is a compressed file that is not an archive. */
static struct archive *raw_reader(void)
{
	struct archive *a = archive_read_new();

	if (a) {
		unpack__filters(a);
		archive_read_support_format_raw(a);
	}
	return a;
}

/* Decompress the only entry of `a`; `ret` is the result of opening it. libarchive does not accept an
 * empty file. */
static int decompress(struct archive *a, int ret, uint64_t max, unpack_take take, void *arg,
		      uint64_t *size)
{
	struct archive_entry *entry;

	*size = 0;
	if (ret == ARCHIVE_OK)
		ret = archive_read_next_header(a, &entry);
	return ret == ARCHIVE_OK ? read_pieces(a, max, take, arg, size) : -EINVAL;
}

int unpack__stream(int fd, uint64_t at, uint64_t len, uint64_t max, unpack_take take, void *arg,
		   uint64_t *size)
{
	struct archive *a = raw_reader();
	struct range *r = xcalloc(1, sizeof(*r));
	uint64_t n;
	int ret = -ENOMEM;

	r->fd = fd;
	r->at = at;
	r->end = at + len;
	if (a)
		ret = decompress(a, archive_read_open(a, r, NULL, read_range, NULL), max, take, arg,
				 size ? size : &n);
	archive_read_free(a);
	free(r);
	return ret;
}

/* A buffer that is being filled. */
struct buffer {
	char *data;
	size_t len;
};

static int append(void *arg, const char *data, size_t len)
{
	struct buffer *b = arg;

	memcpy(b->data + b->len, data, len);
	b->len += len;
	return 0;
}

/* Two passes: the first one determines the size. */
int unpack__memory(const void *data, size_t len, size_t max, char **out, size_t *out_len)
{
	struct buffer b = { 0 };
	uint64_t size = 0;
	int ret = 0;

	for (int pass = 0; pass < 2 && !ret; pass++) {
		struct archive *a = raw_reader();

		if (!a)
			ret = -ENOMEM;
		else if (pass)
			b.data = xcalloc(1, size + 1);
		if (!ret)
			ret = decompress(a, archive_read_open_memory(a, data, len),
					 pass ? size : max, pass ? append : NULL, &b, &size);
		archive_read_free(a);
	}
	if (ret) {
		free(b.data);
		return ret;
	}
	*out = b.data;
	*out_len = b.len;
	return 0;
}

int unpack__explain(struct err *err, int ret, const char *path, uint64_t max)
{
	struct stat st = { 0 };

	if (ret == -EFBIG && !stat(path, &st))
		return err__set(err, ret,
				"%s: it has %llu bytes and unpacks to more than %llu MiB, which is "
				"the limit for such a file",
				path, (unsigned long long)st.st_size,
				(unsigned long long)(max >> 20));
	if (ret == -EINVAL)
		return err__set(err, ret, "%s: it cannot be decompressed: it is damaged", path);
	return err__errno(err, ret, path);
}

int unpack__check_size(const char *path, uint64_t max, struct err *err)
{
	_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	int ret;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err__errno(err, -errno, path);
	if (!S_ISREG(st.st_mode))
		return err__set(err, -EINVAL, "%s: it is not a regular file", path);
	/* To libarchive, an empty file is damaged. */
	ret = st.st_size ? unpack__stream(fd, 0, (uint64_t)st.st_size, max, NULL, NULL, NULL) : 0;
	return ret ? unpack__explain(err, ret, path, max) : 0;
}

/* Extract a member. Stops there, which may be long before the end of the archive. */
static int find_member(struct archive *a, const char *member, const char *to, struct err *err)
{
	struct archive_entry *entry;

	while (archive_read_next_header(a, &entry) == ARCHIVE_OK) {
		const char *name = archive_entry_pathname(entry);
		/* Skip the first directory, which is named after the release. */
		const char *slash = name ? strchr(name, '/') : NULL;

		_free_ char *text = NULL;
		struct buffer b = { 0 };
		uint64_t size;
		int ret;

		if (!slash || !streq(slash + 1, member))
			continue;
		b.data = text = xcalloc(1, MEMBER_MAX + 1);
		ret = read_pieces(a, MEMBER_MAX, append, &b, &size);
		if (!ret)
			ret = fs__write_atomic(to, text, b.len);
		return ret ? err__errno(err, ret, to) : 0;
	}
	return err__set(err, -ENOENT, "there is no file %s in it", member);
}

int unpack__member(const char *archive, const char *member, const char *to, struct err *err)
{
	struct archive *a = archive_read_new();
	int ret;

	if (!a)
		return err__set(err, -ENOMEM, "%s: %s", archive, strerror(ENOMEM));
	unpack__filters(a);
	archive_read_support_format_tar(a);
	if (archive_read_open_filename(a, archive, 1 << 20) == ARCHIVE_OK)
		ret = find_member(a, member, to, err);
	else
		ret = err__set(err, -EIO, "%s", archive_error_string(a));
	archive_read_free(a);
	return ret ? err__prefix(err, ret, "%s: ", archive) : 0;
}

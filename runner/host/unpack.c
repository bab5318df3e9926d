// SPDX-License-Identifier: GPL-2.0-only
/* unpack.c - decompression through libarchive, bounded: the input may be anybody's. */
#include "runner/host/unpack.h"

#include "lib/fs.h"

#include <archive.h>
#include <archive_entry.h>

/* Bytes; members are single files of source. */
#define MEMBER_MAX (4u << 20)

/* Read the current entry, NUL-terminated. -EFBIG beyond `max`: a few compressed kilobytes may
 * unpack to gigabytes. */
static int read_all(struct archive *a, size_t max, char **out, size_t *out_len)
{
	size_t n = 0, cap = 1 << 20;
	char *buf = xcalloc(1, cap + 1);

	for (;;) {
		la_ssize_t r;

		if (n == cap) {
			cap *= 2;
			buf = xrealloc(buf, cap + 1, 1);
		}
		r = archive_read_data(a, buf + n, cap - n);
		if (r == 0)
			break;
		if (r < 0 || (size_t)r > max - n) {
			free(buf);
			return r < 0 ? -EINVAL : -EFBIG;
		}
		n += (size_t)r;
	}
	buf[n] = '\0';
	*out = buf;
	*out_len = n;
	return 0;
}

/* libarchive's "raw" format is a file that is only compressed, with any filter that libarchive
 * knows. */
int unpack__memory(const void *data, size_t len, size_t max, char **out, size_t *out_len)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	int ret = -EINVAL;

	if (!a)
		return -ENOMEM;
	archive_read_support_filter_all(a);
	archive_read_support_format_raw(a);
	if (archive_read_open_memory(a, data, len) == ARCHIVE_OK &&
	    archive_read_next_header(a, &entry) == ARCHIVE_OK)
		ret = read_all(a, max, out, out_len);
	archive_read_free(a);
	return ret;
}

/* Stops reading at the file that is wanted, which may be long before the end of the archive. */
static int find_member(struct archive *a, const char *member, const char *to, struct err *err)
{
	struct archive_entry *entry;

	while (archive_read_next_header(a, &entry) == ARCHIVE_OK) {
		const char *name = archive_entry_pathname(entry);
		/* The first directory names the release and differs between archives. */
		const char *slash = name ? strchr(name, '/') : NULL;

		_free_ char *text = NULL;
		size_t len;
		int ret;

		if (!slash || !streq(slash + 1, member))
			continue;
		ret = read_all(a, MEMBER_MAX, &text, &len);
		if (!ret)
			ret = fs__write_atomic(to, text, len);
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
	archive_read_support_filter_all(a);
	archive_read_support_format_tar(a);
	if (archive_read_open_filename(a, archive, 1 << 20) == ARCHIVE_OK)
		ret = find_member(a, member, to, err);
	else
		ret = err__set(err, -EIO, "%s", archive_error_string(a));
	archive_read_free(a);
	return ret ? err__prefix(err, ret, "%s: ", archive) : 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "runner/unpack.h"

#include <archive.h>
#include <archive_entry.h>

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

int unpack__memory(const void *data, size_t len, size_t max, char **out, size_t *out_len)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	int e = -EINVAL;

	if (!a)
		return -ENOMEM;
	archive_read_support_filter_all(a);
	archive_read_support_format_raw(a);
	if (archive_read_open_memory(a, data, len) == ARCHIVE_OK &&
	    archive_read_next_header(a, &entry) == ARCHIVE_OK)
		e = read_all(a, max, out, out_len);
	archive_read_free(a);
	return e;
}

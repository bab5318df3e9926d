// SPDX-License-Identifier: GPL-2.0-only
/* xfs_io.c - parses two lines per read: bytes, then the rate. */
#include "workloads/output/xfs_io.h"

#include "lib/units.h"

#define HEAD "read "
#define ERRNO_LAST 133

/* Copy the text from `p` up to `mark`, on the same line, into `buf`. Returns the position after the
 * mark, or NULL. */
static const char *text_before(const char *p, const char *mark, char *buf, size_t size)
{
	const char *end = p ? strstr(p, mark) : NULL;
	size_t len = end ? (size_t)(end - p) : 0;

	if (!end || len >= size || memchr(p, '\n', len))
		return NULL;
	memcpy(buf, p, len);
	buf[len] = '\0';
	return end + strlen(mark);
}

/* Parse the unsigned integer from `p` up to `mark`. Passes NULL through, so that calls can be
 * chained. */
static const char *count_before(const char *p, const char *mark, uint64_t *out)
{
	char buf[24];

	p = text_before(p, mark, buf, sizeof(buf));
	return p && !units__u64(buf, out) ? p : NULL;
}

/* "634.543 MiB": xfs_io switches to the next unit at 1024. */
static bool parse_rate(const char *text, double *out)
{
	static const struct {
		const char *name;
		double mib;
	} units[] = { { " bytes", 0x1p-20 }, { " KiB", 0x1p-10 }, { " MiB", 1 },
		      { " GiB", 0x1p10 },    { " TiB", 0x1p20 },  { " PiB", 0x1p30 } };
	size_t len = strcspn(text, " ");
	char buf[32];

	if (len >= sizeof(buf))
		return false;
	snprintf(buf, sizeof(buf), "%.*s", (int)len, text);
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (!streq(text + len, units[i].name))
			continue;
		if (units__double(buf, out))
			return false;
		*out *= units[i].mib;
		return *out >= 0;
	}
	return false;
}

/* Is this an error message of xfs_io, such as "pread: Input/output error" or "/mnt/file: No such
 * file or directory"? */
static bool is_error(const char *line, size_t len)
{
	const char *colon = memmem(line, len, ": ", 2);
	_free_ char *reason = colon ? xstrndup(colon + 2, len - (size_t)(colon + 2 - line)) : NULL;

	/* Not strerror(), whose translation would double the total time. */
	for (int e = 1; reason && e <= ERRNO_LAST; e++) {
		const char *known = strerrordesc_np(e);

		if (known && streq(reason, known))
			return true;
	}
	return str_starts(line, "pread");
}

/* The next line that begins with "read ", or an error message. */
static const char *find_head(const char *p, bool *error)
{
	for (*error = false; *p; p += *p == '\n') {
		size_t len = strcspn(p, "\n");

		*error = is_error(p, len);
		if (*error || str_starts(p, HEAD))
			return p;
		p += len;
	}
	return NULL;
}

/* How much of a malformed line to quote in an error. */
static int quoted_len(const char *line)
{
	size_t len = strcspn(line, "\n");

	return len < 64 ? (int)len : 64;
}

int xfs_io__next(const char **text, struct xfs_io_read *out, struct err *err)
{
	bool failed;
	const char *p = find_head(*text, &failed), *line;
	uint64_t offset;
	char buf[64];

	*out = (struct xfs_io_read){ 0 };
	if (!p)
		return -ENOENT;
	if (failed)
		return err__set(err, -EIO, "xfs_io: %.*s", quoted_len(p), p);
	p += strlen(HEAD);
	line = p;
	p = count_before(p, "/", &out->bytes);
	p = count_before(p, " bytes at offset ", &out->asked);
	p = count_before(p, "\n", &offset);
	if (!p)
		return err__set(err, -EPROTO,
				"xfs_io: expected 'read N/M bytes at offset O', not "
				"'" HEAD "%.*s'",
				quoted_len(line), line);
	line = p;
	p = text_before(p, ", ", buf, sizeof(buf));
	p = count_before(p, " ops; ", &out->ops);
	p = text_before(p, " (", buf, sizeof(buf));
	p = text_before(p, "/sec and ", buf, sizeof(buf));
	if (!p || !parse_rate(buf, &out->rate))
		return err__set(err, -EPROTO,
				"xfs_io: expected 'N ops; T sec (R MiB/sec and ...', "
				"not '%.*s'",
				quoted_len(line), line);
	*text = p;
	return 0;
}

int diskstats__reads(const char *text, const char *disk, uint64_t *reads)
{
	_free_ char *mark = xasprintf(" %s ", disk);
	const char *p = strstr(text, mark);

	return count_before(p ? p + strlen(mark) : NULL, " ", reads) ? 0 : -ENOENT;
}

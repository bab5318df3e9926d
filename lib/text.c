// SPDX-License-Identifier: GPL-2.0-only
/* text.c - strips byte order marks and colours, unifies line ends, refuses binary files. */
#include "lib/text.h"

#include "lib/fs.h"

#define BOM "\xef\xbb\xbf"

/* Magic numbers of files that are mistaken for text. Where one is a prefix of another, the longer
 * comes first. */
static const struct {
	const char *bytes;
	size_t n;
	const char *name;
} magics[] = {
#define MAGIC(bytes, name) ROW(bytes, sizeof(bytes) - 1, name)
	MAGIC("\xff\xfe\0\0",
	      "UTF-32 text, expected UTF-8: convert it with iconv -f UTF-32 -t UTF-8"),
	MAGIC("\0\0\xfe\xff",
	      "UTF-32 text, expected UTF-8: convert it with iconv -f UTF-32 -t UTF-8"),
	MAGIC("\xff\xfe", "UTF-16 text, expected UTF-8: convert it with iconv -f UTF-16 -t UTF-8"),
	MAGIC("\xfe\xff", "UTF-16 text, expected UTF-8: convert it with iconv -f UTF-16 -t UTF-8"),
	MAGIC("\x1f\x8b", "a gzip file: unpack it with gunzip"),
	MAGIC("\x28\xb5\x2f\xfd", "a zstd file: unpack it with unzstd"),
	MAGIC("\xfd"
	      "7zXZ\0",
	      "an xz file: unpack it with unxz"),
	MAGIC("BZh", "a bzip2 file: unpack it with bunzip2"),
	MAGIC("\x04\x22\x4d\x18", "an lz4 file: unpack it with unlz4"),
	MAGIC("PK\x03\x04", "a zip file: unpack it with unzip"),
	MAGIC("\x7f"
	      "ELF",
	      "a program (ELF), expected text"),
	MAGIC("SQLite format 3", "an SQLite database, expected text"),
	MAGIC("PERFILE2", "a recording of perf, expected text"),
	MAGIC("%PDF-", "a PDF file, expected text"),
	MAGIC("\x89PNG", "a picture, expected text"),
#undef MAGIC
};

const char *text__misnomer(const char *bytes, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(magics); i++)
		if (len >= magics[i].n && !memcmp(bytes, magics[i].bytes, magics[i].n))
			return magics[i].name;
	/* UTF-16 without a byte order mark: ASCII characters of two bytes each. */
	if (len >= 4 && ((!bytes[0] && bytes[1] && !bytes[2] && bytes[3]) ||
			 (bytes[0] && !bytes[1] && bytes[2] && !bytes[3])))
		return "UTF-16 text without a mark, expected UTF-8: convert it with iconv -t UTF-8";
	return NULL;
}

/* The length of an escape sequence for colours or erasing (such as "ESC[1;31m" or "ESC[K") at `p`;
 * 0 if there is none. */
static size_t colour_len(const char *p)
{
	size_t len = strspn(p, "\033") == 1 && p[1] == '[' ? 2 + strspn(p + 2, "0123456789;:") : 0;

	return len && (p[len] == 'm' || p[len] == 'K') ? len + 1 : 0;
}

int text__clean(char *text, size_t *len, struct err *err)
{
	const char *what = text__misnomer(text, *len);
	const char *nul = memchr(text, '\0', *len);
	size_t from = *len >= 3 && !memcmp(text, BOM, 3) ? 3 : 0, to = 0;

	if (what)
		return err__set(err, -EINVAL, "this is %s", what);
	if (nul)
		return err__set(err, -EINVAL,
				"byte %zu is NUL: this is not text, or it was damaged (tr -d '\\0' "
				"takes such bytes out)",
				(size_t)(nul - text) + 1);
	if (!from && !memchr(text, '\r', *len) && !memchr(text, '\033', *len))
		return 0;
	while (from < *len) {
		size_t crs;

		for (size_t n; (n = colour_len(text + from)) > 0; from += n)
			;
		crs = strspn(text + from, "\r");
		from += crs;
		if (!crs)
			text[to++] = text[from++];
		else if (text[from] != '\n')
			text[to++] = '\n';
	}
	text[to] = '\0';
	*len = to;
	return 0;
}

int text__read(const char *path, size_t max, char **out, size_t *len, struct err *err)
{
	bool standard = streq(path, "-");
	const char *name = standard ? "standard input" : path;
	size_t n;
	int ret;

	*out = NULL;
	ret = fs__read(standard ? "/dev/stdin" : path, max, out, &n);

	if (ret == -EISDIR)
		return err__set(err, ret, "%s: expected a file, found a directory", name);
	if (ret == -EFBIG)
		return err__set(err, ret, "%s: expected at most %zu KiB", name, max >> 10);
	if (ret)
		return err__errno(err, ret, name);
	ret = text__clean(*out, &n, err);
	if (ret) {
		free(*out);
		*out = NULL;
		return err__prefix(err, ret, "%s: ", name);
	}
	if (len)
		*len = n;
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* coding.c - HTTP content codings (RFC 9110, 8.4.1 and 12.5.3): gzip by zlib, zstd by libzstd. */
#include "reports/site/coding.h"

#include <zlib.h>
#include <zstd.h>

/* A page is compressed once and sent many times; and making it takes longer than compressing it. */
#define ZSTD_LEVEL 9
#define GZIP_LEVEL 6
/* Smaller pages fit into one packet anyhow. */
#define WORTH_IT 1000

static const char *const names[CODING_MAX] = {
	[CODING_NONE] = "",
	[CODING_GZIP] = "gzip",
	[CODING_ZSTD] = "zstd",
};

const char *http_coding__name(enum http_coding coding)
{
	return names[coding];
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Parse a weight ("0", "1", "0.125", "1.000") in thousandths; -1 if it is malformed. */
static int weight(const char *text, size_t len)
{
	int value = 0, unit = 1000;

	if (!len || (text[0] != '0' && text[0] != '1') || (len > 1 && text[1] != '.') || len > 5)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (i == 1)
			continue;
		if (!is_digit(text[i]))
			return -1;
		value += (text[i] - '0') * unit;
		unit /= 10;
	}
	return value > 1000 ? -1 : value;
}

/* Strip blanks from both ends. */
static const char *trim(const char *text, size_t *len)
{
	while (*len && (*text == ' ' || *text == '\t')) {
		text++;
		--*len;
	}
	while (*len && (text[*len - 1] == ' ' || text[*len - 1] == '\t'))
		--*len;
	return text;
}

static bool is_word(const char *text, size_t len, const char *word)
{
	return len == strlen(word) && strncasecmp(text, word, len) == 0;
}

/* Parse one element of the header, such as "gzip;q=0.5"; a malformed one is ignored. Weights of
 * codings that are not named stay -1; *any is that of "*". */
static void read_element(const char *text, size_t len, int weights[CODING_MAX], int *any)
{
	const char *semicolon = memchr(text, ';', len), *q;
	size_t n = semicolon ? (size_t)(semicolon - text) : len;
	size_t q_len = semicolon ? len - n - 1 : 0;
	int w = 1000;

	if (semicolon) {
		q = trim(semicolon + 1, &q_len);
		if (q_len < 2 || strncasecmp(q, "q=", 2) != 0)
			return;
		w = weight(q + 2, q_len - 2);
	}
	text = trim(text, &n);
	if (w < 0)
		return;
	if (is_word(text, n, "*"))
		*any = w;
	else if (is_word(text, n, "identity"))
		weights[CODING_NONE] = w;
	else if (is_word(text, n, "gzip") || is_word(text, n, "x-gzip"))
		weights[CODING_GZIP] = w;
	else if (is_word(text, n, "zstd"))
		weights[CODING_ZSTD] = w;
}

/* "identity" (no coding) is always acceptable unless refused, but any coding with a weight is
 * preferred unless "identity" is given a greater one. */
enum http_coding http_coding__choose(const char *accept)
{
	int weights[CODING_MAX] = { -1, -1, -1 }, any = -1;
	enum http_coding best = CODING_NONE;

	if (!accept)
		return CODING_NONE;
	for (const char *p = accept; *p;) {
		size_t len = strcspn(p, ",");

		read_element(p, len, weights, &any);
		p += len + (p[len] == ',');
	}
	for (size_t i = 0; i < CODING_MAX; i++)
		if (weights[i] < 0)
			weights[i] = i == CODING_NONE ? 0 : any;
	for (size_t i = CODING_GZIP; i < CODING_MAX; i++)
		if (weights[i] > 0 && weights[i] >= weights[best])
			best = (enum http_coding)i;
	return best;
}

/* deflateBound() includes the gzip header and trailer, as the stream was initialized for gzip. */
static char *gzip(const char *text, size_t len, size_t *out_len)
{
	z_stream z = { 0 };
	char *out = NULL;
	size_t room;

	if (len > UINT_MAX / 2 ||
	    deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	room = deflateBound(&z, len);
	out = xcalloc(1, room);
	z.next_in = (z_const Bytef *)text;
	z.avail_in = (uInt)len;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)room;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
		free(out);
		out = NULL;
	}
	*out_len = z.total_out;
	deflateEnd(&z);
	return out;
}

static char *zstd(const char *text, size_t len, size_t *out_len)
{
	size_t room = ZSTD_compressBound(len);
	char *out = xcalloc(1, room);

	*out_len = ZSTD_compress(out, room, text, len, ZSTD_LEVEL);
	if (!ZSTD_isError(*out_len))
		return out;
	free(out);
	return NULL;
}

char *http_coding__encode(enum http_coding coding, const char *text, size_t len, size_t *out_len)
{
	char *out = NULL;

	if (len < WORTH_IT || coding == CODING_NONE)
		return NULL;
	out = coding == CODING_GZIP ? gzip(text, len, out_len) : zstd(text, len, out_len);
	if (out && *out_len >= len) {
		free(out);
		out = NULL;
	}
	return out ? xrealloc(out, *out_len, 1) : NULL;
}

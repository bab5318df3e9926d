// SPDX-License-Identifier: GPL-2.0-only
/* memcached.c - the server's replies parse to the same wherever the stream is cut. */
#include "workloads/memcached/client.h"

#define REPLIES 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t parse(const char *data, size_t len, size_t step, enum mc_reply out[REPLIES])
{
	struct mc_parser p;
	size_t n = 0, at = 0;

	mc_parser__reset(&p);
	while (at < len && n < REPLIES) {
		size_t chunk = len - at < step ? len - at : step, used;
		enum mc_reply r = mc_parser__feed(&p, data + at, chunk, &used);

		if (!used || used > chunk || (r == MC_MORE && used != chunk))
			abort();
		at += used;
		if (r == MC_MORE)
			continue;
		if (r == MC_HIT && (p.head_len > p.bytes || !p.key[0]))
			abort();
		out[n++] = r;
		if (r == MC_BROKEN)
			break;
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum mc_reply whole[REPLIES], pieces[REPLIES];
	const char *text = (const char *)data;
	struct mc_stats stats;
	struct err err;
	size_t step, n;
	char *copy;

	if (!size)
		return 0;
	step = 1 + data[0] % 7;
	n = parse(text, size, size, whole);
	if (n != parse(text, size, step, pieces) || memcmp(whole, pieces, n * sizeof(*whole)))
		abort();
	copy = xstrndup(text, size);
	mc_stats__parse(copy, &stats, &err);
	free(copy);
	return 0;
}

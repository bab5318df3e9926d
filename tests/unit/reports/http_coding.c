// SPDX-License-Identifier: GPL-2.0-only
/* Which coding suits a client, and that each decodes to the original. */
#include <stddef.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "reports/site/page_cache.h"

#include <zlib.h>
#include <zstd.h>

static void what_a_client_takes(void **state __unused)
{
	static const struct {
		const char *accept;
		enum http_coding want;
	} cases[] = {
		{ NULL, CODING_NONE },
		{ "", CODING_NONE },
		{ ",,;q=1, ,", CODING_NONE },
		{ "gzip", CODING_GZIP },
		{ "x-gzip", CODING_GZIP },
		{ "GZip ; Q=1.0", CODING_GZIP },
		{ "gzip, deflate, br", CODING_GZIP },
		{ "gzip, deflate, br, zstd", CODING_ZSTD },
		{ "zstd;q=0.9,gzip;q=0.901", CODING_GZIP },
		{ "gzip;q=0.001", CODING_GZIP },
		{ "gzip;q=0.000", CODING_NONE },
		{ "gzip;q=0", CODING_NONE },
		{ "identity;q=0.5, gzip;q=0.4", CODING_NONE },
		{ "identity;q=0, gzip;q=0.1", CODING_GZIP },
		{ "*", CODING_ZSTD },
		{ "*;q=0", CODING_NONE },
		{ "gzip, *;q=0", CODING_GZIP },
		{ "zstd;q=0, *", CODING_GZIP },
		{ "gzip;q=2", CODING_NONE },
		{ "gzip;q=1.001", CODING_NONE },
		{ "gzip;q=-1", CODING_NONE },
		{ "gzip;q=", CODING_NONE },
		{ "gzip;q=.5", CODING_NONE },
		{ "gzip;q=0.0001", CODING_NONE },
		{ "gzip;level=9", CODING_NONE },
		{ "gzipped", CODING_NONE },
		{ "br;q=1.0, *;q=0.1", CODING_ZSTD },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (http_coding__choose(cases[i].accept) != cases[i].want)
			fail_msg("\"%s\" chose \"%s\"", cases[i].accept,
				 http_coding__name(http_coding__choose(cases[i].accept)));
}

static void inflate_into(void *out, size_t room, const char *in, size_t len)
{
	z_stream z = { .next_in = (z_const Bytef *)in,
		       .avail_in = (uInt)len,
		       .next_out = out,
		       .avail_out = (uInt)room };

	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, room);
	inflateEnd(&z);
}

static void there_and_back(void **state __unused)
{
	static const size_t sizes[] = { 1000, 4097, 300000 };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		_free_ char *text = xcalloc(1, sizes[i] + 1), *back = xcalloc(1, sizes[i] + 1);
		_free_ char *gz = NULL, *zs = NULL;
		size_t gz_len, zs_len;

		for (size_t j = 0; j < sizes[i]; j++)
			text[j] = (char)('a' + (j * j / 7) % 23);
		gz = http_coding__encode(CODING_GZIP, text, sizes[i], &gz_len);
		zs = http_coding__encode(CODING_ZSTD, text, sizes[i], &zs_len);
		assert_non_null(gz);
		assert_non_null(zs);
		inflate_into(back, sizes[i], gz, gz_len);
		assert_memory_equal(back, text, sizes[i]);
		memset(back, 0, sizes[i]);
		assert_int_equal(ZSTD_decompress(back, sizes[i], zs, zs_len), sizes[i]);
		assert_memory_equal(back, text, sizes[i]);
	}
}

/* Short texts and random-looking ones are sent unchanged. */
static void not_worth_it(void **state __unused)
{
	uint64_t x = 88172645463325252;
	char noise[5000];
	size_t len;

	for (size_t i = 0; i < sizeof(noise); i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		noise[i] = (char)(x >> 32);
	}
	for (int coding = CODING_NONE; coding < CODING_MAX; coding++) {
		assert_null(
			http_coding__encode((enum http_coding)coding, noise, sizeof(noise), &len));
		assert_null(http_coding__encode((enum http_coding)coding, "aaaaaaaa", 8, &len));
	}
	assert_null(http_coding__encode(CODING_GZIP, "", 0, &len));
}

static void tags_of_pages(void **state __unused)
{
	struct page_reply reply = { .status = 200, .body = xcalloc(1, 5001), .len = 5000 };
	struct http_page *plain, *gz, *zs;

	memset(reply.body, 'a', 5000);
	plain = http_page__new(&reply);
	gz = http_page__code(plain, CODING_GZIP);
	zs = http_page__code(plain, CODING_ZSTD);
	assert_int_equal(strlen(plain->etag), 18);
	assert_int_equal(strncmp(gz->etag, plain->etag, 17), 0);
	assert_string_equal(gz->etag + 17, "-gzip\"");
	assert_string_equal(zs->etag + 17, "-zstd\"");
	assert_true(gz->reply.len < 100 && zs->reply.len < 100);
	http_page__unref(gz);
	http_page__unref(zs);
	plain->reply.status = 503;
	gz = http_page__code(plain, CODING_GZIP);
	assert_ptr_equal(gz, plain);
	http_page__unref(gz);
	http_page__unref(plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_client_takes),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(not_worth_it),
		cmocka_unit_test(tags_of_pages),
	};

	return cmocka_run_group_tests_name("reports/http-coding", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* query.c - any text as a URL: its path is matched against the routes, its query survives a round
 * trip. */
#include "reports/web/query.h"
#include "reports/web/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' && !strchr("\t\r\n", *s))
			abort();
}

/* A name may have slashes, encoded in the URL, but never path components "." or "..". */
static void check_name(const char *s)
{
	_free_ char *between = xasprintf("/%s/", s);

	check_text(s);
	if (!*s || strstr(between, "/../") || strstr(between, "/./"))
		abort();
}

static void check_path(const char *path)
{
	static const char *const patterns[] = { "/", "/campaign/:id", "/api/v1/campaign/:id.json",
						"/a/:b/:c/:d/:e", "/:a/:b.csv" };

	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		struct route_args args;
		int ret = route__match(patterns[i], path, &args, NULL);

		if (ret != 1 && args.n)
			abort();
		for (size_t k = 0; k < args.n; k++)
			check_name(args.v[k]);
		route_args__release(&args);
	}
}

/* An accepted query survives a round trip. */
static void check_query(const char *text, size_t len)
{
	struct query q, back;
	char *once, *twice;

	if (query__parse(&q, text, len, NULL)) {
		if (q.n)
			abort();
		return;
	}
	for (size_t i = 0; i < q.n; i++) {
		check_text(q.items[i].key);
		check_text(q.items[i].value);
	}
	once = query__encode(&q);
	/* Encoding may make a query longer than the parser allows. */
	if (!query__parse(&back, once, strlen(once), NULL)) {
		twice = query__encode(&back);
		if (!streq(once, twice))
			abort();
		free(twice);
	} else if (strlen(once) <= QUERY_MAX_LEN) {
		abort();
	}
	query__release(&back);
	query__release(&q);
	free(once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_free_ char *url = xstrndup((const char *)data, size);
	size_t n = strcspn(url, "?");
	_free_ char *path = xstrndup(url, n);

	check_path(path);
	if (url[n])
		check_query(url + n + 1, strlen(url) - n - 1);
	return 0;
}

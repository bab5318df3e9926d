// SPDX-License-Identifier: GPL-2.0-only
/* One page for all who wait for it, whether it is cached or not. */
/* run.sh: deadlines */
#include <stddef.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lib/clock.h"
#include "reports/site/page_cache.h"

#define READERS 8
#define URL "/campaign/latest?"

static struct http_cache cache;
static atomic_uint made, came;

static struct http_page *page_of(const char *text)
{
	struct page_reply reply = { .status = 503, .body = xstrdup(text), .len = strlen(text) };

	return http_page__new(&reply);
}

/* The thread that makes the page waits until all others have come, and a little longer, so that
 * they wait. */
static void *read_page(void *keep)
{
	const struct timespec nap = { .tv_nsec = 10 * 1000 * 1000 }, rest = { .tv_sec = 1 };
	struct http_page *page;

	atomic_fetch_add(&came, 1);
	page = http_cache__get(&cache, URL, 1);
	if (!page) {
		atomic_fetch_add(&made, 1);
		while (atomic_load(&came) < READERS)
			nanosleep(&nap, NULL);
		nanosleep(&rest, NULL);
		page = page_of("busy");
		http_cache__put(&cache, URL, 1, page, keep != NULL);
	}
	return page;
}

static void read_all(void *keep)
{
	pthread_t threads[READERS];
	void *page, *first = NULL;

	atomic_store(&made, 0);
	atomic_store(&came, 0);
	for (size_t i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_page, keep), 0);
	for (size_t i = 0; i < READERS; i++) {
		pthread_join(threads[i], &page);
		first = i ? first : page;
		assert_ptr_equal(page, first);
		assert_string_equal(((struct http_page *)page)->reply.body, "busy");
		if (i)
			http_page__unref(page);
	}
	http_page__unref(first);
	assert_int_equal(atomic_load(&made), 1);
}

static void a_failure_answers_all_who_wait(void **state __unused)
{
	http_cache__init(&cache, 1 << 20);
	read_all(NULL);
	assert_null(http_cache__get(&cache, URL, 1)); /* and not those who come later */
	http_cache__release(&cache);
}

static void a_page_is_made_once(void **state __unused)
{
	struct http_page *page;

	http_cache__init(&cache, 1 << 20);
	read_all(&cache);
	page = http_cache__peek(&cache, URL, 1);
	assert_non_null(page);
	http_page__unref(page);
	page = http_cache__get(&cache, URL, 1);
	assert_non_null(page);
	assert_null(http_cache__get(&cache, URL, 2)); /* a different state of the database */
	assert_null(http_cache__peek(&cache, URL, 3));
	assert_string_equal(page->reply.body, "busy"); /* kept by its reader's reference */
	http_page__unref(page);
	http_cache__release(&cache);
}

static void what_does_not_fit_goes_to_who_waits_only(void **state __unused)
{
	http_cache__init(&cache, 1);
	read_all(&cache);
	assert_null(http_cache__get(&cache, URL, 1));
	http_cache__release(&cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failure_answers_all_who_wait),
		cmocka_unit_test(a_page_is_made_once),
		cmocka_unit_test(what_does_not_fit_goes_to_who_waits_only),
	};

	return cmocka_run_group_tests_name("reports/http-cache", tests, NULL, NULL);
}

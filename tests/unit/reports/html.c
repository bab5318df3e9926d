// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "reports/web/assets.h"
#include "reports/render/html.h"
#include "reports/web/link.h"
#include "reports/charts/scale.h"
#include "reports/stats/verdict.h"

#include <math.h>

#define FFFD "\xef\xbf\xbd"

static void is_text(const char *in, const char *want)
{
	struct html h = { 0 };
	_free_ char *got = NULL;

	html__text(&h, in);
	got = html__take(&h, NULL);
	assert_string_equal(got, want);
}

static void test_text(void **state __unused)
{
	is_text("", "");
	is_text("plain", "plain");
	is_text("<b a=\"1\" c='2'>&", "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;");
	is_text("\xc3\xa9\xe2\x86\x92\xf0\x9f\x90\xa7", "\xc3\xa9\xe2\x86\x92\xf0\x9f\x90\xa7");
	is_text("a\x1b[31m\rb", "a" FFFD "[31m" FFFD "b");
	is_text("line\nand\ttab", "line\nand\ttab");
	/* Invalid UTF-8: a lone byte, an overlong slash, a surrogate, a truncated character. */
	is_text("\xff|\xc0\xaf|\xed\xa0\x80|\xe2\x86",
		FFFD "|" FFFD FFFD "|" FFFD FFFD FFFD "|" FFFD FFFD);
	/* Right-to-left override, C1 control. */
	is_text("\xe2\x80\xae"
		"exe|\xc2\x9b"
		"1m",
		FFFD "exe|" FFFD "1m");
}

static void test_fmt(void **state __unused)
{
	struct html h = { 0 };
	_free_ char *got = NULL;

	html__fmt(&h, "<i t=\"%s\">%.2s|%*d|%u|%zu|%lld|%+.1f|%g|%c|%%|%.*s</i>", "\"<", "&bcd", 4,
		  7, 9u, (size_t)10, -11LL, 1.25, NAN, '<', 1, "xyz");
	got = html__take(&h, NULL);
	assert_string_equal(got, "<i t=\"&quot;&lt;\">&amp;b|   7|9|10|-11|+1.2|-|&lt;|%|x</i>");
}

static void test_large(void **state __unused)
{
	struct html h = { 0 }, part = { 0 };
	_free_ char *got = NULL;
	size_t len;

	for (int i = 0; i < 20000; i++)
		html__fmt(&part, "%s", "<");
	html__put(&h, "[");
	html__append(&h, &part);
	html__put(&h, "]");
	got = html__take(&h, &len);
	assert_int_equal(len, 2 + 20000 * 4);
	assert_int_equal(strlen(got), len);
	assert_null(part.buf);
}

static void is_ticks(double lo, double hi, bool log, const char *want)
{
	struct scale s = scale__fit(lo, hi, log, 0, 100);
	struct scale_ticks t;
	_free_ char *got = xstrdup("");

	scale__ticks(&s, 5, &t);
	for (size_t i = 0; i < t.n; i++) {
		_free_ char *old = got, *label = scale__label(t.v[i], t.step);

		got = xasprintf("%s%s%s", old, i ? " " : "", label);
	}
	assert_string_equal(got, want);
}

static void test_scale(void **state __unused)
{
	struct scale s = scale__fit(10, 20, false, 100, 0);

	assert_true(scale__at(&s, 10) < 100 && scale__at(&s, 10) > 90);
	assert_true(scale__at(&s, 1e300) == 0 && scale__at(&s, -1e300) == 100);
	is_ticks(0, 10, false, "0 5 10");
	is_ticks(19756, 23800, false,
		 "20\xe2\x80\xaf"
		 "000 21\xe2\x80\xaf"
		 "000 22\xe2\x80\xaf"
		 "000 "
		 "23\xe2\x80\xaf"
		 "000 24\xe2\x80\xaf"
		 "000");
	is_ticks(-0.3, 0.3, false, "-0.2 0.0 0.2");
	is_ticks(1, 1000, true, "1 10 100 1000");
	is_ticks(-1, 1000, true, "0 500 1000"); /* -1 has no logarithm */
	/* Constant or missing values still give a scale. */
	s = scale__fit(5, 5, false, 0, 100);
	assert_true(scale__at(&s, 5) > 0 && scale__at(&s, 5) < 100);
	s = scale__fit(NAN, NAN, true, 0, 100);
	assert_true(isfinite(scale__at(&s, 0.5)));
}

static void test_time(void **state __unused)
{
	const double day = 86400e9, t0 = 1763700000e9;
	struct scale s = scale__exact(t0, t0 + 30 * day, 0, 100);
	struct scale_ticks t;
	_free_ char *label = NULL;

	scale__time_ticks(&s, 8, &t);
	assert_in_range(t.n, 4, 9);
	label = scale__time_label(t.v[0], t.step);
	assert_int_equal(strlen(label), 5);
	assert_true(fmod(t.v[0], day) == 0);
}

static void test_links(void **state __unused)
{
	struct query q = { 0 };
	struct page_request req = { .path = "/campaign/ab", .query = &q, .root = "/" };
	_free_ char *a = link__to(&req, NULL);
	_free_ char *b = link__to(&req, "compare", "id.a/b", "x y\"", NULL);
	_free_ char *plain = link__with(&req, "sort", NULL);

	assert_string_equal(a, "/");
	assert_string_equal(b, "/compare/id.a%2Fb/x%20y%22");
	assert_string_equal(plain, "./ab");
	query__add(&q, "only", "changes");
	_free_ char *with = link__with(&req, "sort", "p");

	assert_string_equal(with, "?only=changes&sort=p");
	req.static_site = true;
	req.root = "../";
	_free_ char *c = link__to(&req, NULL), *d = link__to(&req, "campaign", "ab", NULL);

	assert_string_equal(c, "../index.html");
	assert_string_equal(d, "../campaign/ab.html");
	/* A name must not be taken for a URL scheme, nor a file name for a query. A slash in a name
	 * becomes "%2F" in its file name, so the per cent sign is "%25" in the URL. */
	q.n--;
	req.path = "/metric/a.b.full:%20p%3F1%25";
	_free_ char *file = link__with(&req, "sort", NULL);

	assert_string_equal(file, "a.b.full%3A%20p%3F1%2525.html");
	req.static_site = false;
	_free_ char *scheme = link__with(&req, "sort", NULL);

	assert_string_equal(scheme, "./a.b.full:%20p%3F1%25");
	q.n++;
	query__release(&q);
}

static void test_metric(void **state __unused)
{
	_free_ char *w = NULL, *s = NULL, *m = NULL;
	struct err err;

	assert_int_equal(link__read_metric("tmpfs-read.tlbmodel.linear_map.walks", &w, &s, &m,
					   &err),
			 0);
	assert_string_equal(w, "tmpfs-read");
	assert_string_equal(s, "tlbmodel");
	assert_string_equal(m, "linear_map.walks");
	assert_int_equal(link__read_metric("a.b", &w, &s, &m, &err), -EINVAL);
	assert_int_equal(link__read_metric(".b.c", &w, &s, &m, &err), -EINVAL);
	assert_int_equal(link__read_metric("a..c", &w, &s, &m, &err), -EINVAL);
}

/* The script has its own list of verdicts to sort and filter by: it must be complete. */
static void test_script(void **state __unused)
{
	_free_ char *url = asset__url("kduel.js"), *js = NULL;
	const char *rank, *words;
	struct asset a;

	assert_true(asset__find(url, &a));
	js = xstrndup(a.data, a.len);
	rank = strstr(js, "const rank = [");
	words = strstr(js, "verdicts: [");
	assert_true(rank && words);
	for (int v = 0; v < VERDICT_MAX; v++) {
		_free_ char *word = xasprintf("\"%s\"", verdict__name((enum verdict)v));
		const char *in_rank = strstr(rank, word), *in_words = strstr(words, word);

		assert_true(in_rank && in_rank < strchr(rank, ']'));
		assert_true(v == VERDICT_NONE || (in_words && in_words < strchr(words, ']')));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),   cmocka_unit_test(test_fmt),
		cmocka_unit_test(test_large),  cmocka_unit_test(test_scale),
		cmocka_unit_test(test_time),   cmocka_unit_test(test_links),
		cmocka_unit_test(test_metric), cmocka_unit_test(test_script),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

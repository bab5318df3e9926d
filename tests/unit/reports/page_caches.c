// SPDX-License-Identifier: GPL-2.0-only
/* What pages leave for each other: the same while the database stays as it is, and never older. */
#include "tests/unit/reports/fixture.h"
#include "reports/site/site.h"
#include "reports/web/cache.h"

static const struct metric time_s = {
	.name = "time", .unit = "s", .kind = METRIC_TIME, .margin_rel = 0.02, .primary = true
};

/* Campaign i, a boot of each variant with two workloads. */
static void add_campaign(struct fixture *f, unsigned int i)
{
	snprintf(f->uuid, sizeof(f->uuid), "0badc0de-0000-4000-8000-%012u", i);
	fixture_campaign(f, 2, 1000 + i);
	for (unsigned int slot = 0; slot < 2; slot++) {
		struct store_sample s[] = {
			{ .workload = "a",
			  .source = "a",
			  .version = 1,
			  .metric = &time_s,
			  .basis = BASIS_MEASURED,
			  .value = 1 + slot },
			{ .workload = "b",
			  .source = "b",
			  .version = 1,
			  .metric = &time_s,
			  .basis = BASIS_MEASURED,
			  .value = 2 + slot },
		};
		struct store_boot b = fixture_boot(slot, slot ? "cand" : "base");

		b.samples = s;
		b.n_samples = ARRAY_SIZE(s);
		fixture_add(f, &b);
	}
}

static struct history *history_of(struct fixture *f, struct page_caches *k, uint64_t state,
				  const struct history_filter *filter)
{
	struct history *h;

	if (history_cache__get(k ? &k->histories : NULL, state, f->st, filter, &h, &f->err))
		fail_msg("%s", f->err.msg);
	return h;
}

static void a_part_is_what_would_be_built(void **state)
{
	const struct history_filter filters[] = {
		{ 0 },
		{ .variant = "cand" },
		{ .metric = "b/time" },
		{ .metric = "time" },
		{ .workload = "a", .variant = "base" },
		{ .plan = "demo" },
		{ .plan = "other" },
		{ .machine = "a h" },
		{ .source = "c" },
		{ .metric = "a/time", .variant = "cand" },
		{ .metric = "a/tim" },
		{ .campaign = "0badc0de-0000-4000-8000-000000000001" },
		{ .campaign = "0badc0de-0000-4000-8000-000000000003", .variant = "base" },
		{ .campaign = "0badc0de-0000-4000-8000-000000000003", .metric = "b/time" },
		{ .campaign = "0badc0de" },
	};
	/* Of a machine whose name the other's begins with. */
	static const size_t expected[ARRAY_SIZE(filters)] = { 8, 4, 4, 8, 2, 8, 0, 0,
							      0, 2, 0, 4, 2, 2, 0 };
	struct fixture *f = *state;
	struct page_caches k;

	page_caches__init(&k);
	add_campaign(f, 1);
	add_campaign(f, 2);
	add_campaign(f, 3);
	assert_int_equal(store__tag(f->st, f->uuid, "machine", "a", 1, &f->err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		struct history *part = history_of(f, &k, 1, &filters[i]);
		struct history *built = history_of(f, NULL, 1, &filters[i]);

		assert_int_equal(part->n_streams, expected[i]);
		assert_int_equal(built->n_streams, expected[i]);
		for (size_t n = 0; n < part->n_streams; n++) {
			assert_string_equal(part->streams[n].key, built->streams[n].key);
			assert_int_equal(part->streams[n].n_points, built->streams[n].n_points);
		}
		history__free(built);
		history__free(part);
	}
	page_caches__release(&k);
}

static void a_later_state_is_read_again(void **state)
{
	const struct history_filter all = { 0 };
	struct history *h, *later;
	struct fixture *f = *state;
	struct page_caches k;

	page_caches__init(&k);
	add_campaign(f, 1);
	h = history_of(f, &k, 1, &all);
	add_campaign(f, 2);
	later = history_of(f, &k, 2, &all);
	assert_int_equal(later->streams[0].n_points, 2);
	assert_int_equal(h->streams[0].n_points, 1); /* and lives as long as it is used */
	history__free(h);
	history__free(later);
	/* Who knows of an older state only gets the newer one. */
	h = history_of(f, &k, 1, &all);
	assert_int_equal(h->streams[0].n_points, 2);
	page_caches__release(&k);
	assert_string_equal(h->streams[0].plan, "demo");
	history__free(h);
}

static const struct cached_report *report_of(struct fixture *f, struct page_caches *k,
					     uint64_t state, const char *key, const char *baseline)
{
	const struct cached_report *r;

	if (report_cache__get(k ? &k->reports : NULL, state, f->st, key, baseline, &r, &f->err))
		fail_msg("%s", f->err.msg);
	return r;
}

static void a_report_is_made_once(void **state)
{
	const struct cached_report *one, *again, *newer, *pair, *own;
	struct fixture *f = *state;
	struct page_caches k;
	char cand[64], base[64];

	page_caches__init(&k);
	add_campaign(f, 1);
	snprintf(cand, sizeof(cand), "%s.cand", f->uuid);
	snprintf(base, sizeof(base), "%s.base", f->uuid);
	one = report_of(f, &k, 1, f->uuid, NULL);
	again = report_of(f, &k, 1, f->uuid, NULL);
	pair = report_of(f, &k, 1, cand, base);
	newer = report_of(f, &k, 2, f->uuid, NULL);
	own = report_of(f, NULL, 1, f->uuid, NULL);
	assert_ptr_equal(one, again);
	assert_ptr_not_equal(one, newer);
	assert_ptr_not_equal(one, pair);
	assert_ptr_not_equal(one, own);
	assert_int_equal(one->r->n_blocks, 1);
	assert_int_equal(pair->r->blocks[0].n_rows, one->r->blocks[0].n_rows);
	page_caches__release(&k);
	assert_int_equal(again->r->n_blocks, 1);
	cached_report__put(one);
	cached_report__put(again);
	cached_report__put(newer);
	cached_report__put(pair);
	cached_report__put(own);
}

static void the_last_ones_are_cached(void **state)
{
	const struct cached_report *first, *r;
	struct fixture *f = *state;
	struct page_caches k;
	char uuid[UUID_LEN];

	page_caches__init(&k);
	add_campaign(f, 0);
	snprintf(uuid, sizeof(uuid), "%s", f->uuid);
	first = report_of(f, &k, 1, uuid, NULL);
	for (unsigned int i = 1; i <= REPORTS_CACHED; i++) {
		add_campaign(f, i);
		cached_report__put(report_of(f, &k, 1, f->uuid, NULL));
		if (i < REPORTS_CACHED) { /* used again and again: the others go first */
			r = report_of(f, &k, 1, uuid, NULL);
			assert_ptr_equal(r, first);
			cached_report__put(r);
		}
	}
	r = report_of(f, &k, 1, uuid, NULL);
	assert_ptr_equal(r, first);
	cached_report__put(r);
	cached_report__put(first);
	assert_int_equal(k.reports.n, REPORTS_CACHED);
	page_caches__release(&k);
}

static void what_cannot_be_made_is_not_cached(void **state)
{
	const struct cached_report *r;
	struct fixture *f = *state;
	struct page_caches k;

	page_caches__init(&k);
	assert_true(report_cache__get(&k.reports, 1, f->st, "nosuch", NULL, &r, &f->err) < 0);
	assert_null(r);
	assert_int_equal(k.reports.n, 0);
	page_caches__release(&k);
}

/* The body of a page; the caller frees. */
static char *page_of(struct fixture *f, struct page_caches *k, const char *path)
{
	struct query none = { 0 };
	struct page_request req = {
		.path = path, .query = &none, .root = "/", .caches = k, .state = 1
	};
	struct page_reply reply;
	char *body;

	if (site__render(f->st, &req, &reply, &f->err))
		fail_msg("%s: %s", path, f->err.msg);
	body = xstrdup(reply.body);
	page_reply__release(&reply);
	return body;
}

/* Everything that shows a comparison shows the one that is kept: what only that one has is on all
 * pages, and it is as it was afterwards. */
static void all_pages_show_the_one_that_is_cached(void **state)
{
	static const char *const paths[] = {
		"/campaign/%s",
		"/api/v1/campaign/%s.json",
		"/api/v1/campaign/%s.md",
		"/campaign/%s/row/1/a.a.time",
		"/compare/%s.cand/%s.base",
		"/compare/%s.cand/%s.base/a.a.time",
		"/api/v1/compare/%s.cand/%s.base.json",
	};
	struct fixture *f = *state;
	struct page_caches k;
	char side[2][64];

	page_caches__init(&k);
	add_campaign(f, 1);
	snprintf(side[0], sizeof(side[0]), "%s.cand", f->uuid);
	snprintf(side[1], sizeof(side[1]), "%s.base", f->uuid);
	cached_report__put(report_of(f, &k, 1, f->uuid, NULL));
	cached_report__put(report_of(f, &k, 1, side[0], side[1]));
	for (size_t i = 0; i < 2; i++) {
		struct report_variant *v = &((struct report *)k.reports.v[i]->r)->variants[i];

		/* Slot 0 is the pair, whose candidate comes first; slot 1 has the order of the plan. */
		free(v->label);
		v->label = xstrdup("of-the-cache");
	}
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		_free_ char *path = NULL, *body = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		path = xasprintf(paths[i], f->uuid, f->uuid);
#pragma GCC diagnostic pop
		body = page_of(f, &k, path);
		if (!strstr(body, "of-the-cache"))
			fail_msg("%s was built anew", path);
	}
	assert_int_equal(k.reports.n, 2);
	page_caches__release(&k);
}

static size_t count_of(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text++)
		n++;
	return n;
}

/* Each is on one page, and each page is linked to from the one before. */
static void many_campaigns_have_several_pages(void **state)
{
	static const struct {
		const char *path, *newer, *older, *newest;
		size_t lines;
	} pages[] = {
		{ "/campaigns", NULL, "/campaigns/2", "000000000401", 200 },
		{ "/campaigns/2", "/campaigns", "/campaigns/3", "000000000201", 200 },
		{ "/campaigns/3", "/campaigns/2", NULL, "000000000001", 1 },
	};
	struct fixture *f = *state;
	struct page_request req = { .path = "/campaigns/4",
				    .query = &(struct query){ 0 },
				    .root = "/" };
	_free_ char *first = NULL;
	struct page_reply reply;
	struct page_caches k;

	page_caches__init(&k);
	assert_int_equal(store__begin(f->st, &f->err), 0);
	for (unsigned int i = 1; i <= 401; i++) {
		snprintf(f->uuid, sizeof(f->uuid), "0badc0de-0000-4000-8000-%012u", i);
		fixture_campaign(f, 2, 1000 + i);
	}
	assert_int_equal(store__end(f->st, 0, &f->err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		_free_ char *body = page_of(f, &k, pages[i].path);
		_free_ char *newer = xasprintf("<a href=\"%s\">Newer</a>", pages[i].newer ?: "");
		_free_ char *older = xasprintf("<a href=\"%s\">Older</a>", pages[i].older ?: "");
		const char *line = strstr(body, "<a href=\"/campaign/");

		assert_int_equal(count_of(body, "<a href=\"/campaign/"), pages[i].lines);
		assert_non_null(line);
		assert_true(str_starts(strstr(line, "8000-") + strlen("8000-"), pages[i].newest));
		assert_int_equal(!strstr(body, newer), !pages[i].newer);
		assert_int_equal(!strstr(body, older), !pages[i].older);
		assert_non_null(strstr(body, "401 of 401 campaigns"));
	}
	assert_int_equal(site__render(f->st, &req, &reply, &f->err), -ENOENT);
	assert_int_equal(reply.status, 404);
	page_reply__release(&reply);
	first = page_of(f, &k, "/");
	assert_non_null(strstr(first, "<a href=\"/campaigns\">All campaigns</a> (401)"));
	page_caches__release(&k);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_later_state_is_read_again),
		TEST(a_part_is_what_would_be_built),
		TEST(a_report_is_made_once),
		TEST(the_last_ones_are_cached),
		TEST(what_cannot_be_made_is_not_cached),
		TEST(all_pages_show_the_one_that_is_cached),
		TEST(many_campaigns_have_several_pages),
	};

	return cmocka_run_group_tests_name("reports/page_caches", tests, NULL, NULL);
}

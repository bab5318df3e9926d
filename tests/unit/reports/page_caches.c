// SPDX-License-Identifier: GPL-2.0-only
/* What pages cache for each other: the same while the database is unchanged, and never outdated. */
#include "tests/unit/reports/fixture.h"
#include "reports/history/index.h"
#include "reports/site/site.h"
#include "reports/store/upkeep.h"
#include "reports/web/cache.h"

#include <unistd.h>

static const struct metric time_s = {
	.name = "time", .unit = "s", .kind = METRIC_TIME, .margin_rel = 0.02, .primary = true
};

/* Add campaign i with a boot of each variant and two workloads, with values of about `size`. */
static void add_campaign_of(struct fixture *f, unsigned int i, double size)
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
			  .value = size * (1 + slot) },
			{ .workload = "b",
			  .source = "b",
			  .version = 1,
			  .metric = &time_s,
			  .basis = BASIS_MEASURED,
			  .value = size * (2 + slot) },
		};
		struct store_boot b = fixture_boot(slot, slot ? "cand" : "base");

		b.samples = s;
		b.n_samples = ARRAY_SIZE(s);
		fixture_add(f, &b);
	}
}

static void add_campaign(struct fixture *f, unsigned int i)
{
	add_campaign_of(f, i, 1);
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
	/* One machine's name is a prefix of the other's. */
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
	assert_int_equal(h->streams[0].n_points, 1); /* and lives as long as it is in use */
	history__free(h);
	history__free(later);
	/* A caller that knows only an older state gets the newer one. */
	h = history_of(f, &k, 1, &all);
	assert_int_equal(h->streams[0].n_points, 2);
	page_caches__release(&k);
	assert_string_equal(h->streams[0].plan, "demo");
	history__free(h);
}

/* Errors for a thread that asks while another one builds, or after the stop. */
static void who_cannot_have_it_is_told(void **state)
{
	const struct history_filter all = { 0 }, ratio = { .reference = "base" };
	struct history *h = NULL;
	struct fixture *f = *state;
	struct page_caches k;

	page_caches__init(&k);
	add_campaign(f, 1);
	k.histories.wait_ms = 20;
	k.histories.building = true;
	assert_int_equal(history_cache__get(&k.histories, 1, f->st, &all, &h, &f->err),
			 -EINPROGRESS);
	assert_non_null(strstr(f->err.msg, "still being read"));
	assert_null(h);
	k.histories.building = false;
	h = history_of(f, &k, 1, &all);
	k.histories.building = true; /* of a later state; this one is there */
	history__free(h);
	h = history_of(f, &k, 1, &all);
	history__free(h);
	assert_int_equal(history_cache__get(&k.histories, 2, f->st, &all, &h, &f->err),
			 -EINPROGRESS);
	k.histories.building = false;
	add_campaign(f, 2);
	page_caches__stop(&k);
	assert_int_equal(history_cache__get(&k.histories, 2, f->st, &all, &h, &f->err), -ECANCELED);
	assert_int_equal(history_cache__get(&k.histories, 2, f->st, &ratio, &h, &f->err),
			 -ECANCELED);
	assert_false(k.histories.building);
	h = history_of(f, &k, 1, &all); /* what was already read stays */
	assert_int_equal(h->streams[0].n_points, 1);
	history__free(h);
	page_caches__release(&k);
}

static void *ask(void *arg)
{
	struct page_caches *k = ((void **)arg)[0];
	struct fixture *f = ((void **)arg)[1];
	struct history *h = NULL;
	struct err err;

	/* The connection is not used: a waiting thread does not build. */
	assert_int_equal(history_cache__get(&k->histories, 1, f->st, &(struct history_filter){ 0 },
					    &h, &err),
			 0);
	return h;
}

static void who_waits_shares_what_was_built(void **state)
{
	struct fixture *f = *state;
	struct history *built, *got;
	struct page_caches k;
	pthread_t waiter;
	void *h;

	page_caches__init(&k);
	add_campaign(f, 1);
	built = history_of(f, NULL, 1, &(struct history_filter){ 0 });
	k.histories.building = true;
	assert_int_equal(pthread_create(&waiter, NULL, ask, (void *[]){ &k, f }), 0);
	usleep(50 * 1000);
	pthread_mutex_lock(&k.histories.lock);
	k.histories.building = false;
	k.histories.all = built;
	k.histories.state = 1;
	pthread_cond_broadcast(&k.histories.built);
	pthread_mutex_unlock(&k.histories.lock);
	assert_int_equal(pthread_join(waiter, &h), 0);
	got = h;
	assert_ptr_equal(got, built);
	history__free(got);
	page_caches__release(&k);
}

static void same_text(const char *a, const char *b)
{
	assert_int_equal(!a, !b);
	if (a)
		assert_string_equal(a, b);
}

static void same_streams(const struct history_stream *a, const struct history_stream *b)
{
	assert_string_equal(a->key, b->key);
	assert_string_equal(a->metric.name, b->metric.name);
	assert_int_equal(a->n_points, b->n_points);
	assert_int_equal(a->n_orphans, b->n_orphans);
	for (size_t i = 0; i < a->n_points; i++) {
		const struct history_point *p = &a->points[i], *q = &b->points[i];

		assert_string_equal(p->campaign, q->campaign);
		assert_string_equal(p->commit, q->commit);
		assert_string_equal(p->branch, q->branch);
		assert_int_equal(p->date_ns, q->date_ns);
		assert_int_equal(p->created_ns, q->created_ns);
		assert_float_equal(p->value, q->value, 0);
		assert_int_equal(p->n, q->n);
		same_text(p->restart, q->restart);
	}
	assert_int_equal(a->n_changes, b->n_changes);
	for (size_t i = 0; i < a->n_changes; i++) {
		const struct history_change *c = &a->changes[i], *d = &b->changes[i];

		assert_string_equal(c->id, d->id);
		assert_int_equal(c->state, d->state);
		assert_int_equal(c->n_notes, d->n_notes);
		for (size_t k = 0; k < c->n_notes; k++)
			assert_string_equal(c->notes[k].text, d->notes[k].text);
	}
}

/* Update the cache and compare it with a history built from scratch. The caller frees. */
static struct history *updated(struct fixture *f, struct page_caches *k, uint64_t *now)
{
	const struct history_filter all = { 0 };
	struct history *h = history_of(f, k, ++*now, &all), *built = history_of(f, NULL, 0, &all);

	assert_int_equal(h->n_streams, built->n_streams);
	for (size_t i = 0; i < h->n_streams; i++)
		same_streams(&h->streams[i], &built->streams[i]);
	assert_int_equal(h->n_orphans, built->n_orphans);
	assert_int_equal(h->n_notes, built->n_notes);
	assert_int_equal(h->n_campaigns, built->n_campaigns);
	for (size_t i = 0; i < h->n_campaigns; i++)
		assert_string_equal(h->campaigns[i].machine, built->campaigns[i].machine);
	assert_int_equal(h->index->n_changes, built->index->n_changes);
	assert_int_equal(h->index->n_primary, built->index->n_primary);
	assert_int_equal(h->index->machines.n, built->index->machines.n);
	history__free(built);
	return h;
}

static void set_tag(struct fixture *f, unsigned int campaign, const char *key, const char *value)
{
	char uuid[UUID_LEN];

	snprintf(uuid, sizeof(uuid), "0badc0de-0000-4000-8000-%012u", campaign);
	assert_int_equal(store__tag(f->st, uuid, key, value, 1, &f->err), 0);
}

/* The address of a machine's points, to check whether they are shared. */
static const struct history_point *points_on(const struct history *h, const char *machine)
{
	for (size_t i = 0; i < h->n_streams; i++)
		if (streq(h->streams[i].machine, machine))
			return h->streams[i].points;
	return NULL;
}

/* Whatever changes in a database: an updated history is the same as one built from scratch, and
 * shares all that did not change with its predecessor, which stays as it was. */
static void an_update_is_what_would_be_built(void **state)
{
	static const struct {
		unsigned int campaign;
		const char *key, *value;
	} tags[] = {
		{ 3, "commit", "0123456789abcdef" },
		{ 3, "branch", "next" },
		{ 4, "date", "1970-01-01" },
		{ 5, "expected", "a new disk" },
		{ 6, "machine", "m2" }, /* moves it to m2 */
	};
	struct change_note note = { .campaign = "0badc0de-0000-4000-8000-000000000015",
				    .state = "confirmed",
				    .text = "seen",
				    .author = "a",
				    .assignee = "b",
				    .bug = "",
				    .made_ns = 1 };
	_cleanup_(strvec__release) struct strvec gone = { 0 };
	const struct history_point *points;
	_free_ char *stream = NULL;
	struct fixture *f = *state;
	struct history *first, *h;
	struct page_caches k;
	uint64_t now = 0;

	page_caches__init(&k);
	add_campaign(f, 1);
	set_tag(f, 1, "machine", "m2");
	first = updated(f, &k, &now);
	points = points_on(first, "m2");
	/* Nights on m1; in the last ten everything takes longer. */
	for (unsigned int i = 2; i <= 24; i++) {
		add_campaign_of(f, i, i < 15 ? 1 : 2);
		set_tag(f, i, "machine", "m1");
		if (i == 2 || i > 22) {
			h = updated(f, &k, &now);
			assert_ptr_equal(points_on(h, "m2"), points);
			history__free(h);
		}
	}
	h = updated(f, &k, &now);
	assert_true(h->index->n_changes > 0);
	assert_ptr_equal(points_on(h, "m2"), points);
	stream = xstrdup(h->index->changes[0].s->key);
	note.stream = stream;
	history__free(h);
	assert_int_equal(store__note_change(f->st, &note, &f->err), 0);
	h = updated(f, &k, &now);
	assert_ptr_equal(points_on(h, "m2"), points);
	assert_int_equal(h->index->changes[0].c->state, CHANGE_CONFIRMED);
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		history__free(h);
		set_tag(f, tags[i].campaign, tags[i].key, tags[i].value);
		h = updated(f, &k, &now);
		assert_true((points_on(h, "m2") == points) == !streq(tags[i].value, "m2"));
	}
	history__free(h);
	strvec__push(&gone, "0badc0de-0000-4000-8000-000000000007");
	assert_int_equal(store__remove(f->st, &gone, &f->err), 0);
	history__free(updated(f, &k, &now));
	page_caches__release(&k);
	assert_int_equal(first->n_streams, 4);
	assert_string_equal(first->streams[3].points[0].campaign,
			    "0badc0de-0000-4000-8000-000000000001");
	history__free(first);
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
		if (i < REPORTS_CACHED) { /* used again and again: the others are evicted first */
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

/* All pages that show a comparison show the cached one: a change made only there appears on all of
 * them. */
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

		/* Slot 0 is the pair, whose candidate comes first; slot 1 is in the order of the
		 * plan. */
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

/* Each campaign is on one page, and each page is linked from the one before. */
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
		TEST(who_cannot_have_it_is_told),
		TEST(who_waits_shares_what_was_built),
		TEST(an_update_is_what_would_be_built),
		TEST(a_report_is_made_once),
		TEST(the_last_ones_are_cached),
		TEST(what_cannot_be_made_is_not_cached),
		TEST(all_pages_show_the_one_that_is_cached),
		TEST(many_campaigns_have_several_pages),
	};

	return cmocka_run_group_tests_name("reports/page_caches", tests, NULL, NULL);
}

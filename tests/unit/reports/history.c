// SPDX-License-Identifier: GPL-2.0-only
/* Histories from a database: order, restarts, notes that follow their change, references. */
#include "tests/unit/reports/fixture.h"

#include "lib/rng.h"
#include "reports/history/load.h"
#include "reports/history/history.h"

#include <math.h>

#define NIGHTS 30
#define STEP_AT 18

static struct metric metric = {
	.name = "time", .unit = "s", .margin_rel = 0.02, .kind = METRIC_TIME, .primary = true
};

struct night {
	unsigned int version;
	double value; /* value of "cand"; that of "base" is 1 */
	enum metric_basis basis;
	const char *date; /* the tag "date", or NULL */
};

static void set_uuid(struct fixture *f, unsigned int i)
{
	snprintf(f->uuid, sizeof(f->uuid), "0badc0de-0000-4000-8000-%012u", i);
}

/* Night i: two boots of each variant, which differ by 1 %. */
static void add_night(struct fixture *f, unsigned int i, const struct night *n)
{
	set_uuid(f, i);
	fixture_campaign(f, 4, 1000 + i);
	for (unsigned int slot = 0; slot < 4; slot++) {
		struct store_sample sample = {
			.workload = "hackbench",
			.source = "hackbench",
			.version = n->version,
			.metric = &metric,
			.basis = n->basis,
			.value = (slot % 2 ? n->value : 1) * (slot < 2 ? 1 : 1.01),
		};
		struct store_boot b = fixture_boot(slot, slot % 2 ? "cand" : "base");

		b.samples = &sample;
		b.n_samples = 1;
		fixture_add(f, &b);
	}
	assert_int_equal(store__tag(f->st, f->uuid, "machine", "m1", 1, &f->err), 0);
	if (n->date)
		assert_int_equal(store__tag(f->st, f->uuid, "date", n->date, 1, &f->err), 0);
}

/* NIGHTS nights with noise of 0.5 % and a step of 10 %. */
static void add_nights(struct fixture *f, unsigned int new_version_at, enum metric_basis basis)
{
	struct rng rng;

	rng__seed(&rng, 17);
	for (unsigned int i = 0; i < NIGHTS; i++) {
		double noise = exp(0.005 * rng__normal(&rng));
		struct night n = { .version = i < new_version_at ? 1 : 2,
				   .basis = basis,
				   .value = noise * (i < STEP_AT ? 5 : 5.5) };

		add_night(f, i, &n);
	}
}

static struct history *build(struct fixture *f, const struct history_filter *filter)
{
	struct history *h;

	if (history__build(f->st, filter, &h, &f->err))
		fail_msg("%s", f->err.msg);
	return h;
}

static const struct history_filter cand = { .variant = "cand" };

static void one_change(void **state)
{
	struct fixture *f = *state;
	struct history *h;
	const struct history_stream *s;

	add_nights(f, NIGHTS, BASIS_MEASURED);
	h = build(f, &cand);
	assert_int_equal(h->n_streams, 1);
	s = h->streams;
	assert_string_equal(s->key, "demo\tm1\tcand\thackbench\thackbench\ttime\ts\tmeasured");
	assert_int_equal(s->n_points, NIGHTS);
	assert_int_equal(s->points[3].n, 2);
	assert_true(s->points[3].lo < s->points[3].value && s->points[3].value < s->points[3].hi);
	assert_int_equal(s->n_changes, 1);
	assert_int_equal(s->changes->c.at, STEP_AT);
	assert_true(s->changes->worse);
	assert_string_equal(s->changes->size.unit, "%");
	assert_true(s->changes->size.at > 9 && s->changes->size.at < 11);
	assert_int_equal(s->changes->state, CHANGE_PROVISIONAL);
	history__free(h);
}

/* A share changes by points, not by per cent. */
static void change_of_a_share(void **state)
{
	struct fixture *f = *state;
	const struct history_change *c;
	struct history *h;

	metric.unit = "%";
	add_nights(f, NIGHTS, BASIS_MEASURED);
	metric.unit = "s";
	h = build(f, &cand);
	assert_int_equal(h->n_streams, 1);
	assert_int_equal(h->streams->n_changes, 1);
	c = h->streams->changes;
	assert_string_equal(c->size.unit, "points");
	assert_true(isnan(c->c.pct) && isnan(c->c.lo_pct) && isnan(c->c.hi_pct));
	assert_true(fabs(c->size.at - (c->c.after - c->c.before)) < 1e-12);
	assert_true(c->size.at > 0.45 && c->size.at < 0.55);
	assert_true(c->size.lo > 0.4 && c->size.lo < c->size.at && c->size.at < c->size.hi &&
		    c->size.hi < 0.6);
	history__free(h);
}

/* "hackbench/time" and "time" match; no other filter does. */
static void filters(void **state)
{
	static const struct history_filter none[] = {
		{ .metric = "tim" },	  { .metric = "x/time" }, { .workload = "boot" },
		{ .variant = "other" },	  { .plan = "nightly" },  { .machine = "m2" },
		{ .reference = "other" }, { .machine = "m" },
	};
	static const struct history_filter both[] = {
		{ .metric = "time" },	     { .metric = "hackbench/time" },
		{ .workload = "hackbench" }, { .plan = "demo" },
		{ .machine = "m1" },
	};
	struct fixture *f = *state;
	struct history *h;

	add_nights(f, NIGHTS, BASIS_MEASURED);
	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		h = build(f, &none[i]);
		assert_int_equal(h->n_streams, 0);
		history__free(h);
	}
	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		h = build(f, &both[i]);
		assert_int_equal(h->n_streams, 2);
		history__free(h);
	}
}

/* A name must match completely; a key may be shortened to four characters. */
static void machines(void **state)
{
	static const struct {
		const char *machine, *want;
		bool fits;
	} cases[] = {
		{ "m1", "m1", true },
		{ "m10", "m1", false },
		{ "arm-rack-10", "arm-rack-1", false },
		{ "0123456789ab", "0123456789ab", true },
		{ "0123456789ab", "0123", true },
		{ "0123456789ab", "012", false },
		{ "0123456789ab", "1234", false },
		{ "0123456789ax", "0123", false },
		{ "0123456789abc", "0123456789ab", false },
	};
	struct fixture *f = *state;

	add_nights(f, NIGHTS, BASIS_MEASURED);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct history_filter filter = { .machine = cases[i].want };
		struct history *h;

		for (int night = 0; night < NIGHTS; night++) {
			set_uuid(f, night);
			assert_int_equal(store__tag(f->st, f->uuid, "machine", cases[i].machine,
						    2 + i, &f->err),
					 0);
		}
		h = build(f, &filter);
		assert_int_equal(h->n_streams, cases[i].fits ? 2 : 0);
		history__free(h);
	}
}

static void reference(void **state)
{
	static const struct history_filter ratio = { .reference = "base" };
	struct fixture *f = *state;
	struct history *h;

	add_nights(f, NIGHTS, BASIS_MEASURED);
	h = build(f, &ratio);
	assert_int_equal(h->n_streams, 1);
	assert_string_equal(h->streams->unit, "ratio");
	assert_true(fabs(h->streams->points[0].value - 5) < 0.1);
	assert_int_equal(h->streams->n_changes, 1);
	history__free(h);
}

/* Notes follow their change if it moves by a night. */
static void words(void **state)
{
	struct fixture *f = *state;
	struct change_note note = { .state = "confirmed",
				    .text = "bisected",
				    .author = "",
				    .assignee = "ann",
				    .bug = "https://bugs.example/1" };
	const struct history_stream *s;
	const struct history_change *c;
	struct history *h;
	char uuid[UUID_LEN];

	add_nights(f, NIGHTS, BASIS_MEASURED);
	set_uuid(f, STEP_AT + 1);
	memcpy(uuid, f->uuid, sizeof(uuid));
	note.campaign = uuid;
	h = build(f, &cand);
	note.stream = xstrdup(h->streams->key);
	history__free(h);
	assert_int_equal(store__note_change(f->st, &note, &f->err), 0);
	note.state = "note";
	note.assignee = "bob";
	note.bug = "";
	note.made_ns = 1;
	assert_int_equal(store__note_change(f->st, &note, &f->err), 0);
	set_uuid(f, 2);
	memcpy(uuid, f->uuid, sizeof(uuid));
	note.state = (char *)"dismissed";
	assert_int_equal(store__note_change(f->st, &note, &f->err), 0);
	h = build(f, &cand);
	c = h->streams->changes;
	assert_int_equal(c->c.at, STEP_AT);
	assert_int_equal(c->state, CHANGE_CONFIRMED);
	assert_int_equal(c->n_notes, 2);
	assert_string_equal(c->notes[0].text, "bisected");
	assert_string_equal(c->assignee, "bob");
	assert_string_equal(c->bug, "https://bugs.example/1");
	assert_int_equal(h->n_orphans, 1);
	assert_int_equal(history__find(h, c->id, &s, &c, &f->err), 0);
	assert_ptr_equal(s, h->streams);
	assert_int_equal(history__find(h, "", &s, &c, &f->err), -ENOENT);
	assert_int_equal(history__find(h, "zz", &s, &c, &f->err), -ENOENT);
	history__free(h);
	free((char *)note.stream);
}

static void expected_by_tag(void **state)
{
	struct fixture *f = *state;
	struct history *h;

	add_nights(f, NIGHTS, BASIS_MEASURED);
	set_uuid(f, STEP_AT);
	assert_int_equal(store__tag(f->st, f->uuid, "expected", "new disk", 1, &f->err), 0);
	h = build(f, &cand);
	assert_int_equal(h->streams->n_changes, 1);
	assert_int_equal(h->streams->changes->state, CHANGE_EXPECTED);
	assert_string_equal(h->streams->points[STEP_AT].restart, "expected: new disk");
	history__free(h);
}

static void new_version(void **state)
{
	struct fixture *f = *state;
	struct history *h;

	add_nights(f, STEP_AT, BASIS_MEASURED);
	h = build(f, &cand);
	assert_int_equal(h->n_streams, 1);
	assert_int_equal(h->streams->n_changes, 1);
	assert_int_equal(h->streams->changes->state, CHANGE_RESTART);
	assert_string_equal(h->streams->points[STEP_AT].restart, "version of hackbench: 2, was 1");
	history__free(h);
}

static void emulated_is_not_searched(void **state)
{
	struct fixture *f = *state;
	struct history *h;

	add_nights(f, NIGHTS, BASIS_EMULATED);
	h = build(f, &cand);
	assert_int_equal(h->streams->n_points, NIGHTS);
	assert_int_equal(h->streams->n_changes, 0);
	history__free(h);
}

/* Campaigns with the tag "date" are ordered by it, whenever they were run. */
static void order(void **state)
{
	static const char *const dates[] = { "2026-03-03", "2026-03-01", "2026-03-02" };
	struct fixture *f = *state;
	struct history *h;

	for (unsigned int i = 0; i < 3; i++)
		add_night(f, i, &(struct night){ 1, 10 + i, BASIS_MEASURED, dates[i] });
	h = build(f, &cand);
	assert_int_equal(h->streams->n_points, 3);
	assert_true(h->streams->points[0].value > 11 && h->streams->points[0].value < 11.2);
	assert_true(h->streams->points[2].value < 10.2);
	history__free(h);
}

/* A campaign whose boots use three definitions of the metric has a point for each, in one
 * stream. */
static void many_definitions(void **state)
{
	struct fixture *f = *state;
	struct history *h;

	fixture_campaign(f, 6, 1000);
	for (unsigned int slot = 0; slot < 6; slot++) {
		struct metric own = metric;
		struct store_sample sample = { .workload = "hackbench",
					       .source = "hackbench",
					       .version = 1,
					       .metric = &own,
					       .basis = BASIS_MEASURED,
					       .value = 1 + slot };
		struct store_boot b = fixture_boot(slot, slot % 2 ? "cand" : "base");

		own.margin_rel = 0.01 * (1 + b.block);
		b.samples = &sample;
		b.n_samples = 1;
		fixture_add(f, &b);
	}
	h = build(f, &cand);
	assert_int_equal(h->n_streams, 1);
	assert_int_equal(h->streams->n_points, 3);
	for (unsigned int i = 0; i < 3; i++)
		assert_true(h->streams->points[i].n == 1);
	assert_true(h->streams->points[0].value + h->streams->points[1].value +
			    h->streams->points[2].value >
		    11.99);
	history__free(h);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_change),      TEST(change_of_a_share), TEST(filters),
		TEST(machines),	       TEST(reference),		TEST(words),
		TEST(expected_by_tag), TEST(new_version),	TEST(emulated_is_not_searched),
		TEST(order),	       TEST(many_definitions),
	};

	return cmocka_run_group_tests_name("reports/history", tests, NULL, NULL);
}

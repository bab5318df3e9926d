// SPDX-License-Identifier: GPL-2.0-only
/* Tags, notes on changes, and noise: they are appended, the newest counts, and older databases get
 * them. */
#include "tests/unit/reports/fixture.h"
#include "tests/unit/reports/old_schema.h"

#include "reports/store/history.h"

#include <math.h>
#include <sqlite3.h>

static void tags_are_checked(void **state)
{
	static const char *const bad[][2] = {
		{ "", "x" },
		{ "Branch", "x" },
		{ "a b", "x" },
		{ "branch", "a\nb" },
		{ "date", "yesterday" },
		{ "date", "2026-02-30" },
		{ "date", "2026-1" },
		{ "date", "2026-11-21x" },
		{ "date", "1969-12-31" },
		{ "date", "2026-11-21+01:00" },
		{ "date", "2026-11-21T05:40:00+25:00" },
		{ "branch", "\xff" },
		{ "branch", "a\xe2\x80\xae"
			    "b" },
		{ "branch", "a\xc2\x85"
			    "b" },
	};
	static const char *const good[][2] = {
		{ "branch", "for-next/mm" },
		{ "a.b_c-d", "" },
		{ "date", "2024-02-29" },
		{ "date", "" },
		{ "date", "2026-11-21T05:40:00Z" },
		{ "date", "2026-11-21T05:40:00+01:00" },
		{ "subject", "\xe2\x80\x9cn\xc3\xa4ht\xe2\x80\x9d" },
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(tag__check(bad[i][0], bad[i][1], &err), -EINVAL);
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		assert_int_equal(tag__check(good[i][0], good[i][1], &err), 0);
}

static void dates(void **state)
{
	static const struct {
		const char *text;
		uint64_t seconds;
	} cases[] = {
		{ "1970-01-02", 86400 },
		{ "2026-11-21 05:40", 1795239600 },
		{ "2026-11-21T05:40:01Z", 1795239601 },
		{ "2026-11-21T05:40Z", 1795239600 },
		/* As printed by `date -Iseconds` and Git: the hour that occurs twice when summer
		 * time ends. */
		{ "2026-10-25T02:30:00+02:00", 1792888200 },
		{ "2026-10-25T02:30:00+01:00", 1792891800 },
		{ "2026-10-24 20:30:00 -0400", 1792888200 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t ns = 0;

		assert_int_equal(tag__date(cases[i].text, &ns), 0);
		assert_true(ns == cases[i].seconds * 1000000000);
	}
}

static void newest_tag_counts(void **state)
{
	struct fixture *f = *state;
	struct campaign_tag *tags;
	struct campaign *c;
	size_t n;

	fixture_campaign(f, 2, 1000);
	assert_int_equal(store__tag(f->st, f->uuid, "branch", "old", 500, &f->err), 0);
	assert_int_equal(store__tag(f->st, f->uuid, "branch", "new", 500, &f->err), 0);
	assert_int_equal(store__tag(f->st, f->uuid, "commit", "abc", 500, &f->err), 0);
	assert_int_equal(store__tag(f->st, f->uuid, "commit", "", 400, &f->err), 0);
	assert_int_equal(store__tag(f->st, f->uuid, "date", "2026-11-21", 500, &f->err), 0);
	assert_int_equal(store__tag(f->st, f->uuid, "Date", "2026-11-21", 500, &f->err), -EINVAL);
	assert_int_equal(store__tag(f->st, "none", "date", "2026-11-21", 1, &f->err), -ENOENT);
	assert_int_equal(store__load(f->st, f->uuid, &c, &f->err), 0);
	assert_int_equal(store__tags(f->st, c->id, &tags, &n, &f->err), 0);
	assert_int_equal(n, 2);
	assert_string_equal(campaign_tag__find(tags, n, "branch"), "new");
	assert_string_equal(campaign_tag__find(tags, n, "date"), "2026-11-21");
	assert_null(campaign_tag__find(tags, n, "commit"));
	campaign_tag__free(tags, n);
	campaign__free(c);
}

static void notes_in_order(void **state)
{
	struct fixture *f = *state;
	struct change_note note = { .stream = (char *)"a\tb",
				    .campaign = f->uuid,
				    .state = (char *)"confirmed",
				    .text = (char *)"bisected",
				    .author = "ann",
				    .assignee = "bob",
				    .bug = "https://bugs.example/1?a=b&c=d",
				    .made_ns = 7 };
	struct change_note *list;
	size_t n;

	fixture_campaign(f, 2, 1000);
	assert_int_equal(store__change_notes(f->st, &list, &n, &f->err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(store__note_change(f->st, &note, &f->err), 0);
	note.state = (char *)"note";
	note.made_ns = 3;
	assert_int_equal(store__note_change(f->st, &note, &f->err), 0);
	note.state = "fixed";
	note.assignee = note.bug = NOTE_NONE;
	note.made_ns = 20;
	assert_int_equal(store__note_change(f->st, &note, &f->err), 0);
	note.state = (char *)"guessed";
	assert_int_equal(store__note_change(f->st, &note, &f->err), -EINVAL);
	assert_int_equal(store__change_notes(f->st, &list, &n, &f->err), 0);
	assert_int_equal(n, 3);
	assert_string_equal(list[0].state, "confirmed");
	assert_string_equal(list[0].text, "bisected");
	assert_string_equal(list[0].campaign, f->uuid);
	assert_string_equal(list[0].author, "ann");
	assert_string_equal(list[0].assignee, "bob");
	assert_string_equal(list[0].bug, "https://bugs.example/1?a=b&c=d");
	/* The clock had been set back to before the first note. */
	assert_string_equal(list[1].state, "note");
	assert_int_equal(list[1].made_ns, 8);
	assert_string_equal(list[2].state, "fixed");
	assert_string_equal(list[2].bug, NOTE_NONE);
	change_note__free(list, n);
}

static void addresses(void **state __unused)
{
	static const char *const good[] = { "http://a", "https://bugs.example/show?id=1&x=%20#c3",
					    "https://[::1]:8080/\xc3\xa4" };
	static const char *const bad[] = { "",
					   "-",
					   "http://",
					   "https://",
					   "javascript:alert(1)",
					   "JavaScript:https://a",
					   " https://a",
					   "ftp://a",
					   "//a",
					   "https:/a",
					   "https://a b",
					   "https://a\nb",
					   "https://a\"onclick=",
					   "https://a'",
					   "https://a<b",
					   "data:text/html,https://a" };
	char longest[NOTE_BUG_MAX + 2] = "https://";

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		assert_true(note__is_address(good[i]));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(note__is_address(bad[i]));
	memset(longest + 8, 'a', NOTE_BUG_MAX - 8);
	assert_true(note__is_address(longest));
	longest[NOTE_BUG_MAX] = 'a';
	assert_false(note__is_address(longest));
}

/* Each of these is refused with the reason, and nothing is stored. */
static void notes_are_checked(void **state)
{
	static const struct {
		const char *text, *author, *assignee, *bug, *why;
	} bad[] = {
		{ "", "ann", "", "", "without words" },
		{ "x", "a\nb", "", "", "author" },
		{ "x", "", "a\x7f", "", "assignee" },
		{ "x", "", "", "javascript:alert(1)", "http://" },
	};
	struct fixture *f = *state;
	struct change_note *list;
	size_t n;

	fixture_campaign(f, 2, 1000);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct change_note note = { .stream = "a",
					    .campaign = f->uuid,
					    .state = "note",
					    .text = bad[i].text,
					    .author = bad[i].author,
					    .assignee = bad[i].assignee,
					    .bug = bad[i].bug };

		assert_int_equal(store__note_change(f->st, &note, &f->err), -EINVAL);
		assert_non_null(strstr(f->err.msg, bad[i].why));
	}
	assert_int_equal(store__change_notes(f->st, &list, &n, &f->err), 0);
	assert_int_equal(n, 0);
}

/* Add one boot with one sample, so that there is a series. */
static int64_t add_series(struct fixture *f)
{
	static const struct metric metric = { .name = "time",
					      .unit = "s",
					      .margin_rel = 0.02,
					      .kind = METRIC_TIME,
					      .primary = true };
	struct store_sample sample = { .workload = "hackbench",
				       .source = "hackbench",
				       .version = 3,
				       .metric = &metric,
				       .value = 1.5,
				       .basis = BASIS_MEASURED };
	struct store_boot b = fixture_boot(0, "base");
	struct campaign *c;
	struct series *s;
	int64_t id;
	size_t n;

	b.samples = &sample;
	b.n_samples = 1;
	fixture_add(f, &b);
	assert_int_equal(store__load(f->st, f->uuid, &c, &f->err), 0);
	assert_int_equal(store__series(f->st, c->variants[0].id, &s, &n, &f->err), 0);
	assert_int_equal(n, 1);
	id = s->id;
	series__free(s, n);
	campaign__free(c);
	return id;
}

static void noise_of_the_newest(void **state)
{
	struct fixture *f = *state;
	struct noise v = { .machine = (char *)"0123456789ab",
			   .typical = 2,
			   .sd_boot = 0.01,
			   .sd_iter = 0.02,
			   .lag1 = NAN,
			   .false_rate = 0.05,
			   .n_boots = 10,
			   .n_iter = 3,
			   .boot_s = 40,
			   .iter_s = 1.5 };
	struct noise *list;
	size_t n;

	for (int id = '1'; id <= '2'; id++) {
		snprintf(f->uuid, sizeof(f->uuid), FIXTURE_UUID, id);
		fixture_campaign(f, 2, id == '1' ? 2000 : 1000);
		v.sd_boot = id == '1' ? 0.01 : 0.5;
		assert_int_equal(store__add_noise(f->st, f->uuid, add_series(f), &v, &f->err), 0);
	}
	assert_int_equal(store__noise(f->st, "0123", &list, &n, &f->err), 0);
	assert_int_equal(n, 1);
	assert_string_equal(list->workload, "hackbench");
	assert_string_equal(list->metric, "time");
	assert_string_equal(list->unit, "s");
	assert_int_equal(list->version, 3);
	assert_int_equal(list->basis, BASIS_MEASURED);
	assert_true(list->sd_boot == 0.01 && isnan(list->lag1) && list->boot_s == 40);
	assert_int_equal(list->created_ns, 2000);
	noise__free(list, n);
	assert_int_equal(store__noise(f->st, "", &list, &n, &f->err), 0);
	assert_int_equal(n, 1);
	noise__free(list, n);
	for (const char *const *other = (const char *const[]){ "4567", "012", "0124", NULL };
	     *other; other++) {
		assert_int_equal(store__noise(f->st, *other, &list, &n, &f->err), 0);
		assert_int_equal(n, 0);
		assert_null(list);
	}
}

static void sql(const char *db, const char *text)
{
	sqlite3 *c;

	assert_int_equal(sqlite3_open(db, &c), SQLITE_OK);
	assert_int_equal(sqlite3_exec(c, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(c);
}

static void old_notes_are_kept(void **state)
{
	struct fixture *f = *state;
	struct change_note *list;
	_free_ char *insert = NULL;
	size_t n;

	fixture_campaign(f, 2, 1000);
	store__close(f->st);
	sql(f->db, SCHEMA_4);
	insert = xasprintf("INSERT INTO change_note VALUES (7, 'u', 's',"
			   " (SELECT id FROM campaign WHERE uuid = '%s'), 'dismissed', 'noise', 5)",
			   f->uuid);
	sql(f->db, insert);
	assert_int_equal(store__open(f->db, STORE_READ, &f->st, &f->err), 0);
	assert_int_equal(store__change_notes(f->st, &list, &n, &f->err), 0);
	assert_int_equal(n, 1);
	assert_string_equal(list->state, "dismissed");
	assert_string_equal(list->text, "noise");
	assert_int_equal(list->made_ns, 5);
	assert_string_equal(list->author, "");
	assert_string_equal(list->assignee, "");
	assert_string_equal(list->bug, "");
	change_note__free(list, n);
}

/* A file from elsewhere may contain what its CHECK forbids. */
static void no_address_is_no_link(void **state)
{
	struct fixture *f = *state;
	struct change_note *list;
	_free_ char *insert = NULL;
	size_t n;

	fixture_campaign(f, 2, 1000);
	insert = xasprintf("PRAGMA ignore_check_constraints = ON;"
			   "INSERT INTO change_note VALUES (7, 'u', 's', (SELECT id FROM campaign"
			   " WHERE uuid = '%s'), 'note', 'x', 5, '', '', 'javascript:alert(1)')",
			   f->uuid);
	sql(f->db, insert);
	assert_int_equal(store__change_notes(f->st, &list, &n, &f->err), 0);
	assert_int_equal(n, 1);
	assert_string_equal(list->bug, "");
	assert_string_equal(list->text, "x");
	change_note__free(list, n);
}

/* A database with the first schema keeps its data and gets the new tables. */
static void first_schema_is_migrated(void **state)
{
	struct fixture *f = *state;
	struct campaign *c;

	fixture_campaign(f, 2, 1000);
	store__close(f->st);
	sql(f->db, SCHEMA_1);
	/* Opening it for reading migrates it, as it is writable. */
	assert_int_equal(store__open(f->db, STORE_READ, &f->st, &f->err), 0);
	assert_int_equal(store__tag(f->st, f->uuid, "branch", "x", 1, &f->err), 0);
	assert_int_equal(store__load(f->st, f->uuid, &c, &f->err), 0);
	assert_int_equal(c->n_variants, 2);
	campaign__free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_are_checked),
		cmocka_unit_test(dates),
		cmocka_unit_test(addresses),
		cmocka_unit_test_setup_teardown(notes_are_checked, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(old_notes_are_kept, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(no_address_is_no_link, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(newest_tag_counts, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(notes_in_order, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(noise_of_the_newest, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(first_schema_is_migrated, fixture_setup,
						fixture_teardown),
	};

	return cmocka_run_group_tests_name("reports/store-history", tests, NULL, NULL);
}

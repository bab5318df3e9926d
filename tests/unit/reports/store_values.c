// SPDX-License-Identifier: GPL-2.0-only
/* One value per boot and series: stored at once or computed by migration, and which boots count. */
#include "tests/unit/reports/fixture.h"
#include "tests/unit/reports/old_schema.h"
#include "reports/store/values.h"
#include "reports/analysis/summary.h"

#include <sqlite3.h>

static const struct metric time_s = {
	.name = "time", .unit = "s", .kind = METRIC_TIME, .margin_rel = 0.02
};
static const struct metric ops = {
	.name = "ops", .unit = "op/s", .kind = METRIC_TIME, .margin_rel = 0.02
};

static struct store_sample sample(const struct metric *m, int iter, double value)
{
	return (struct store_sample){ .workload = "w",
				      .source = "w",
				      .version = 1,
				      .metric = m,
				      .iter = iter,
				      .value = value,
				      .basis = BASIS_MEASURED };
}

/* Boot 0: an even and an odd number of samples, in mixed order. Boot 1: no sample that counts. Boot
 * 2 failed. Boot 3 repeats boot 0; boot 4 repeats the failed boot, so it is not a repetition. */
static void add_boots(struct fixture *f)
{
	struct store_sample mixed[] = { sample(&time_s, 3, 4),	 sample(&ops, 0, 7),
					sample(&time_s, 0, 100), sample(&time_s, 2, 1),
					sample(&ops, 1, 9),	 sample(&time_s, 1, 2),
					sample(&ops, 2, 8),	 sample(&time_s, 4, 3) };
	struct store_sample lost[] = { sample(&time_s, 0, 1), sample(&time_s, 1, 2) };
	struct boot_fact of_0 = { FACT_REPEAT_OF, "1" }, of_2 = { FACT_REPEAT_OF, "3" };
	struct store_boot b = fixture_boot(0, "base");

	fixture_campaign(f, 5, 1000);
	mixed[2].warmup = true;
	mixed[3].enabled_ns = 100; /* multiplexed: estimates */
	mixed[3].running_ns = 25;
	b.samples = mixed;
	b.n_samples = ARRAY_SIZE(mixed);
	fixture_add(f, &b);
	b = fixture_boot(1, "cand");
	lost[0].warmup = lost[1].tainted = true;
	b.samples = lost;
	b.n_samples = ARRAY_SIZE(lost);
	fixture_add(f, &b);
	b = fixture_boot(2, "base");
	b.status = BOOT_PANIC;
	fixture_add(f, &b);
	b = fixture_boot(3, "base");
	b.facts = &of_0;
	b.n_facts = 1;
	fixture_add(f, &b);
	b = fixture_boot(4, "base");
	b.facts = &of_2;
	b.n_facts = 1;
	fixture_add(f, &b);
}

static void check_values(struct fixture *f)
{
	struct boot_value *v;
	struct series *s;
	size_t n, n_v;

	assert_int_equal(store__all_series(f->st, &s, &n, &f->err), 0);
	assert_int_equal(n, 2); /* ops before time */
	assert_int_equal(store__values(f->st, s[0].id, &v, &n_v, &f->err), 0);
	assert_int_equal(n_v, 1);
	assert_true(v[0].median == 8 && v[0].n == 3);
	free(v);
	assert_int_equal(store__values(f->st, s[1].id, &v, &n_v, &f->err), 0);
	assert_int_equal(n_v, 2);
	assert_true(v[0].median == 2.5 && v[0].n == 4);
	assert_true(v[0].variant != v[1].variant && v[0].boot != v[1].boot);
	assert_int_equal(v[1].n, 0);
	free(v);
	series__free(s, n);
}

static void kept_with_the_boot(void **state)
{
	add_boots(*state);
	check_values(*state);
}

static void computed_by_migration(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db;

	add_boots(f);
	store__close(f->st);
	assert_int_equal(sqlite3_open(f->db, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, SCHEMA_4, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	/* Pages of the server never migrate. */
	assert_int_equal(store__open(f->db, STORE_READ | STORE_AS_IS, &f->st, &f->err), -ESTALE);
	assert_int_equal(store__open(f->db, STORE_READ, &f->st, &f->err), 0);
	check_values(f);
}

static void same_summary(const struct summary *x, const struct summary *y)
{
	assert_int_equal(x->n, y->n);
	assert_int_equal(x->n_warmup, y->n_warmup);
	assert_int_equal(x->n_tainted, y->n_tainted);
	assert_int_equal(x->n_lost_boots, y->n_lost_boots);
	assert_int_equal(x->nonpositive, y->nonpositive);
	assert_int_equal(x->n_multiplexed, y->n_multiplexed);
	assert_true(x->least_ran == y->least_ran);
	for (size_t i = 0; i < x->n; i++) {
		assert_int_equal(x->slots[i], y->slots[i]);
		assert_true(x->boots[i] == y->boots[i]);
		assert_memory_equal(&x->spreads[i], &y->spreads[i], sizeof(x->spreads[i]));
	}
}

/* What is stored about a boot gives the same values, to the bit, as its samples. */
static void as_good_as_samples(void **state)
{
	struct fixture *f = *state;
	struct campaign *c;
	size_t seen = 0;

	add_boots(f);
	assert_int_equal(store__load(f->st, f->uuid, &c, &f->err), 0);
	for (size_t v = 0; v < c->n_variants; v++) {
		struct boot_stat *stats;
		struct series *list;
		size_t n, n_stats, at = 0;

		assert_int_equal(store__series(f->st, c->variants[v].id, &list, &n, &f->err), 0);
		assert_int_equal(store__boot_stats(f->st, c->variants[v].id, &stats, &n_stats,
						   &f->err),
				 0);
		for (size_t id = 1; at < n_stats; id++) {
			struct summary x, y;
			struct reading *r;
			size_t n_r, first = at;

			while (at < n_stats && stats[at].series == (int64_t)id)
				at++;
			assert_int_equal(store__readings(f->st, c->variants[v].id, (int64_t)id, &r,
							 &n_r, &f->err),
					 0);
			summary__init(&x, r, n_r, c->boots, c->n_boots);
			summary__of_stats(&y, stats + first, at - first, c->boots, c->n_boots,
					  NULL);
			same_summary(&x, &y);
			seen += x.n + x.n_lost_boots;
			summary__release(&x);
			summary__release(&y);
			free(r);
		}
		free(stats);
		series__free(list, n);
	}
	assert_int_equal(seen, 3); /* boots and series; one has all its samples excluded */
	campaign__free(c);
}

static void boots_that_count(void **state)
{
	struct fixture *f = *state;
	struct value_boot *list;
	struct campaign *c;
	size_t n, k = 0;

	add_boots(f);
	assert_int_equal(store__counting_boots(f->st, &list, &n, &f->err), 0);
	assert_int_equal(store__load(f->st, f->uuid, &c, &f->err), 0);
	/* The same rule as for a loaded campaign. */
	for (size_t i = 0; i < c->n_boots; i++) {
		if (c->boots[i].status != BOOT_OK || c->boots[i].repeat)
			continue;
		assert_true(k < n);
		assert_int_equal(list[k].id, c->boots[i].id);
		assert_int_equal(list[k++].slot, c->boots[i].slot);
	}
	assert_int_equal(k, n);
	assert_int_equal(n, 3);
	campaign__free(c);
	value_boot__free(list, n);
}

static void sides_of_campaigns(void **state)
{
	struct fixture *f = *state;
	struct value_side *list;
	size_t n;

	fixture_campaign(f, 2, 1000);
	snprintf(f->uuid, sizeof(f->uuid), FIXTURE_UUID, '2');
	fixture_campaign(f, 2, 2000);
	assert_int_equal(store__sides(f->st, &list, &n, &f->err), 0);
	assert_int_equal(n, 4);
	assert_string_equal(list[3].uuid, f->uuid);
	assert_string_equal(list[3].name, "cand");
	assert_string_equal(list[3].plan, "demo");
	assert_int_equal(list[3].created_ns, 2000);
	assert_int_equal(list[2].campaign, list[3].campaign);
	assert_int_not_equal(list[1].campaign, list[2].campaign);
	value_side__free(list, n);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(kept_with_the_boot), TEST(computed_by_migration), TEST(as_good_as_samples),
		TEST(boots_that_count),	  TEST(sides_of_campaigns),
	};

	return cmocka_run_group_tests_name("reports/store-values", tests, NULL, NULL);
}

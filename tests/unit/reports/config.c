// SPDX-License-Identifier: GPL-2.0-only
/* Kernel configurations: their differences, storing them once, and reporting them. */
#include <stddef.h>
#include <stdarg.h>
#include <setjmp.h>

#include "reports/analysis/config_diff.h"
#include "reports/report/open.h"
#include "tests/unit/reports/fixture.h"

#include <sqlite3.h>

static void check(const char *a, const char *b, const char *want)
{
	struct config_change *list;
	size_t n = config_diff__make(a, b, &list);
	_free_ char *got = xstrdup("");

	for (size_t i = 0; i < n; i++) {
		char *longer = xasprintf("%s%s %s/%s;", got, list[i].symbol, list[i].candidate,
					 list[i].baseline);

		free(got);
		got = longer;
	}
	assert_string_equal(got, want);
	config_diff__free(list, n);
}

static void differences(void **state __unused)
{
	check("", "", "");
	check("CONFIG_A=y\n", "CONFIG_A=y\n", "");
	check("CONFIG_B=y\nCONFIG_A=m\n", "CONFIG_A=y\nCONFIG_B=y\n", "CONFIG_A m/y;");
	check("CONFIG_A=y", "# CONFIG_A is not set\n", "CONFIG_A y/n;");
	check("# CONFIG_A is not set\n", "CONFIG_A=y\n", "CONFIG_A n/y;");
	check("# CONFIG_A is not set\n", "", ""); /* a missing line means not set */
	check("CONFIG_A=n\n", "", "");
	check("CONFIG_S=\"a = b\"\n", "CONFIG_S=\"\"\r\n", "CONFIG_S \"a = b\"/\"\";");
	check("CONFIG_AB=y\n", "CONFIG_A=y\n", "CONFIG_A n/y;CONFIG_AB y/n;");
	check("CONFIG_A=m\nCONFIG_A=y\n", "CONFIG_A=y\n", ""); /* the last one counts */
	check("CONFIG_=y\n=\nCONFIG\n", "XCONFIG_A=y\nCONFIG_A B=y\n", "");
}

/* As built by Debian. */
static void real_ones(void **state __unused)
{
	_free_ char *old = NULL, *new = NULL;
	struct config_change *list;
	size_t n, found = 0;

	assert_int_equal(fs__read("tests/data/config/6.17-cloud-arm64.txt", 1u << 20, &old, NULL),
			 0);
	assert_int_equal(fs__read("tests/data/config/6.18-cloud-arm64.txt", 1u << 20, &new, NULL),
			 0);
	n = config_diff__make(new, old, &list);
	for (size_t i = 0; i < n; i++)
		found += streq(list[i].symbol, "CONFIG_RODATA_FULL_DEFAULT_ENABLED") &&
			 streq(list[i].candidate, "n") && streq(list[i].baseline, "y");
	assert_int_equal(found, 1);
	assert_in_range(n, 2, 30);
	config_diff__free(list, n);
}

static void add_kernel(struct fixture *f, const char *hash, const char *config_hash,
		       const char *config)
{
	struct store_kernel k = { .release = "6.18",
				  .arch = "arm64",
				  .origin = "a file",
				  .config_hash = config_hash,
				  .config = config };

	snprintf(k.hash, sizeof(k.hash), "%s", hash);
	if (store__add_kernel(f->st, &k, &f->err))
		fail_msg("%s", f->err.msg);
}

static void add_campaign(struct fixture *f, const char *cand, const char *base)
{
	struct campaign_variant v[] = {
		{ .name = "base", .cpu = "", .cmdline = "", .baseline = true },
		{ .name = "cand", .cpu = "", .cmdline = "" }
	};
	struct campaign_compare cmp = { "", 1, 0 };
	struct campaign c = {
		.uuid = f->uuid,
		.name = "c",
		.plan_path = "",
		.plan_text = "",
		.target = "qemu",
		.host = "",
		.version = "",
		.lock_text = "",
		.n_slots = 2,
		.variants = v,
		.n_variants = 2,
		.compares = &cmp,
		.n_compares = 1,
	};

	store__uuid(f->uuid);
	v[0].kernel_hash = base;
	v[1].kernel_hash = cand;
	if (store__add_campaign(f->st, &c, &f->err))
		fail_msg("%s", f->err.msg);
}

static struct report *build(struct fixture *f)
{
	struct report *r;

	if (report__open(f->st, f->uuid, &r, NULL, &f->err))
		fail_msg("%s", f->err.msg);
	return r;
}

static int rows_of_config(struct fixture *f)
{
	sqlite3 *db;
	sqlite3_stmt *s;
	int n;

	assert_int_equal(sqlite3_open_v2(f->db, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM config", -1, &s, NULL), 0);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	n = sqlite3_column_int(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	return n;
}

static void stored_and_reported(void **state)
{
	struct fixture *f = *state;
	char *text;
	struct report *r;

	add_kernel(f, "aa", "c1", "CONFIG_A=y\nCONFIG_HZ=250\n");
	add_kernel(f, "bb", "c2", "CONFIG_A=m\nCONFIG_HZ=250\n");
	add_kernel(f, "cc", "c2", "CONFIG_A=m\nCONFIG_HZ=250\n");
	add_kernel(f, "dd", "c3", NULL);
	add_kernel(f, "ee", "", NULL);
	assert_int_equal(rows_of_config(f), 2);
	assert_int_equal(store__config(f->st, "c1", &text, &f->err), 0);
	assert_string_equal(text, "CONFIG_A=y\nCONFIG_HZ=250\n");
	free(text);
	assert_int_equal(store__config(f->st, "c9", &text, &f->err), 0);
	assert_null(text);

	add_campaign(f, "aa", "bb");
	r = build(f);
	assert_int_equal(r->blocks[0].n_config, 1);
	assert_string_equal(r->blocks[0].config[0].symbol, "CONFIG_A");
	assert_string_equal(r->blocks[0].config[0].baseline, "m");
	assert_false(r->blocks[0].config_unstored);
	report__free(r);

	add_campaign(f, "cc", "bb"); /* the same configuration */
	r = build(f);
	assert_int_equal(r->blocks[0].n_config, 0);
	assert_false(r->blocks[0].config_unstored);
	report__free(r);

	add_campaign(f, "dd", "bb"); /* another hash, from an older kduel */
	r = build(f);
	assert_true(r->blocks[0].config_unstored);
	report__free(r);

	add_campaign(f, "ee", "bb"); /* one is unknown */
	r = build(f);
	assert_false(r->blocks[0].config_unstored);
	report__free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(differences),
		cmocka_unit_test(real_ones),
		cmocka_unit_test_setup_teardown(stored_and_reported, fixture_setup,
						fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

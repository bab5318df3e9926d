// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store/schema.h"
#include "reports/store/shape.h"
#include "tests/unit/reports/fixture.h"

#include <math.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct metric time_s = { .name = "time",
				      .unit = "s",
				      .better = BETTER_LOWER,
				      .kind = METRIC_TIME,
				      .primary = true,
				      .margin_rel = 0.02 };
static const struct metric ops = { .name = "ops",
				   .unit = "op/s",
				   .better = BETTER_HIGHER,
				   .kind = METRIC_COUNT,
				   .margin_abs = 3,
				   .describes = true,
				   .per = "time",
				   .events = "ops-ops_cold",
				   .resolution = 0.5 };

static struct store_sample sample(const struct metric *m, int iter, double value)
{
	return (struct store_sample){ .workload = "w",
				      .source = "w",
				      .version = 2,
				      .metric = m,
				      .iter = iter,
				      .value = value,
				      .basis = BASIS_EXACT,
				      .enabled_ns = UINT64_MAX,
				      .running_ns = 7 };
}

static void sql(const char *path, const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void campaign_comes_back(void **state)
{
	struct fixture *f = *state;
	struct campaign *c;

	fixture_campaign(f, 4, 77);
	assert_int_equal(store__load(f->st, "latest", &c, &f->err), 0);
	assert_string_equal(c->uuid, f->uuid);
	assert_string_equal(c->plan_text, "name: demo\n");
	assert_string_equal(c->state, "running");
	assert_true(c->seed == UINT64_MAX && c->created_ns == 77);
	assert_int_equal(c->n_variants, 2);
	assert_string_equal(c->variants[1].name, "cand");
	assert_string_equal(c->variants[1].release, "6.18.15-cloud-arm64");
	assert_true(c->variants[0].baseline && !c->variants[1].baseline);
	assert_int_equal(c->n_compares, 1);
	assert_int_equal(c->compares[0].candidate, 1);
	assert_int_equal(c->compares[0].baseline, 0);
	assert_int_equal(campaign__variant(c, "cand", &f->err), 1);
	assert_int_equal(campaign__variant(c, "nobody", &f->err), -ENOENT);
	assert_non_null(strstr(f->err.msg, "base, cand"));
	campaign__free(c);
}

static void keys(void **state)
{
	struct fixture *f = *state;
	struct campaign *c;

	assert_int_equal(store__load(f->st, "latest", &c, &f->err), -ENOENT);
	fixture_campaign(f, 4, 1);
	f->uuid[UUID_LEN - 2] = '2';
	fixture_campaign(f, 4, 2);
	assert_int_equal(store__load(f->st, "0bad", &c, &f->err), -EINVAL);
	assert_non_null(strstr(f->err.msg, "several"));
	assert_int_equal(store__load(f->st, "0ba", &c, &f->err), -EINVAL);
	assert_int_equal(store__load(f->st, "ffff", &c, &f->err), -ENOENT);
	assert_int_equal(store__load(f->st, "' OR 1", &c, &f->err), -ENOENT);
	assert_int_equal(store__load(f->st, f->uuid, &c, &f->err), 0);
	assert_string_equal(c->uuid, f->uuid);
	campaign__free(c);
	assert_int_equal(store__load(f->st, "latest", &c, &f->err), 0);
	assert_int_equal(c->created_ns, 2);
	campaign__free(c);
}

static void boot_comes_back(void **state)
{
	struct fixture *f = *state;
	struct boot_fact facts[] = { { "dmesg/bbm", "old" }, { "a", "1" }, { "dmesg/bbm", "new" } };
	struct store_iteration it = { "w", 0, true, false, 12345 };
	struct store_sample s[] = { sample(&time_s, 0, 1.5), sample(&ops, 0, 0.1),
				    sample(&time_s, 1, 2.5), sample(&time_s, -1, -0.0) };
	struct store_text texts[] = { { "ptdump/null", "two\n", 4 }, { "ptdump/boot", "", 0 } };
	struct strvec names = { 0 };
	char *console = xcalloc(100001, 1), *text;
	struct store_boot b = fixture_boot(3, "cand");
	struct series *series;
	struct reading *r;
	struct campaign *c;
	size_t n, len;

	memset(console, 'x', 100000);
	s[0].warmup = s[2].tainted = true;
	b.console = console;
	b.console_len = 100000;
	b.texts = texts;
	b.n_texts = ARRAY_SIZE(texts);
	b.dmesg = "";
	b.facts = facts;
	b.n_facts = 3;
	b.iterations = &it;
	b.n_iterations = 1;
	b.samples = s;
	b.n_samples = 4;
	fixture_campaign(f, 4, 1);
	fixture_add(f, &b);
	fixture_add(f, &b); /* adding an existing boot again adds nothing */

	assert_int_equal(store__load(f->st, "latest", &c, &f->err), 0);
	assert_int_equal(c->n_boots, 1);
	assert_int_equal(c->boots[0].slot, 3);
	assert_int_equal(c->boots[0].variant, 1);
	assert_string_equal(c->boots[0].command, b.command);

	assert_int_equal(store__log(f->st, c->boots[0].id, "console", &text, &len, &f->err), 0);
	assert_true(len == 100000 && !memcmp(text, console, len));
	free(text);
	assert_int_equal(store__text(f->st, c->boots[0].id, "ptdump/null", &text, &len, &f->err),
			 0);
	assert_true(len == 4 && streq(text, "two\n"));
	free(text);
	assert_int_equal(store__text(f->st, c->boots[0].id, "none", &text, &len, &f->err), -ENOENT);
	assert_int_equal(store__text_names(f->st, c->boots[0].id, &names, &f->err), 0);
	assert_int_equal(names.n, 2);
	assert_string_equal(names.v[0], "ptdump/boot");
	strvec__release(&names);
	assert_int_equal(store__log(f->st, c->boots[0].id, "dmesg", &text, &len, &f->err), 0);
	assert_true(len == 0 && *text == '\0');
	free(text);
	assert_int_equal(store__fact(f->st, c->boots[0].id, "dmesg/bbm", &text, &f->err), 0);
	assert_string_equal(text, "new");
	free(text);
	assert_int_equal(store__fact(f->st, c->boots[0].id, "none", &text, &f->err), 0);
	assert_null(text);

	assert_int_equal(store__series(f->st, c->variants[1].id, &series, &n, &f->err), 0);
	assert_int_equal(n, 2);
	assert_string_equal(series[0].metric.name, "ops");
	assert_true(series[0].metric.margin_abs == 3 && series[0].metric.resolution == 0.5);
	assert_true(series[0].metric.better == BETTER_HIGHER && !series[0].metric.primary);
	assert_true(series[0].metric.kind == METRIC_COUNT && series[0].basis == BASIS_EXACT);
	assert_true(series[0].metric.describes && !series[1].metric.describes);
	assert_string_equal(series[0].metric.per, "time");
	assert_null(series[1].metric.per);
	assert_string_equal(series[0].metric.events, "ops-ops_cold");
	assert_null(series[1].metric.events);
	assert_true(series[1].version == 2 && series[1].metric.margin_rel == 0.02);
	assert_int_equal(store__readings(f->st, c->variants[1].id, series[1].id, &r, &n, NULL), 0);
	assert_int_equal(n, 3);
	assert_true(r[0].iter == -1 && r[1].iter == 0 && r[2].iter == 1);
	assert_true(r[1].value == 1.5 && r[1].warmup && !r[1].tainted);
	assert_true(r[2].value == 2.5 && !r[2].warmup && r[2].tainted);
	assert_true(r[2].enabled_ns == UINT64_MAX && r[2].running_ns == 7);
	free(r);
	series__free(series, 2);
	assert_int_equal(store__series(f->st, c->variants[0].id, &series, &n, &f->err), 0);
	assert_int_equal(n, 0);
	campaign__free(c);
	free(console);
}

static void bad_boots_are_refused_whole(void **state)
{
	struct fixture *f = *state;
	struct store_boot b = fixture_boot(0, "nobody");
	struct store_sample s[2] = { sample(&time_s, 0, 1), sample(&time_s, 1, NAN) };
	bool done[4];

	fixture_campaign(f, 4, 1);
	assert_int_equal(store__add_boot(f->st, f->uuid, &b, &f->err), -EINVAL);
	assert_int_equal(store__add_boot(f->st, "no-such", &b, &f->err), -ENOENT);
	b.variant = "base";
	b.samples = s;
	b.n_samples = 2;
	assert_int_equal(store__add_boot(f->st, f->uuid, &b, &f->err), -EINVAL);
	assert_non_null(strstr(f->err.msg, "not a finite number"));
	s[1] = s[0];
	assert_int_equal(store__add_boot(f->st, f->uuid, &b, &f->err), -EINVAL);
	assert_non_null(strstr(f->err.msg, "reported twice"));
	assert_int_equal(store__slots_done(f->st, f->uuid, done, 4, &f->err), 0);
	assert_false(done[0]);
	b.n_samples = 1;
	fixture_add(f, &b);
}

static void slots(void **state)
{
	struct fixture *f = *state;
	struct store_boot b = fixture_boot(1, "base");
	struct campaign_brief *list;
	bool done[4];
	size_t n;

	fixture_campaign(f, 4, 1);
	b.status = BOOT_INTERRUPTED;
	fixture_add(f, &b);
	store__uuid(b.uuid);
	fixture_add(f, &b); /* interrupted twice */
	assert_int_equal(store__slots_done(f->st, f->uuid, done, 4, &f->err), 0);
	assert_false(done[1]);
	store__uuid(b.uuid);
	b.status = BOOT_PANIC;
	fixture_add(f, &b);
	store__uuid(b.uuid);
	assert_true(store__add_boot(f->st, f->uuid, &b, &f->err) < 0); /* a slot counts only once */
	b.slot = 3;
	b.status = BOOT_OK;
	fixture_add(f, &b);
	assert_int_equal(store__slots_done(f->st, f->uuid, done, 4, &f->err), 0);
	assert_true(!done[0] && done[1] && !done[2] && done[3]);
	assert_int_equal(store__slots_done(f->st, f->uuid, done, 2, &f->err), 0);

	assert_int_equal(store__list(f->st, &list, &n, &f->err), 0);
	assert_int_equal(n, 1);
	assert_true(list[0].n_slots == 4 && list[0].n_done == 2 && list[0].n_failed == 1);
	campaign_brief__free(list, n);
}

static void state_moves_forward(void **state)
{
	struct fixture *f = *state;
	struct campaign *c;

	fixture_campaign(f, 4, 1);
	assert_int_equal(store__finish_campaign(f->st, f->uuid, "interrupted", &f->err), 0);
	assert_int_equal(store__finish_campaign(f->st, f->uuid, "finished", &f->err), 0);
	assert_int_equal(store__finish_campaign(f->st, f->uuid, "interrupted", &f->err), 0);
	assert_int_equal(store__finish_campaign(f->st, f->uuid, "running", &f->err), -EINVAL);
	assert_int_equal(store__load(f->st, "latest", &c, &f->err), 0);
	assert_string_equal(c->state, "finished");
	campaign__free(c);
	fixture_campaign(f, 4, 99); /* added again: nothing is added or changed */
	assert_int_equal(store__load(f->st, "latest", &c, &f->err), 0);
	assert_true(c->created_ns == 1 && c->n_variants == 2);
	campaign__free(c);
}

static void open_errors(void **state)
{
	struct fixture *f = *state;
	char path[160];
	struct store *st;

	snprintf(path, sizeof(path), "%s/none.db", f->dir);
	assert_int_equal(store__open(path, STORE_READ, &st, &f->err), -ENOENT);
	assert_non_null(strstr(f->err.msg, "none.db"));
	assert_false(fs__exists(path));
	assert_int_equal(store__open(f->dir, STORE_READ, &st, &f->err), -EUCLEAN);

	snprintf(path, sizeof(path), "%s/text.db", f->dir);
	fs__write_atomic(path, "this is no database, whatever the name says", 43);
	assert_int_equal(store__open(path, STORE_READ, &st, &f->err), -EUCLEAN);
	assert_int_equal(store__open(path, STORE_WRITE, &st, &f->err), -EUCLEAN);

	snprintf(path, sizeof(path), "%s/foreign.db", f->dir);
	sql(path, "CREATE TABLE t (x)");
	assert_int_equal(store__open(path, STORE_WRITE, &st, &f->err), -EUCLEAN);
	assert_non_null(strstr(f->err.msg, "not one of kduel's"));

	store__close(f->st);
	f->st = NULL;
	sql(f->db, "PRAGMA user_version = 1000");
	assert_int_equal(store__open(f->db, STORE_READ, &st, &f->err), -EPROTO);
	assert_non_null(strstr(f->err.msg, "made by a newer kduel"));
	assert_int_equal(store__open(f->db, STORE_WRITE, &st, &f->err), -EPROTO);
}

/* A database whose schema has the digest STORE_SHAPE is not compared with the schema in full: only
 * the newest schema may have it. */
static void shape_is_known(void **state)
{
	struct fixture *f = *state;
	char hex[65], altered[65];

	assert_int_equal(store_shape__digest(f->st, hex, &f->err), 0);
	if (!streq(hex, STORE_SHAPE))
		fail_msg("the schema has changed: set STORE_SHAPE in schema.h to \"%s\"", hex);
	sql(f->db, "CREATE INDEX mine ON boot (status)");
	assert_int_equal(store_shape__digest(f->st, altered, &f->err), 0);
	assert_string_not_equal(altered, hex);
	sql(f->db, "DROP INDEX mine; ALTER TABLE kernel ADD COLUMN more TEXT");
	assert_int_equal(store_shape__digest(f->st, altered, &f->err), 0);
	assert_string_not_equal(altered, hex);
}

/* An upgraded kduel opened the database while the old one was still running the campaign. */
static void migrated_meanwhile(void **state)
{
	struct fixture *f = *state;
	struct store_boot b = fixture_boot(0, "cand");
	struct campaign *c;

	fixture_campaign(f, 4, 1);
	sql(f->db, "PRAGMA user_version = 1000");
	assert_int_equal(store__add_boot(f->st, f->uuid, &b, &f->err), -EPROTO);
	assert_non_null(strstr(f->err.msg, "another kduel has brought it to schema 1000"));
	assert_int_equal(store__load(f->st, "latest", &c, &f->err), 0);
	assert_int_equal(c->n_boots, 0);
	campaign__free(c);
}

/* Runs in a child, as it drops root: reading must work without any write access. */
static int read_as_nobody(const char *db)
{
	struct campaign *c;
	struct store *st;
	struct err err;

	if (geteuid() == 0 && setuid(65534))
		return 10;
	if (access(db, W_OK) == 0)
		return 11;
	if (store__open(db, STORE_READ, &st, &err))
		return 12;
	if (store__load(st, "latest", &c, &err))
		return 13;
	return 0;
}

static void read_only_directory(void **state)
{
	struct fixture *f = *state;
	char dir[96];
	int status;
	pid_t pid;

	fixture_campaign(f, 4, 1);
	store__close(f->st);
	f->st = NULL;
	snprintf(dir, sizeof(dir), "%s/sub", f->dir);
	assert_int_equal(chmod(f->db, 0444) | chmod(dir, 0555) | chmod(f->dir, 0755), 0);
	pid = fork();
	if (!pid)
		_exit(read_as_nobody(f->db));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(chmod(dir, 0755), 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void odd_names(void **state)
{
	struct fixture *f = *state;
	char path[160];
	struct store *st;

	snprintf(path, sizeof(path), "%s/a ?b#c%%20d.db", f->dir);
	assert_int_equal(store__open(path, STORE_WRITE, &st, &f->err), 0);
	store__close(st);
	assert_true(fs__exists(path));
	assert_int_equal(store__open(path, STORE_READ, &st, &f->err), 0);
	store__close(st);
}

static void reserve_is_kept(void **state)
{
	struct fixture *f = *state;
	char path[160];
	struct stat sb;

	snprintf(path, sizeof(path), "%s.reserve", f->db);
	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_size, 1 << 20);
	assert_true(sb.st_blocks * 512 >= 1 << 20);
	unlink(path);
	fixture_campaign(f, 4, 1);
	fixture_add(f, &(struct store_boot){
			       .uuid = "u", .variant = "base", .detail = "", .command = "" });
	assert_true(fs__exists(path)); /* it is created again once there is space */
}

static void uuids(void **state __unused)
{
	char a[UUID_LEN], b[UUID_LEN];

	store__uuid(a);
	store__uuid(b);
	assert_int_equal(strlen(a), 36);
	assert_true(a[14] == '4' && strchr("89ab", a[19]) && a[8] == '-' && a[23] == '-');
	assert_string_not_equal(a, b);
}

static void statuses(void **state __unused)
{
	for (int i = 0; i < BOOT_STATUS_MAX; i++)
		assert_int_equal(boot_status__parse(boot_status__name((enum boot_status)i)), i);
	assert_int_equal(boot_status__parse(""), -EINVAL);
	assert_int_equal(boot_status__parse("OK"), -EINVAL);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(campaign_comes_back),
		WITH(keys),
		WITH(migrated_meanwhile),
		WITH(shape_is_known),
		WITH(boot_comes_back),
		WITH(bad_boots_are_refused_whole),
		WITH(slots),
		WITH(state_moves_forward),
		WITH(open_errors),
		WITH(read_only_directory),
		WITH(odd_names),
		WITH(reserve_is_kept),
		cmocka_unit_test(uuids),
		cmocka_unit_test(statuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

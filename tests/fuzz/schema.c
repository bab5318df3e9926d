// SPDX-License-Identifier: GPL-2.0-only
/*
 * schema.c - kduel databases that were altered with SQL: missing constraints, views in place of tables,
 * other types and values, wrong schemas, damaged pages. The input is a list of such steps.
 */
#include "lib/fs.h"
#include "tests/fuzz/read_store.h"

#include <sqlite3.h>

#define STEPS_MAX 8
/* Limits of a step, as a view may have infinitely many rows with values of megabytes each. */
#define STEP_OPS 1000
#define STEP_TURNS 10
#define PAGES_MAX "2000"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *good; /* the bytes of an intact database with the current schema */
static size_t good_size;

static const char *const tables[] = {
	"kernel",    "config", "campaign",  "variant",	   "comparison", "boot",      "log",
	"text",	     "fact",   "iteration", "series",	   "sample",	 "boot_stat", "design",
	"factorial", "margin", "tag",	    "change_note", "noise",	 "claim",     "profile",
};
static const char *const values[] = {
	"NULL",
	"''",
	"'x'",
	"-1",
	"0",
	"9223372036854775807",
	"-9223372036854775808",
	"1e308",
	"9e999",
	"zeroblob(3000000)",
	"x'00ff1b5d'",
	"char(27) || ']0;OWNED' || char(7)",
	"replace(hex(zeroblob(50000)), '0', 'a')",
	"rowid * 1e9",
};
/* %1$s: table, %2$s: column, %3$s: value, %4$s: another table */
static const char *const steps[] = {
	"CREATE TABLE x AS SELECT * FROM %1$s; DROP TABLE %1$s; ALTER TABLE x RENAME TO %1$s",
	"CREATE TABLE x AS SELECT * FROM %1$s UNION ALL SELECT * FROM %1$s; DROP TABLE %1$s;"
	" ALTER TABLE x RENAME TO %1$s",
	"ALTER TABLE %1$s RENAME TO hidden; CREATE VIEW %1$s AS SELECT * FROM hidden",
	"ALTER TABLE %1$s RENAME TO hidden; CREATE VIEW %1$s AS WITH RECURSIVE n(i) AS"
	" (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT hidden.* FROM hidden, n",
	"CREATE TRIGGER x AFTER INSERT ON %1$s BEGIN DELETE FROM %4$s; END",
	"ALTER TABLE %1$s ADD COLUMN extra AS (zeroblob(1000000))",
	"ALTER TABLE %1$s RENAME COLUMN %2$s TO other",
	"ALTER TABLE %1$s DROP COLUMN %2$s",
	"DROP TABLE %1$s",
	"UPDATE OR IGNORE %1$s SET %2$s = %3$s",
	"PRAGMA ignore_check_constraints = 1; UPDATE OR IGNORE %1$s SET %2$s = %3$s",
	"UPDATE OR IGNORE %1$s SET %2$s = %2$s + 1",
	"UPDATE OR IGNORE %1$s SET %2$s = (SELECT max(rowid) + 7 FROM %4$s)",
	"DELETE FROM %1$s",
	"DELETE FROM %1$s WHERE rowid %% 2",
	"INSERT OR IGNORE INTO %1$s SELECT * FROM %4$s",
	"PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, 'INTEGER', 'ANY')"
	" WHERE name = '%1$s'",
	"PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, ', WITHOUT ROWID', '')"
	" WHERE name = '%1$s'",
	"PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '')"
	" WHERE name = '%1$s'",
	"PRAGMA writable_schema = 1; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM"
	" sqlite_schema WHERE name = '%4$s') WHERE name = '%1$s'",
	"PRAGMA writable_schema = 1; UPDATE sqlite_schema SET type = 'index', tbl_name = '%4$s'"
	" WHERE name = '%1$s'",
	"DROP INDEX boot_slot; DROP INDEX boot_stat_series",
	"PRAGMA user_version = 3",
	"ANALYZE",
};

static const char *any(const char *const *list, size_t n, uint8_t which)
{
	return list[which % n];
}
#define ANY(list, which) any(list, ARRAY_SIZE(list), which)

/* The profile of every iteration: one function, as a zstd frame with one block that is not compressed. */
#define PROFILES                                                             \
	"INSERT INTO profile SELECT boot, workload, iter, 10, 12, 0, 14, "   \
	"x'28b52ffd200e71000031320931090909090909" /* "12\t1\t\t\t\t\t\t" */ \
	"0966090a' FROM iteration;" /* "\tf\t\n" */

/* Make `good` from the corpus's database, migrated to the current schema, with profiles added. */
static void make_good(void)
{
	struct store *st;
	int fd = read_store__file();
	_free_ char *seed = NULL;
	size_t n = 0;

	if (fs__read("tests/fuzz/corpus/store/campaign.db", 1 << 20, &seed, &n) ||
	    pwrite(fd, seed, n, 0) != (ssize_t)n ||
	    store__open(read_store__path, STORE_WRITE, &st, NULL))
		abort();
	store__close(st);
	sqlite3 *db;

	if (sqlite3_open(read_store__path, &db) ||
	    sqlite3_exec(db, PROFILES "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) ||
	    sqlite3_close(db) || fs__read(read_store__path, 1 << 20, &good, &good_size))
		abort();
}

/* The name of a column of the table; the caller frees it. */
static char *column(sqlite3 *db, const char *table, uint8_t which)
{
	_free_ char *sql = xasprintf("SELECT name FROM pragma_table_info('%s')", table);
	sqlite3_stmt *q = NULL;
	char *name = NULL;

	sqlite3_prepare_v2(db, sql, -1, &q, NULL);
	for (int i = 0; i <= which % 16 && q && sqlite3_step(q) == SQLITE_ROW; i++) {
		free(name);
		name = xstrdup((const char *)sqlite3_column_text(q, 0));
	}
	sqlite3_finalize(q);
	return name ? name : xstrdup("x");
}

static int enough(void *turns)
{
	return ++*(int *)turns > STEP_TURNS;
}

/* Execute a step. SQLite refuses many of them, as most after a DROP, and stops those that take too long. */
static void alter(sqlite3 *db, const uint8_t *step)
{
	const char *table = ANY(tables, step[1]), *other = ANY(tables, (uint8_t)(step[3] / 4));
	_free_ char *name = column(db, table, step[2]);
	_free_ char *sql = NULL;
	int turns = 0;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	sql = xasprintf(ANY(steps, step[0]), table, name, ANY(values, step[3]), other);
#pragma GCC diagnostic pop
	sqlite3_progress_handler(db, STEP_OPS, enough, &turns);
	sqlite3_exec(db, sql, NULL, NULL, NULL);
	sqlite3_progress_handler(db, 0, NULL, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = read_store__file();
	sqlite3 *db;

	if (!good)
		make_good();
	if (ftruncate(fd, 0) || pwrite(fd, good, good_size, 0) != (ssize_t)good_size ||
	    sqlite3_open(read_store__path, &db))
		abort();
	sqlite3_exec(db,
		     "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;"
		     " PRAGMA max_page_count = " PAGES_MAX,
		     NULL, NULL, NULL);
	for (size_t i = 0; i < STEPS_MAX && size >= 4; i++, data += 4, size -= 4) {
		if (data[0] == 0xff) /* the rest of the input alters bytes of the file */
			break;
		alter(db, data);
	}
	sqlite3_close(db);
	for (; size >= 4; data += 4, size -= 4)
		if (pwrite(fd, data + 1, 1, (data[2] << 8 | data[3]) * 2 + (data[0] & 1)) != 1)
			abort();
	read_store();
	return 0;
}

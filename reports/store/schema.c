// SPDX-License-Identifier: GPL-2.0-only
/* schema.c - the tables, as a list of migrations that run in one transaction. */
#include "reports/store/schema.h"
#include "reports/store/db.h"
#include "reports/store/median.h"
#include "reports/store/shape.h"

/* "kdul": marks our databases. */
#define APPLICATION_ID 0x6b64756c

/*
 * Step i migrates a database from user_version i to i + 1. Append only: a released step is never
 * edited. docs/SCHEMA.md explains the tables.
 */
static const char *const migrations[STORE_SCHEMA] = {
	"CREATE TABLE kernel ("
	" id INTEGER PRIMARY KEY,"
	" hash TEXT NOT NULL UNIQUE,"
	" release TEXT NOT NULL, arch TEXT NOT NULL,"
	" origin TEXT NOT NULL, config_hash TEXT NOT NULL) STRICT;"

	"CREATE TABLE campaign ("
	" id INTEGER PRIMARY KEY,"
	" uuid TEXT NOT NULL UNIQUE,"
	" name TEXT NOT NULL, plan_path TEXT NOT NULL, plan_text TEXT NOT NULL,"
	" target TEXT NOT NULL, host TEXT NOT NULL, version TEXT NOT NULL,"
	" lock_text TEXT NOT NULL, seed INTEGER NOT NULL, created_ns INTEGER NOT NULL,"
	" n_slots INTEGER NOT NULL CHECK (n_slots >= 0),"
	" state TEXT NOT NULL CHECK (state IN ('running', 'interrupted', 'finished'))) STRICT;"

	"CREATE TABLE variant ("
	" id INTEGER PRIMARY KEY,"
	" campaign INTEGER NOT NULL REFERENCES campaign,"
	" position INTEGER NOT NULL,"
	" name TEXT NOT NULL, cpu TEXT NOT NULL, cmdline TEXT NOT NULL,"
	" kernel INTEGER REFERENCES kernel,"
	" baseline INTEGER NOT NULL CHECK (baseline IN (0, 1)),"
	" UNIQUE (campaign, name)) STRICT;"

	"CREATE TABLE comparison ("
	" campaign INTEGER NOT NULL REFERENCES campaign,"
	" position INTEGER NOT NULL,"
	" title TEXT NOT NULL,"
	" candidate INTEGER NOT NULL REFERENCES variant,"
	" baseline INTEGER NOT NULL REFERENCES variant,"
	" PRIMARY KEY (campaign, position)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE boot ("
	" id INTEGER PRIMARY KEY,"
	" uuid TEXT NOT NULL UNIQUE,"
	" campaign INTEGER NOT NULL REFERENCES campaign,"
	" variant INTEGER NOT NULL REFERENCES variant,"
	" slot INTEGER NOT NULL, block INTEGER NOT NULL, seed INTEGER NOT NULL,"
	" status TEXT NOT NULL, detail TEXT NOT NULL,"
	" started_ns INTEGER NOT NULL, ended_ns INTEGER NOT NULL,"
	" command TEXT NOT NULL) STRICT;"
	"CREATE INDEX boot_campaign ON boot (campaign, slot);"
	/* At most one boot per slot; only interrupted boots are run again. */
	"CREATE UNIQUE INDEX boot_slot ON boot (campaign, slot)"
	" WHERE status <> 'interrupted';"

	"CREATE TABLE log ("
	" boot INTEGER NOT NULL REFERENCES boot,"
	" name TEXT NOT NULL CHECK (name IN ('console', 'dmesg')),"
	" bytes INTEGER NOT NULL, zstd BLOB NOT NULL,"
	" PRIMARY KEY (boot, name)) STRICT;"

	"CREATE TABLE fact ("
	" boot INTEGER NOT NULL REFERENCES boot,"
	" key TEXT NOT NULL, value TEXT NOT NULL,"
	" PRIMARY KEY (boot, key)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE iteration ("
	" boot INTEGER NOT NULL REFERENCES boot,"
	" workload TEXT NOT NULL, iter INTEGER NOT NULL,"
	" warmup INTEGER NOT NULL, tainted INTEGER NOT NULL, ns INTEGER NOT NULL,"
	" PRIMARY KEY (boot, workload, iter)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE series ("
	" id INTEGER PRIMARY KEY,"
	" workload TEXT NOT NULL, source TEXT NOT NULL, version INTEGER NOT NULL,"
	" metric TEXT NOT NULL, unit TEXT NOT NULL,"
	" better TEXT NOT NULL CHECK (better IN ('lower', 'higher')),"
	" kind TEXT NOT NULL CHECK (kind IN ('state', 'count', 'time', 'model')),"
	" is_primary INTEGER NOT NULL, per_boot INTEGER NOT NULL,"
	" margin_abs REAL NOT NULL, margin_rel REAL NOT NULL, resolution REAL NOT NULL,"
	" basis TEXT NOT NULL,"
	" UNIQUE (workload, source, version, metric, unit, better, kind, is_primary, per_boot,"
	"  margin_abs, margin_rel, resolution, basis)) STRICT;"

	/* Primary key order is the order in which `compare` reads. */
	"CREATE TABLE sample ("
	" variant INTEGER NOT NULL REFERENCES variant,"
	" series INTEGER NOT NULL REFERENCES series,"
	" boot INTEGER NOT NULL REFERENCES boot,"
	" iter INTEGER NOT NULL,"
	" value REAL NOT NULL, warmup INTEGER NOT NULL, tainted INTEGER NOT NULL,"
	" enabled_ns INTEGER NOT NULL, running_ns INTEGER NOT NULL,"
	" PRIMARY KEY (variant, series, boot, iter)) STRICT, WITHOUT ROWID;",

	/* History: tags of campaigns, notes on changes, noise of machines. */
	"CREATE TABLE tag ("
	" campaign INTEGER NOT NULL REFERENCES campaign,"
	" key TEXT NOT NULL, set_ns INTEGER NOT NULL, value TEXT NOT NULL,"
	" PRIMARY KEY (campaign, key, set_ns)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE change_note ("
	" id INTEGER PRIMARY KEY,"
	" uuid TEXT NOT NULL UNIQUE,"
	" stream TEXT NOT NULL,"
	" campaign INTEGER NOT NULL REFERENCES campaign,"
	" state TEXT NOT NULL CHECK (state IN ('note', 'confirmed', 'dismissed', 'expected')),"
	" text TEXT NOT NULL, made_ns INTEGER NOT NULL) STRICT;"

	"CREATE TABLE noise ("
	" campaign INTEGER NOT NULL REFERENCES campaign,"
	" series INTEGER NOT NULL REFERENCES series,"
	" machine TEXT NOT NULL,"
	" linear INTEGER NOT NULL,"
	" typical REAL, sd_boot REAL, sd_iter REAL, lag1 REAL, false_rate REAL,"
	" n_boots INTEGER NOT NULL, n_iter REAL, boot_s REAL, iter_s REAL,"
	" PRIMARY KEY (campaign, series)) STRICT, WITHOUT ROWID;",

	/* How the plan wants its campaign judged. */
	"CREATE TABLE design ("
	" campaign INTEGER PRIMARY KEY REFERENCES campaign,"
	" paired INTEGER NOT NULL CHECK (paired IN (0, 1))) STRICT;"

	"CREATE TABLE factorial ("
	" campaign INTEGER NOT NULL REFERENCES campaign,"
	" position INTEGER NOT NULL,"
	" title TEXT NOT NULL,"
	" both INTEGER NOT NULL REFERENCES variant,"
	" second INTEGER NOT NULL REFERENCES variant,"
	" first INTEGER NOT NULL REFERENCES variant,"
	" neither INTEGER NOT NULL REFERENCES variant,"
	" PRIMARY KEY (campaign, position)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE margin ("
	" campaign INTEGER NOT NULL REFERENCES campaign,"
	" source TEXT NOT NULL, metric TEXT NOT NULL,"
	" margin_abs REAL NOT NULL, margin_rel REAL NOT NULL,"
	" PRIMARY KEY (campaign, source, metric)) STRICT, WITHOUT ROWID;",

	/* Long texts of a boot besides its logs, such as page-table dumps. */
	"CREATE TABLE text ("
	" boot INTEGER NOT NULL REFERENCES boot,"
	" name TEXT NOT NULL,"
	" bytes INTEGER NOT NULL, zstd BLOB NOT NULL,"
	" PRIMARY KEY (boot, name)) STRICT;",

	/* What histories read instead of samples, in the order that they read it. */
	"CREATE TABLE boot_value ("
	" series INTEGER NOT NULL REFERENCES series,"
	" variant INTEGER NOT NULL REFERENCES variant,"
	" boot INTEGER NOT NULL REFERENCES boot,"
	" median REAL NOT NULL, n INTEGER NOT NULL,"
	" PRIMARY KEY (series, variant, boot)) STRICT, WITHOUT ROWID;",

	/* Texts of kernel configurations, referred to by kernel.config_hash. */
	"CREATE TABLE config ("
	" hash TEXT NOT NULL UNIQUE,"
	" bytes INTEGER NOT NULL, zstd BLOB NOT NULL) STRICT;",

	/* What comparisons read instead of samples, in the order that they read it. median__fill()
	 * fills the table; the next schema replaces boot_value by an index. */
	"CREATE TABLE boot_stat ("
	" variant INTEGER NOT NULL REFERENCES variant,"
	" series INTEGER NOT NULL REFERENCES series,"
	" boot INTEGER NOT NULL REFERENCES boot,"
	" median REAL NOT NULL, n INTEGER NOT NULL,"
	" warmup INTEGER NOT NULL, tainted INTEGER NOT NULL,"
	" low REAL, mean REAL, var REAL, log_mean REAL, log_var REAL,"
	" multiplexed INTEGER NOT NULL, least_ran REAL NOT NULL,"
	" PRIMARY KEY (variant, series, boot)) STRICT, WITHOUT ROWID;"
	"DELETE FROM boot_value;",

	/*
	 * A series records everything that its metric declares, so that no verdict depends on the
	 * version of the program that reads it. For existing series, fill in what programs up to
	 * schema 7 declared. The table is recreated because its UNIQUE constraint covers the new
	 * columns.
	 */
	"CREATE TABLE series_8 ("
	" id INTEGER PRIMARY KEY,"
	" workload TEXT NOT NULL, source TEXT NOT NULL, version INTEGER NOT NULL,"
	" metric TEXT NOT NULL, unit TEXT NOT NULL,"
	" better TEXT NOT NULL CHECK (better IN ('lower', 'higher')),"
	" kind TEXT NOT NULL CHECK (kind IN ('state', 'count', 'time', 'model')),"
	" is_primary INTEGER NOT NULL, per_boot INTEGER NOT NULL,"
	" margin_abs REAL NOT NULL, margin_rel REAL NOT NULL, resolution REAL NOT NULL,"
	" basis TEXT NOT NULL, describes INTEGER NOT NULL, per TEXT NOT NULL,"
	" UNIQUE (workload, source, version, metric, unit, better, kind, is_primary, per_boot,"
	"  margin_abs, margin_rel, resolution, basis, describes, per)) STRICT;"

	"INSERT INTO series_8 SELECT id, workload, source, version, metric, unit, better, kind,"
	" is_primary, per_boot, margin_abs, margin_rel, resolution, basis,"
	" source IN ('cpufreq', 'procstat', 'psi', 'schedstat', 'softirqs', 'thermal', 'vmstat')"
	" OR (source = 'mm-selftests' AND metric IN ('skipped', 'tests'))"
	" OR (source = 'tlbmodel' AND metric GLOB '*.leaf_*')"
	" OR (source IN ('ptdump', 'tlbmodel') AND metric GLOB 'linear_map.bytes_*'),"
	" CASE WHEN source = 'mm-selftests' AND metric = 'failed' THEN 'tests'"
	" WHEN source = 'tlbmodel' AND metric NOT GLOB '*.instructions*'"
	" AND metric NOT GLOB '*_map.*' AND metric NOT GLOB '*bytes*' THEN 'kernel.instructions'"
	" ELSE '' END FROM series;"
	"DROP TABLE series;"
	"ALTER TABLE series_8 RENAME TO series;"

	/* Histories read this index instead of a table with the same columns. */
	"DROP TABLE boot_value;"
	"CREATE INDEX " BOOT_STAT_SERIES ";",

	/* Whether a metric is deterministic by construction, and the number of events below which
	 * there is no verdict. `per` is corrected where it was not the denominator of the rate. */
	"CREATE TABLE series_9 ("
	" id INTEGER PRIMARY KEY,"
	" workload TEXT NOT NULL, source TEXT NOT NULL, version INTEGER NOT NULL,"
	" metric TEXT NOT NULL, unit TEXT NOT NULL,"
	" better TEXT NOT NULL CHECK (better IN ('lower', 'higher')),"
	" kind TEXT NOT NULL CHECK (kind IN ('state', 'count', 'time', 'model')),"
	" is_primary INTEGER NOT NULL, per_boot INTEGER NOT NULL,"
	" margin_abs REAL NOT NULL, margin_rel REAL NOT NULL, resolution REAL NOT NULL,"
	" basis TEXT NOT NULL, describes INTEGER NOT NULL, per TEXT NOT NULL,"
	" deterministic INTEGER NOT NULL DEFAULT 0, event_floor REAL NOT NULL DEFAULT 0,"
	" UNIQUE (workload, source, version, metric, unit, better, kind, is_primary, per_boot,"
	"  margin_abs, margin_rel, resolution, basis, describes, per, deterministic,"
	"  event_floor)) STRICT;"

	"INSERT INTO series_9 SELECT id, workload, source, version, metric, unit, better, kind,"
	" is_primary, per_boot, margin_abs, margin_rel, resolution, basis, describes, per, 0, 0"
	" FROM series;"
	"DROP TABLE series;"
	"ALTER TABLE series_9 RENAME TO series;"

	/* As declared by programs since then. OR IGNORE: a row that would become a duplicate stays
	 * unchanged. */
	"UPDATE OR IGNORE series SET deterministic = 1 WHERE"
	" (source = 'meminfo' AND metric = 'mem_total')"
	" OR (source IN ('ptdump', 'tlbmodel') AND (metric GLOB 'linear_map.*'"
	"  OR metric IN ('kernel.bytes_wx', 'kernel.table_bytes')))"
	" OR (source = 'mm-selftests' AND metric IN ('skipped', 'tests'));"

	"UPDATE OR IGNORE series SET per = '' WHERE"
	" source = 'tlbmodel' AND unit IN ('walks/op', 'cycles/1000');"
	"UPDATE OR IGNORE series SET per = CASE WHEN instr(metric, 'kernel.')"
	" THEN substr(metric, 1, instr(metric, 'kernel.') + 6)"
	" ELSE substr(metric, 1, instr(metric, 'user.') + 4) END"
	" || CASE WHEN unit = '/1000 insns' THEN 'instructions'"
	" WHEN metric GLOB '*.dtlb_walk_ratio' THEN 'l1d_tlb'"
	" WHEN metric GLOB '*.itlb_walk_ratio' THEN 'l1i_tlb'"
	" WHEN metric GLOB '*.dtlb_steps_per_walk' THEN 'dtlb_walk' ELSE 'itlb_walk' END"
	" WHERE source = 'perf' AND unit IN ('/1000 insns', 'walks/access', 'steps/walk');"

	"UPDATE OR IGNORE series SET event_floor = CASE"
	" WHEN source = 'tlbmodel' AND metric GLOB 'tlbi.*' THEN 100"
	" WHEN source = 'tlbmodel' THEN 1000 * (unit IN ('walks', 'misses', '/1000 insns'))"
	" WHEN source = 'perf' THEN"
	"  1000 * (unit = 'events' OR (kind = 'count' AND metric NOT GLOB '*_share'))"
	" ELSE 100 * (kind = 'count') END"
	" WHERE source IN ('tlbmodel', 'perf', 'cpufreq', 'procstat', 'psi', 'schedstat', 'softirqs',"
	" 'thermal', 'vmstat');"

	"UPDATE OR IGNORE series SET resolution = CASE"
	" WHEN unit = 's' THEN CASE source WHEN 'procstat' THEN 0.01 ELSE 1e-9 END"
	" WHEN unit = 'MHz' THEN 0.001 ELSE 1 END"
	" WHERE resolution = 0 AND ((source = 'tlbmodel' AND unit IN ('insns', 'walks', 'misses'))"
	"  OR (source = 'perf' AND unit = 'events')"
	"  OR (source = 'memcached' AND metric = 'unsent') OR source IN ('cpufreq',"
	"   'procstat', 'psi', 'schedstat', 'softirqs', 'thermal', 'vmstat'));"

	"UPDATE OR IGNORE series SET margin_abs = CASE"
	" WHEN source = 'tlbmodel' AND unit = 'cycles/1000'"
	"  THEN 0.01 * replace(metric, 'kernel.walk_cycles_', '')"
	" WHEN source = 'tlbmodel' AND unit IN ('/1000 insns', 'walks/op') THEN 0.01"
	" WHEN source = 'tlbmodel' AND metric GLOB 'tlbi.*' THEN 10"
	" WHEN source = 'tlbmodel' THEN 1000 * (unit IN ('walks', 'misses'))"
	" WHEN source = 'perf' THEN CASE unit WHEN 'events' THEN 1000 WHEN '/1000 insns' THEN 0.01"
	"  WHEN 'walks/access' THEN 0.00003 ELSE 0 END"
	" WHEN kind = 'count' THEN 10 ELSE 2 * resolution END"
	" WHERE margin_abs = 0 AND source IN ('tlbmodel', 'perf', 'cpufreq', 'procstat', 'psi',"
	" 'schedstat', 'softirqs', 'thermal', 'vmstat');",

	/* Boots that the host failed are run again, too; see boot_status__fills_slot(). */
	"DROP INDEX boot_slot;"
	"CREATE UNIQUE INDEX boot_slot ON boot (campaign, slot) WHERE status NOT IN"
	" ('interrupted', 'host-disk-full', 'target-missing', 'target-killed');",

	/* Which process runs a campaign. "running" campaigns without a claim become "interrupted":
	 * an older kduel that still runs one can no longer write to the database. */
	"CREATE TABLE claim ("
	" campaign INTEGER PRIMARY KEY REFERENCES campaign,"
	" host TEXT NOT NULL, boot_id TEXT NOT NULL,"
	" pid INTEGER NOT NULL, started INTEGER NOT NULL, pid_ns INTEGER NOT NULL,"
	" taken_ns INTEGER NOT NULL, seen_ns INTEGER NOT NULL) STRICT;"
	"UPDATE campaign SET state = 'interrupted' WHERE state = 'running';",

	/* Which kernel functions executed the instructions of an iteration (profile.h). */
	"CREATE TABLE profile ("
	" boot INTEGER NOT NULL REFERENCES boot,"
	" workload TEXT NOT NULL, iter INTEGER NOT NULL,"
	" operations INTEGER NOT NULL, kernel INTEGER NOT NULL, user INTEGER NOT NULL,"
	" bytes INTEGER NOT NULL, zstd BLOB NOT NULL,"
	" PRIMARY KEY (boot, workload, iter)) STRICT;",

	/* Boots that failed because of a real machine are run again as well, whichever the
	 * status. */
	"DROP INDEX boot_slot;"
	"CREATE UNIQUE INDEX boot_slot ON boot (campaign, slot) WHERE status NOT IN"
	" ('interrupted', 'host-disk-full', 'target-missing', 'target-killed')"
	" AND substr(status, 1, 8) <> 'machine-';",

	/* Which metrics count the events of a count or rate, less those of a cold start. */
	"CREATE TABLE series_14 ("
	" id INTEGER PRIMARY KEY,"
	" workload TEXT NOT NULL, source TEXT NOT NULL, version INTEGER NOT NULL,"
	" metric TEXT NOT NULL, unit TEXT NOT NULL,"
	" better TEXT NOT NULL CHECK (better IN ('lower', 'higher')),"
	" kind TEXT NOT NULL CHECK (kind IN ('state', 'count', 'time', 'model')),"
	" is_primary INTEGER NOT NULL, per_boot INTEGER NOT NULL,"
	" margin_abs REAL NOT NULL, margin_rel REAL NOT NULL, resolution REAL NOT NULL,"
	" basis TEXT NOT NULL, describes INTEGER NOT NULL, per TEXT NOT NULL,"
	" deterministic INTEGER NOT NULL DEFAULT 0, event_floor REAL NOT NULL DEFAULT 0,"
	" events TEXT NOT NULL DEFAULT '',"
	" UNIQUE (workload, source, version, metric, unit, better, kind, is_primary, per_boot,"
	"  margin_abs, margin_rel, resolution, basis, describes, per, deterministic,"
	"  event_floor, events)) STRICT;"
	/* The counter behind a rate has the same name except for the suffix. */
	"INSERT INTO series_14 SELECT id, workload, source, version, metric, unit, better, kind,"
	" is_primary, per_boot, margin_abs, margin_rel, resolution, basis, describes, per,"
	" deterministic, event_floor, CASE"
	" WHEN source = 'tlbmodel' AND NOT describes AND (unit IN ('walks', 'misses', '/1000 insns',"
	"  'walks/op')) THEN"
	"  replace(replace(replace(replace(replace(replace(metric, '.walk_mpki', '.walks'),"
	"   '.walks_per_op', '.walks'), '.walk_d_mpki', '.walks_d'), '.walk_i_mpki', '.walks_i'),"
	"   '.l1d_mpki', '.l1d_misses'), '.l1i_mpki', '.l1i_misses')"
	" WHEN source = 'perf' AND per <> '' THEN"
	"  replace(replace(replace(metric, '_mpki', ''), '_ratio', ''), '_per_walk', '')"
	" ELSE '' END FROM series;"
	"DROP TABLE series;"
	"ALTER TABLE series_14 RENAME TO series;"
	"UPDATE OR IGNORE series SET events = CASE"
	" WHEN unit = 'cycles/1000' THEN"
	"  'kernel.walks_d+kernel.walks_i-kernel.walks_d_cold-kernel.walks_i_cold'"
	" ELSE events || '-' || events || '_cold' END,"
	" event_floor = 1000 WHERE source = 'tlbmodel' AND (events <> '' OR unit = 'cycles/1000');",

	/* The author of a note, the assignee of the change and the URL of its bug: the newest value
	 * that is not '' counts, and '-' removes it. State "fixed" settles a change. */
	"CREATE TABLE change_note_15 ("
	" id INTEGER PRIMARY KEY,"
	" uuid TEXT NOT NULL UNIQUE,"
	" stream TEXT NOT NULL,"
	" campaign INTEGER NOT NULL REFERENCES campaign,"
	" state TEXT NOT NULL"
	"  CHECK (state IN ('note', 'confirmed', 'dismissed', 'expected', 'fixed')),"
	" text TEXT NOT NULL, made_ns INTEGER NOT NULL,"
	" author TEXT NOT NULL, assignee TEXT NOT NULL,"
	" bug TEXT NOT NULL CHECK (bug IN ('', '-')"
	"  OR bug GLOB 'http://?*' OR bug GLOB 'https://?*')) STRICT;"
	"INSERT INTO change_note_15 SELECT id, uuid, stream, campaign, state, text, made_ns,"
	" '', '', '' FROM change_note;"
	"DROP TABLE change_note;"
	"ALTER TABLE change_note_15 RENAME TO change_note;",
};

/* Steps that need code after their SQL statements. */
static int (*const fills[STORE_SCHEMA])(struct store *st, struct err *err) = {
	[6] = median__fill, /* boot_stat, from schema 6 to 7 */
};

/* Column 0 of a query without parameters; 0 if there is no row. */
static int read_int(struct store *st, const char *sql, int64_t *out, struct err *err)
{
	int ret = store_db__int(st, sql, NULL, out, err);

	if (!ret)
		*out = 0;
	return ret < 0 ? ret : 0;
}

/*
 * Compare the tables of the file with those of schema `version`, created in memory: the migrations
 * themselves are the reference, so that nothing needs to be written down twice. As this takes
 * longer than everything else in a short command, a current database is recognized by the digest of
 * its schema.
 */
static int check_shape(struct store *st, int64_t version, struct err *err)
{
	char digest[65];
	struct store ours = { .path = (char *)"memory" };
	int ret;

	if (version == STORE_SCHEMA && !store_shape__digest(st, digest, err) &&
	    streq(digest, STORE_SHAPE))
		return 0;
	ret = sqlite3_open(":memory:", &ours.db) == SQLITE_OK ?
		      store_db__exec(&ours, "BEGIN", err) :
		      store_db__fail(&ours, err, "cannot make a database");
	for (int64_t v = 0; !ret && v < version; v++)
		ret = store_db__exec(&ours, migrations[v], err);
	if (!ret)
		ret = store_shape__check(st, &ours, err);
	store_db__drop_cache(&ours);
	sqlite3_close(ours.db);
	return ret;
}

/* Check that a database is ours and not newer than this program. *version is 0 for an empty file. A
 * file that has tables but not our application_id belongs to another program. */
static int identify(struct store *st, int64_t *version, struct err *err)
{
	int64_t app = 0, tables = 0;
	int ret = read_int(st, "PRAGMA user_version", version, err);

	if (!ret)
		ret = read_int(st, "PRAGMA application_id", &app, err);
	if (!ret)
		ret = read_int(st, "SELECT count(*) FROM sqlite_schema", &tables, err);
	if (ret)
		return ret;
	if (app != APPLICATION_ID && (*version || tables || app))
		return err__set(err, -EUCLEAN, "%s: a database, but not one of kduel's", st->path);
	if (*version > STORE_SCHEMA)
		return err__set(err, -EPROTO,
				"%s: made by a newer kduel (schema %lld, this one knows %d): "
				"use that kduel",
				st->path, (long long)*version, STORE_SCHEMA);
	if (*version < 0)
		return err__set(err, -EUCLEAN, "%s: schema version %lld is nonsense", st->path,
				(long long)*version);
	return check_shape(st, *version, err);
}

int store_schema__unchanged(struct store *st, struct err *err)
{
	int64_t version = 0;
	int ret = read_int(st, "PRAGMA user_version", &version, err);

	if (ret || version == STORE_SCHEMA)
		return ret;
	return err__set(err, -EPROTO,
			"%s: another kduel has brought it to schema %lld, this one "
			"writes %d: nothing more is recorded; resume the campaign with that kduel",
			st->path, (long long)version, STORE_SCHEMA);
}

/* Run the steps from schema `from` on, within the caller's transaction: a migration that fails or
 * is killed leaves the database unchanged. */
static int migrate(struct store *st, int64_t from, struct err *err)
{
	char pragma[96];
	int ret = 0;

	for (int64_t v = from; !ret && v < STORE_SCHEMA; v++) {
		ret = store_db__exec(st, migrations[v], err);
		if (!ret && fills[v])
			ret = fills[v](st, err);
	}
	if (ret)
		return ret;
	snprintf(pragma, sizeof(pragma), "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 APPLICATION_ID, STORE_SCHEMA);
	return store_db__exec(st, pragma, err);
}

int store_schema__ready(struct store *st, bool write, struct err *err)
{
	int64_t version;
	int ret = identify(st, &version, err);

	if (ret || version == STORE_SCHEMA)
		return ret;
	if (!write)
		return err__set(err, version ? -ESTALE : -EUCLEAN,
				version ? "%s: made by an older kduel, and it cannot be written to "
					  "bring it up to date" :
					  "%s: an empty database",
				st->path);
	/* Replacing a table that others refer to requires foreign keys to be off, and the pragma
	 * has no effect inside a transaction (https://sqlite.org/lang_altertable.html, section
	 * 7). */
	ret = store_db__exec(st, "PRAGMA foreign_keys = OFF", err);
	if (!ret)
		ret = store_db__begin(st, err);
	if (ret)
		return ret;
	/* Another kduel may have migrated it while we waited for the lock. */
	ret = identify(st, &version, err);
	if (!ret)
		ret = migrate(st, version, err);
	ret = store_db__end(st, ret, err);
	return ret ? ret : store_db__exec(st, "PRAGMA foreign_keys = ON", err);
}

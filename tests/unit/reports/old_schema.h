/* SPDX-License-Identifier: GPL-2.0-only */
/* old_schema.h - SQL that converts a new database to an old schema, exactly as it was. */
#ifndef KDUEL_TESTS_OLD_SCHEMA_H
#define KDUEL_TESTS_OLD_SCHEMA_H

#define SCHEMA_4                                                                                 \
	"CREATE TEMP TABLE kept AS SELECT id, workload, source, version, metric, unit, better,"  \
	" kind, is_primary, per_boot, margin_abs, margin_rel, resolution, basis FROM series;"    \
	"DROP TABLE series;"                                                                     \
	"CREATE TABLE series ("                                                                  \
	" id INTEGER PRIMARY KEY,"                                                               \
	" workload TEXT NOT NULL, source TEXT NOT NULL, version INTEGER NOT NULL,"               \
	" metric TEXT NOT NULL, unit TEXT NOT NULL,"                                             \
	" better TEXT NOT NULL CHECK (better IN ('lower', 'higher')),"                           \
	" kind TEXT NOT NULL CHECK (kind IN ('state', 'count', 'time', 'model')),"               \
	" is_primary INTEGER NOT NULL, per_boot INTEGER NOT NULL,"                               \
	" margin_abs REAL NOT NULL, margin_rel REAL NOT NULL, resolution REAL NOT NULL,"         \
	" basis TEXT NOT NULL,"                                                                  \
	" UNIQUE (workload, source, version, metric, unit, better, kind, is_primary, per_boot,"  \
	"  margin_abs, margin_rel, resolution, basis)) STRICT;"                                  \
	"INSERT INTO series SELECT * FROM temp.kept;"                                            \
	"DROP TABLE boot_stat; DROP TABLE config; DROP TABLE IF EXISTS claim;"                   \
	"CREATE TEMP TABLE kept_note AS SELECT id, uuid, stream, campaign, state, text, made_ns" \
	" FROM change_note;"                                                                     \
	"DROP TABLE change_note;"                                                                \
	"CREATE TABLE change_note ("                                                             \
	" id INTEGER PRIMARY KEY,"                                                               \
	" uuid TEXT NOT NULL UNIQUE,"                                                            \
	" stream TEXT NOT NULL,"                                                                 \
	" campaign INTEGER NOT NULL REFERENCES campaign,"                                        \
	" state TEXT NOT NULL CHECK (state IN ('note', 'confirmed', 'dismissed', 'expected')),"  \
	" text TEXT NOT NULL, made_ns INTEGER NOT NULL) STRICT;"                                 \
	"INSERT INTO change_note SELECT * FROM temp.kept_note;"                                  \
	"DROP TABLE profile;"                                                                    \
	"DROP INDEX boot_slot;"                                                                  \
	"CREATE UNIQUE INDEX boot_slot ON boot (campaign, slot)"                                 \
	" WHERE status <> 'interrupted';"                                                        \
	"PRAGMA user_version = 4;"
#define SCHEMA_1                                                                       \
	SCHEMA_4                                                                       \
	"DROP TABLE tag; DROP TABLE change_note; DROP TABLE noise; DROP TABLE design;" \
	"DROP TABLE factorial; DROP TABLE margin; DROP TABLE text; PRAGMA user_version = 1;"

#endif

// SPDX-License-Identifier: GPL-2.0-only
/* upkeep.c - deletes campaigns, checks the database file, and shrinks it. */
#include "reports/store/upkeep.h"
#include "reports/store/claim.h"
#include "reports/store/db.h"
#include "reports/store/packed.h"
#include "reports/store/profile.h"

#include <sys/stat.h>

#define BOOTS "(SELECT b.id FROM boot b JOIN gone g ON g.id = b.campaign)"
#define VARIANTS "(SELECT v.id FROM variant v JOIN gone g ON g.id = v.campaign)"
#define CAMPAIGNS "(SELECT id FROM gone)"

/* Delete from referring tables first, up to the campaign itself. The temporary table `gone` has the
 * campaigns' ids. */
static const char *const steps[] = {
	"DELETE FROM log WHERE boot IN " BOOTS,
	"DELETE FROM text WHERE boot IN " BOOTS,
	"DELETE FROM fact WHERE boot IN " BOOTS,
	"DELETE FROM iteration WHERE boot IN " BOOTS,
	"DELETE FROM profile WHERE boot IN " BOOTS,
	"DELETE FROM sample WHERE variant IN " VARIANTS,
	"DELETE FROM boot_stat WHERE variant IN " VARIANTS,
	"DELETE FROM boot WHERE campaign IN " CAMPAIGNS,
	"DELETE FROM comparison WHERE campaign IN " CAMPAIGNS,
	"DELETE FROM factorial WHERE campaign IN " CAMPAIGNS,
	"DELETE FROM margin WHERE campaign IN " CAMPAIGNS,
	"DELETE FROM design WHERE campaign IN " CAMPAIGNS,
	"DELETE FROM noise WHERE campaign IN " CAMPAIGNS,
	"DELETE FROM change_note WHERE campaign IN " CAMPAIGNS,
	"DELETE FROM tag WHERE campaign IN " CAMPAIGNS,
	"DELETE FROM claim WHERE campaign IN " CAMPAIGNS,
	"DELETE FROM variant WHERE campaign IN " CAMPAIGNS,
	"DELETE FROM campaign WHERE id IN " CAMPAIGNS,
	"DELETE FROM kernel WHERE id NOT IN (SELECT kernel FROM variant WHERE kernel > 0)",
	"DELETE FROM config WHERE hash NOT IN (SELECT config_hash FROM kernel)",
	"DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM boot_stat WHERE series = series.id)"
	" AND NOT EXISTS (SELECT 1 FROM noise WHERE noise.series = series.id)",
	"DROP TABLE gone",
};

/* Fill the table `gone`. -EBUSY if one of them is being run. */
static int choose(struct store *st, const struct strvec *uuids, struct err *err)
{
	int ret = store_db__exec(st, "CREATE TEMP TABLE gone (id INTEGER PRIMARY KEY)", err);

	for (size_t i = 0; !ret && i < uuids->n; i++) {
		ret = claim__is_free(st, "main", uuids->v[i], err);
		if (!ret)
			ret = store_db__run(st,
					    "INSERT INTO gone SELECT id FROM campaign"
					    " WHERE uuid = ? ON CONFLICT DO NOTHING",
					    ARGS(uuids->v[i]), err);
	}
	return ret;
}

/* The deletion, within one transaction. */
static int remove_rows(struct store *st, const struct strvec *uuids, struct err *err)
{
	int ret = choose(st, uuids, err);

	for (size_t i = 0; !ret && i < ARRAY_SIZE(steps); i++)
		ret = store_db__exec(st, steps[i], err);
	return ret;
}

/* Rows are deleted before the rows that they refer to. If SQLite enforced that, it would read all
 * samples of the database for each boot, as no index has them by boot. */
int store__remove(struct store *st, const struct strvec *uuids, struct err *err)
{
	int ret = store_db__exec(st, "PRAGMA foreign_keys = OFF", err), on;

	if (!ret)
		ret = store_db__begin(st, err);
	if (ret)
		return ret;
	ret = store_db__end(st, remove_rows(st, uuids, err), err);
	on = store_db__exec(st, "PRAGMA foreign_keys = ON", ret ? NULL : err);
	return ret ? ret : on;
}

#define LOGS_OF(status_is)                                                            \
	"log WHERE boot IN (SELECT b.id FROM boot b JOIN gone g ON g.id = b.campaign" \
	" WHERE b.status " status_is " 'ok')"
#define TEXTS(rows)                                                                               \
	{                                                                                         \
		"SELECT count(*), coalesce(sum(length(zstd)), 0) FROM " rows, "DELETE FROM " rows \
	}

/* Count and, unless `dry_run`, delete, within one transaction. */
static int drop_rows(struct store *st, enum store_texts what, const struct strvec *uuids,
		     bool dry_run, uint64_t *n, uint64_t *bytes, struct err *err)
{
	static const struct {
		const char *count, *drop;
	} sql[] = {
		[STORE_LOGS] = TEXTS(LOGS_OF("=")),
		[STORE_FAILED_LOGS] = TEXTS(LOGS_OF("<>")),
		[STORE_DUMPS] = TEXTS("text WHERE boot IN " BOOTS),
	};
	_query_ struct query q = { 0 };
	int ret = choose(st, uuids, err);

	if (!ret)
		ret = query__begin(&q, st, sql[what].count, NULL, err);
	if (!ret)
		ret = query__step(&q, err);
	if (ret > 0) {
		*n = col__u64(&q, 0);
		*bytes = col__u64(&q, 1);
		query__end(&q);
		ret = dry_run ? 0 : store_db__exec(st, sql[what].drop, err);
	}
	query__end(&q); /* before the table that it reads is dropped */
	return ret ? ret : store_db__exec(st, "DROP TABLE gone", err);
}

int store__drop_texts(struct store *st, enum store_texts what, const struct strvec *uuids,
		      bool dry_run, uint64_t *n, uint64_t *bytes, struct err *err)
{
	int ret = store_db__begin(st, err);

	*n = *bytes = 0;
	return ret ? ret :
		     store_db__end(st, drop_rows(st, what, uuids, dry_run, n, bytes, err), err);
}

/* Each row of the query is "ok" or a description of the damage. */
static int expect_ok(struct store *st, const char *sql, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st, sql, NULL, err);

	while (!ret && (ret = query__step(&q, err)) > 0)
		ret = streq(col__peek(&q, 0), "ok") ? 0 :
						      err__set(err, -EUCLEAN, "%s: damaged: %.200s",
							       st->path, col__peek(&q, 0));
	return ret;
}

int store__check_pages(struct store *st, bool quick, struct err *err)
{
	return expect_ok(st, quick ? "PRAGMA quick_check(1)" : "PRAGMA integrity_check(1)", err);
}

static int check_references(struct store *st, const char *sql, struct err *err)
{
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st, sql, NULL, err);

	if (!ret)
		ret = query__step(&q, err);
	if (ret > 0)
		return err__set(err, -EUCLEAN,
				"%s: damaged: a row of %.40s refers to a %.40s that is not there",
				st->path, col__peek(&q, 0), col__peek(&q, 2));
	return ret;
}

/* Check references, and that every campaign can be loaded. */
static int check_rows(struct store *st, const char *references, size_t *n, struct err *err)
{
	struct campaign_brief *list = NULL;
	int ret = check_references(st, references, err);

	*n = 0;
	if (!ret)
		ret = store__list(st, &list, n, err);
	for (size_t i = 0; !ret && i < *n; i++) {
		struct campaign *c;

		ret = store__load(st, list[i].uuid, &c, err);
		campaign__free(c);
	}
	campaign_brief__free(list, *n);
	return ret;
}

/* Can each compressed text be unpacked? */
static int check_texts(struct store *st, struct err *err)
{
	static const char *const sql[] = {
		"SELECT bytes, zstd, 'the ' || name || ' of boot ' || boot FROM log",
		"SELECT bytes, zstd, 'the ' || name || ' of boot ' || boot FROM text",
		"SELECT bytes, zstd, 'the configuration ' || hash FROM config",
	};
	int ret = 0;

	for (size_t i = 0; !ret && i < ARRAY_SIZE(sql); i++) {
		_query_ struct query q = { 0 };

		ret = query__begin(&q, st, sql[i], NULL, err);
		while (!ret && (ret = query__step(&q, err)) > 0) {
			_free_ char *text = NULL;
			size_t len;

			ret = col__packed(&q, col__peek(&q, 2), &text, &len, err);
		}
	}
	return ret;
}

int store__check(struct store *st, size_t *n, struct err *err)
{
	int ret = store__check_pages(st, false, err);

	if (!ret)
		ret = check_rows(st, "PRAGMA foreign_key_check", n, err);
	if (!ret)
		ret = check_texts(st, err);
	return ret ? ret : store__check_profiles(st, err);
}

/*
 * The two tables with a row per value are left out, as the merge itself detects duplicate keys and
 * dangling references in them. Their index is rebuilt in the other database anyway.
 */
#define IN_SMALL_TABLES(pragma)                                 \
	"SELECT f.* FROM sqlite_schema t, " pragma "(t.name) f" \
	" WHERE t.type = 'table' AND t.name NOT IN ('sample', 'boot_stat')"

int store__check_copy(struct store *st, size_t *n, struct err *err)
{
	int ret = store_db__exec(st,
				 "PRAGMA synchronous = OFF; PRAGMA cache_size = -256000;"
				 "PRAGMA secure_delete = OFF; DROP INDEX boot_stat_series",
				 err);

	if (!ret)
		ret = store__check_pages(st, true, err);
	if (!ret)
		ret = expect_ok(st, IN_SMALL_TABLES("pragma_integrity_check"), err);
	return ret ? ret : check_rows(st, IN_SMALL_TABLES("pragma_foreign_key_check"), n, err);
}

static uint64_t size_of(const struct store *st)
{
	struct stat sb;

	return stat(st->path, &sb) ? 0 : (uint64_t)sb.st_size;
}

/* The second checkpoint moves what VACUUM wrote from the -wal file to the database. */
int store__vacuum(struct store *st, uint64_t *before, uint64_t *after, struct err *err)
{
	static const char checkpoint[] = "PRAGMA wal_checkpoint(TRUNCATE)";
	int ret = store_db__run(st, checkpoint, NULL, err);

	*before = *after = size_of(st);
	if (!ret)
		ret = store_db__exec(st, "VACUUM", err);
	if (!ret)
		ret = store_db__run(st, checkpoint, NULL, err);
	*after = size_of(st);
	return ret;
}

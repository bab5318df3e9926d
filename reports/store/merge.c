// SPDX-License-Identifier: GPL-2.0-only
/*
 * merge.c - merges the rows of another database. It is attached as `other`; temporary tables map
 * each row there (`theirs`) to the row here (`ours`).
 */
#include "reports/store/merge.h"
#include "reports/store/claim.h"
#include "reports/store/db.h"
#include "reports/store/ids.h"
#include "reports/store/schema.h"
#include "reports/store/series.h"

#define CAMPAIGN_NAMES                                                                          \
	"uuid, name, plan_path, plan_text, target, host, version, lock_text, seed, created_ns," \
	" n_slots, state"
/* Columns that never change: if they differ, two campaigns with the same UUID are not the same. */
#define FIXED(t) \
	t ".name, " t ".plan_text, " t ".target, " t ".seed, " t ".created_ns, " t ".n_slots"

/* Campaigns with the same UUID but different contents or variants. */
static const char strangers[] =
	"SELECT t.uuid FROM other.campaign t JOIN c ON c.theirs = t.id"
	" JOIN main.campaign o USING (uuid)"
	" WHERE (" FIXED("t") ") IS NOT (" FIXED(
		"o") ")"
		     " OR (SELECT count(*) FROM other.variant WHERE campaign = t.id)"
		     "  <> (SELECT count(*) FROM main.variant WHERE campaign = o.id)"
		     " OR EXISTS (SELECT 1 FROM other.variant tv LEFT JOIN other.kernel tk ON tk.id = tv.kernel"
		     "  WHERE tv.campaign = t.id AND NOT EXISTS (SELECT 1 FROM main.variant ov"
		     "   LEFT JOIN main.kernel ok ON ok.id = ov.kernel WHERE ov.campaign = o.id"
		     "   AND (ov.name, ov.position, ov.cpu, ov.cmdline, ov.baseline, ok.hash)"
		     "    IS (tv.name, tv.position, tv.cpu, tv.cmdline, tv.baseline, tk.hash)))";

/* The campaigns to merge, and the mappings of ids: c campaigns, v variants, e series, b boots. */
static const char tables[] =
	"CREATE TEMP TABLE c (theirs INTEGER PRIMARY KEY, ours INTEGER, is_new INTEGER);"
	"CREATE TEMP TABLE v (theirs INTEGER PRIMARY KEY, ours INTEGER);"
	"CREATE TEMP TABLE e (theirs INTEGER PRIMARY KEY, ours INTEGER);"
	"CREATE TEMP TABLE b (theirs INTEGER PRIMARY KEY, ours INTEGER);"
	/* Rows that were inserted into the tables with one row per value. */
	"CREATE TEMP TABLE taken (name TEXT PRIMARY KEY, n INTEGER);"
	"INSERT INTO c SELECT id, NULL, uuid NOT IN (SELECT uuid FROM main.campaign)"
	" FROM other.campaign";

/* In the order of references. Existing rows are left alone. */
static const char *const steps[] = {
	"INSERT INTO main.config SELECT * FROM other.config WHERE hash IN (SELECT config_hash"
	" FROM other.kernel k JOIN other.variant ON kernel = k.id JOIN c ON theirs = campaign)"
	" ON CONFLICT DO NOTHING",

	"INSERT INTO main.kernel (hash, release, arch, origin, config_hash)"
	" SELECT hash, release, arch, origin, config_hash FROM other.kernel WHERE id IN"
	" (SELECT kernel FROM other.variant JOIN c ON theirs = campaign) ORDER BY id"
	" ON CONFLICT DO NOTHING",

	"INSERT INTO main.campaign (" CAMPAIGN_NAMES ") SELECT " CAMPAIGN_NAMES
	" FROM other.campaign WHERE id IN (SELECT theirs FROM c) ORDER BY id"
	" ON CONFLICT DO NOTHING",
	"UPDATE c SET ours = (SELECT o.id FROM other.campaign t JOIN main.campaign o USING (uuid)"
	" WHERE t.id = theirs)",

	"INSERT INTO main.variant (campaign, position, name, cpu, cmdline, kernel, baseline)"
	" SELECT c.ours, position, name, cpu, cmdline, (SELECT o.id FROM other.kernel t"
	"  JOIN main.kernel o USING (hash) WHERE t.id = kernel), baseline"
	" FROM other.variant JOIN c ON theirs = campaign WHERE is_new ORDER BY id",
	"INSERT INTO v SELECT t.id, o.id FROM other.variant t JOIN c ON theirs = t.campaign"
	" JOIN main.variant o ON o.campaign = ours AND o.name = t.name",

	"INSERT INTO main.comparison SELECT c.ours, position, title, a.ours, z.ours"
	" FROM other.comparison JOIN c ON c.theirs = campaign AND is_new"
	" JOIN v a ON a.theirs = candidate JOIN v z ON z.theirs = baseline",
	"INSERT INTO main.factorial SELECT c.ours, position, title, p.ours, q.ours, r.ours, s.ours"
	" FROM other.factorial JOIN c ON c.theirs = campaign AND is_new"
	" JOIN v p ON p.theirs = both JOIN v q ON q.theirs = second"
	" JOIN v r ON r.theirs = first JOIN v s ON s.theirs = neither",
	"INSERT INTO main.design SELECT ours, paired FROM other.design"
	" JOIN c ON theirs = campaign AND is_new",
	"INSERT INTO main.margin SELECT ours, source, metric, margin_abs, margin_rel"
	" FROM other.margin JOIN c ON theirs = campaign AND is_new",
	/* A campaign that is being run elsewhere shows as running as long as its claim is alive. It
	 * is not being run here, as take_rows() has checked. */
	"INSERT INTO main.claim SELECT ours, k.host, boot_id, pid, started, pid_ns, taken_ns,"
	" k.seen_ns FROM other.claim k JOIN c ON theirs = campaign"
	" JOIN main.campaign m ON m.id = ours AND m.state = 'running'"
	" WHERE true ON CONFLICT (campaign) DO UPDATE SET host = excluded.host,"
	" boot_id = excluded.boot_id, pid = excluded.pid, started = excluded.started,"
	" pid_ns = excluded.pid_ns, taken_ns = excluded.taken_ns, seen_ns = excluded.seen_ns"
	" WHERE excluded.seen_ns > seen_ns",

	"INSERT INTO main.series (" SERIES_NAMES ") SELECT " SERIES_NAMES " FROM other.series"
	/* One lookup per pair rather than per sample: (variant, series) is a prefix of the key of
	 * `sample`. */
	" WHERE EXISTS (SELECT 1 FROM v CROSS JOIN other.sample s"
	"   ON s.variant = v.theirs AND s.series = other.series.id)"
	"  OR id IN (SELECT series FROM other.noise JOIN c ON c.theirs = campaign)"
	" ORDER BY id ON CONFLICT DO NOTHING",
	"INSERT INTO e SELECT t.id, o.id FROM other.series t"
	" JOIN main.series o USING (" SERIES_NAMES ")",

	/* Only new boots have anything to add. */
	"INSERT INTO b SELECT id, NULL FROM other.boot WHERE campaign IN (SELECT theirs FROM c)"
	" AND uuid NOT IN (SELECT uuid FROM main.boot)",
	"INSERT INTO main.boot (uuid, campaign, variant, slot, block, seed, status, detail,"
	" started_ns, ended_ns, command) SELECT uuid, c.ours, v.ours, slot, block, seed, status,"
	" detail, started_ns, ended_ns, command FROM b JOIN other.boot t ON t.id = b.theirs"
	" JOIN c ON c.theirs = t.campaign JOIN v ON v.theirs = t.variant"
	" WHERE true ORDER BY t.id ON CONFLICT DO NOTHING",
	"UPDATE b SET ours = (SELECT o.id FROM other.boot t JOIN main.boot o USING (uuid)"
	" WHERE t.id = theirs)",

	"INSERT INTO main.log SELECT ours, name, bytes, zstd FROM other.log JOIN b"
	" ON theirs = boot AND ours > 0",
	"INSERT INTO main.text SELECT ours, name, bytes, zstd FROM other.text JOIN b"
	" ON theirs = boot AND ours > 0",
	"INSERT INTO main.fact SELECT ours, key, value FROM other.fact JOIN b"
	" ON theirs = boot AND ours > 0",
	"INSERT INTO main.iteration SELECT ours, workload, iter, warmup, tainted, ns"
	" FROM other.iteration JOIN b ON theirs = boot AND ours > 0",
	"INSERT INTO main.sample SELECT v.ours, e.ours, b.ours, iter, value, warmup, tainted,"
	" enabled_ns, running_ns FROM v CROSS JOIN other.sample ON variant = v.theirs"
	" JOIN b ON b.theirs = boot AND b.ours > 0 JOIN e ON e.theirs = series",
	"INSERT INTO taken VALUES ('sample', changes())",
	"INSERT INTO main.profile SELECT ours, workload, iter, operations, kernel, user, bytes, zstd"
	" FROM other.profile JOIN b ON theirs = boot AND ours > 0",
	"INSERT INTO main.boot_stat SELECT v.ours, e.ours, b.ours, median, n, warmup, tainted, low,"
	" mean, var, log_mean, log_var, multiplexed, least_ran"
	" FROM v CROSS JOIN other.boot_stat ON variant = v.theirs"
	" JOIN b ON b.theirs = boot AND b.ours > 0 JOIN e ON e.theirs = series",
	"INSERT INTO taken VALUES ('boot_stat', changes())",

	"INSERT INTO main.tag SELECT ours, key, set_ns, value FROM other.tag"
	" JOIN c ON theirs = campaign WHERE true ON CONFLICT DO NOTHING",
	"INSERT INTO main.change_note (uuid, stream, campaign, state, text, made_ns, author,"
	" assignee, bug) SELECT uuid, stream, ours, state, text, made_ns, author, assignee, bug"
	" FROM other.change_note"
	" JOIN c ON theirs = campaign WHERE true ON CONFLICT DO NOTHING",
	"INSERT INTO main.noise SELECT c.ours, e.ours, machine, linear, typical, sd_boot, sd_iter,"
	" lag1, false_rate, n_boots, n_iter, boot_s, iter_s FROM other.noise"
	" JOIN c ON c.theirs = campaign JOIN e ON e.theirs = series WHERE true"
	" ON CONFLICT DO NOTHING",
};

/* Copy the state of campaigns that are no longer running, and drop their claims. `campaign`: only
 * this UUID; NULL: all that were merged. */
static int settle_campaigns(struct store *st, const char *campaign, struct err *err)
{
	int ret = store_db__run(st,
				"UPDATE main.campaign SET state = t.state FROM other.campaign t"
				" JOIN c ON c.theirs = t.id WHERE main.campaign.id = c.ours"
				" AND (?1 = '' OR t.uuid = ?1)"
				" AND main.campaign.state <> 'finished' AND t.state <> 'running'",
				ARGS(campaign), err);

	return ret ? ret :
		     store_db__run(st,
				   "DELETE FROM main.claim WHERE campaign IN (SELECT m.id"
				   " FROM main.campaign m JOIN c ON ours = m.id"
				   " WHERE m.uuid = ?1 OR (?1 = '' AND m.state <> 'running'))",
				   ARGS(campaign), err);
}

/* Run a query that always returns one number. */
static int count(struct store *st, const char *sql, int64_t *n, struct err *err)
{
	int ret = store_db__int(st, sql, NULL, n, err);

	return ret < 0 ? ret : 0;
}

/* Reduce the table c to the campaigns in `only`. */
static int choose(struct store *st, const struct strvec *only, struct err *err)
{
	int ret = store_db__exec(st, "CREATE TEMP TABLE chosen (uuid TEXT PRIMARY KEY)", err);

	for (size_t i = 0; !ret && i < only->n; i++)
		ret = store_db__run(st, "INSERT INTO chosen VALUES (?) ON CONFLICT DO NOTHING",
				    ARGS(only->v[i]), err);
	return ret ? ret :
		     store_db__exec(st,
				    "DELETE FROM c WHERE theirs NOT IN (SELECT t.id"
				    " FROM other.campaign t JOIN chosen USING (uuid))",
				    err);
}

/* Check that none of the campaigns is being run here, and that those already here are the same. */
static int check_campaigns(struct store *st, const char *path, struct err *err)
{
	_cleanup_(strvec__release) struct strvec here = { 0 };
	_query_ struct query q = { 0 };
	int ret = query__begin(&q, st,
			       "SELECT uuid FROM main.campaign WHERE uuid IN (SELECT t.uuid"
			       " FROM other.campaign t JOIN c ON theirs = t.id)",
			       NULL, err);

	while (!ret && (ret = query__step(&q, err)) > 0) {
		strvec__push(&here, col__peek(&q, 0));
		ret = 0;
	}
	for (size_t i = 0; !ret && i < here.n; i++)
		ret = claim__is_free(st, "main", here.v[i], err);
	query__end(&q);
	if (!ret)
		ret = query__begin(&q, st, strangers, NULL, err);
	if (!ret)
		ret = query__step(&q, err);
	if (ret > 0)
		ret = err__set(err, -EUCLEAN,
			       "%s: campaign %.8s in it is not the one that %s has by the same UUID",
			       path, col__peek(&q, 0), st->path);
	return ret;
}

/*
 * A row with a dangling reference is skipped, as it joins with nothing. For the tables with one row
 * per value, that is detected by comparing counts: fast, unlike checking the references of each
 * row.
 */
static int check_taken(struct store *st, const char *path, const char *table, struct err *err)
{
	_free_ char *sql = xasprintf(
		"SELECT (SELECT n FROM taken WHERE name = '%s') = (SELECT count(*) FROM other.%s)"
		" - CASE WHEN EXISTS (SELECT 1 FROM other.boot WHERE id NOT IN"
		"  (SELECT theirs FROM b WHERE ours > 0)) THEN"
		"  (SELECT count(*) FROM other.%s WHERE boot IN (SELECT id FROM other.boot WHERE id NOT IN"
		"   (SELECT theirs FROM b WHERE ours > 0))) ELSE 0 END",
		table, table, table);
	int64_t all = 0;
	int ret = count(st, sql, &all, err);

	return ret || all ? ret :
			    err__set(err, -EUCLEAN,
				     "%s: damaged: a row of %s refers to what is not there", path,
				     table);
}

/* A constraint violation, such as a duplicate key, means that the other database is damaged. */
static int take_step(struct store *st, const char *path, const char *sql, struct err *err)
{
	int ret = store_db__exec(st, sql, err);

	return ret && (sqlite3_errcode(st->db) & 0xff) == SQLITE_CONSTRAINT ?
		       err__set(err, -EUCLEAN, "%s: damaged: %s", path, sqlite3_errmsg(st->db)) :
		       ret;
}

/* If most of the rows come from the other database, drop the index of boot_stat and rebuild it once
 * at the end. */
static int take_tables(struct store *st, const char *path, struct err *err)
{
	int64_t here = 0, there = 0;
	bool bulk;
	int ret = count(st, "SELECT count(*) FROM main.boot", &here, err);

	if (!ret)
		ret = count(st, "SELECT count(*) FROM other.boot", &there, err);
	bulk = there > here;
	if (!ret && bulk)
		ret = store_db__exec(st, "DROP INDEX main.boot_stat_series", err);
	for (size_t i = 0; !ret && i < ARRAY_SIZE(steps); i++)
		ret = take_step(st, path, steps[i], err);
	if (!ret && bulk)
		ret = store_db__exec(st, "CREATE INDEX main." BOOT_STAT_SERIES, err);
	return ret;
}

/* The whole merge, within one transaction. */
static int take_rows(struct store *st, const char *path, const struct merge *m,
		     struct merge_result *r, struct err *err)
{
	int ret = m->ended ? claim__is_free(st, "other", m->ended, err) : 0;

	if (!ret)
		ret = store_ids__check(st, err);
	if (!ret)
		ret = store_db__exec(st, tables, err);
	if (!ret && m->only)
		ret = choose(st, m->only, err);
	if (!ret)
		ret = check_campaigns(st, path, err);
	if (!ret)
		ret = count(st, "SELECT count(*) FROM c WHERE is_new", &r->campaigns, err);
	if (!ret)
		ret = take_tables(st, path, err);
	if (!ret && m->unchecked)
		ret = check_taken(st, path, "sample", err);
	if (!ret && m->unchecked)
		ret = check_taken(st, path, "boot_stat", err);
	if (!ret)
		ret = count(st, "SELECT count(*) FROM b WHERE ours > 0", &r->boots, err);
	if (!ret)
		ret = count(st, "SELECT count(*) FROM b WHERE ours IS NULL", &r->left, err);
	return ret ? ret : settle_campaigns(st, m->ended, err);
}

/*
 * Foreign keys need not be checked during the merge: every reference comes from a mapping table,
 * which holds ids of existing rows. Checking them again would take a third of the time. The pragma
 * has no effect inside a transaction.
 */
static int set_checks(struct store *st, bool on, struct err *err)
{
	return store_db__exec(st,
			      on ? STORE_DB_CHECKED :
				   "PRAGMA foreign_keys = OFF; PRAGMA cache_size = -256000;"
				   "PRAGMA secure_delete = OFF",
			      err);
}

int store__merge(struct store *st, const char *path, const struct merge *m, struct merge_result *r,
		 struct err *err)
{
	int ret, back;

	*r = (struct merge_result){ 0 };
	/* Temporary tables in memory: a full temporary directory must not make the merge fail. */
	ret = store_db__exec(st, "PRAGMA temp_store = MEMORY", err);
	if (!ret)
		ret = store_db__run(st, "ATTACH ? AS other", ARGS(path), err);
	if (!ret)
		ret = set_checks(st, false, err);
	if (!ret) {
		ret = store_db__begin(st, err);
		if (!ret)
			ret = store_db__end(st, take_rows(st, path, m, r, err), err);
		back = set_checks(st, true, ret ? NULL : err);
		ret = ret ? ret : back;
	}
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store/metric_table.h"
#include "reports/store/db.h"
#include "reports/store/values.h"
#include "reports/store/read.h"

static int prepare_for(struct store *st, const char *sql, int64_t a, int64_t b, sqlite3_stmt **stmt,
		       struct err *err)
{
	int ret = store_db__prepare(st, sql, stmt, err);

	if (ret)
		return ret;
	sqlite3_bind_int64(*stmt, 1, a);
	if (sqlite3_bind_parameter_count(*stmt) > 1)
		sqlite3_bind_int64(*stmt, 2, b);
	return 0;
}

int store__list(struct store *st, struct campaign_brief **list, size_t *n, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret =
		store_db__prepare(st,
				  "SELECT c.uuid, c.name, c.target, c.state, c.created_ns, c.n_slots,"
				  " count(b.id), count(b.id) FILTER (WHERE b.status <> 'ok')"
				  " FROM campaign c LEFT JOIN boot b"
				  " ON b.campaign = c.id AND b.status <> 'interrupted'"
				  " GROUP BY c.id ORDER BY c.created_ns DESC, c.id DESC",
				  &stmt, err);

	*list = NULL;
	*n = 0;
	while (!ret && (ret = store_db__step(st, stmt, err)) > 0) {
		GROW(*list, *n);
		(*list)[(*n)++] = (struct campaign_brief){
			.uuid = col__text(stmt, 0),
			.name = col__text(stmt, 1),
			.target = col__text(stmt, 2),
			.state = col__text(stmt, 3),
			.created_ns = col__u64(stmt, 4),
			.n_slots = (unsigned int)sqlite3_column_int64(stmt, 5),
			.n_done = (unsigned int)sqlite3_column_int64(stmt, 6),
			.n_failed = (unsigned int)sqlite3_column_int64(stmt, 7),
		};
		ret = 0;
	}
	if (ret) {
		campaign_brief__free(*list, *n);
		*list = NULL;
		*n = 0;
	}
	return ret;
}

void campaign_brief__free(struct campaign_brief *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].uuid);
		free(list[i].name);
		free(list[i].target);
		free(list[i].state);
	}
	free(list);
}

static int read_packed(struct store *st, const char *sql, int64_t boot, const char *name,
		       char **text, size_t *len, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int ret = store_db__prepare(st, sql, &stmt, err);

	*text = NULL;
	*len = 0;
	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__int(&b, boot);
	bind__text(&b, name);
	ret = store_db__step(st, stmt, err);
	if (!ret)
		return err__set(err, -ENOENT, "no %s was kept of this boot", name);
	return ret < 0 ? ret : col__packed(st, stmt, name, text, len, err);
}

int store__log(struct store *st, int64_t boot, const char *name, char **text, size_t *len,
	       struct err *err)
{
	return read_packed(st, "SELECT bytes, zstd FROM log WHERE boot = ? AND name = ?", boot,
			   name, text, len, err);
}

int store__text(struct store *st, int64_t boot, const char *name, char **text, size_t *len,
		struct err *err)
{
	return read_packed(st, "SELECT bytes, zstd FROM text WHERE boot = ? AND name = ?", boot,
			   name, text, len, err);
}

int store__config(struct store *st, const char *hash, char **text, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	size_t len;
	int ret = store_db__prepare(st, "SELECT bytes, zstd FROM config WHERE hash = ?", &stmt,
				    err);

	*text = NULL;
	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__text(&b, hash);
	ret = store_db__step(st, stmt, err);
	return ret <= 0 ? ret : col__packed(st, stmt, "configuration", text, &len, err);
}

int store__text_names(struct store *st, int64_t boot, struct strvec *names, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = prepare_for(st, "SELECT name FROM text WHERE boot = ? ORDER BY name", boot, 0,
			      &stmt, err);

	while (!ret && (ret = store_db__step(st, stmt, err)) > 0) {
		_free_ char *name = col__text(stmt, 0);

		strvec__push(names, name);
		ret = 0;
	}
	return ret;
}

int store__facts(struct store *st, int64_t boot, struct boot_fact **facts, size_t *n,
		 struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = prepare_for(st, "SELECT key, value FROM fact WHERE boot = ? ORDER BY key", boot,
			      0, &stmt, err);

	*facts = NULL;
	*n = 0;
	while (!ret && (ret = store_db__step(st, stmt, err)) > 0) {
		GROW(*facts, *n);
		(*facts)[(*n)++] = (struct boot_fact){ col__text(stmt, 0), col__text(stmt, 1) };
		ret = 0;
	}
	if (ret) {
		boot_fact__free(*facts, *n);
		*facts = NULL;
		*n = 0;
	}
	return ret;
}

void boot_fact__free(struct boot_fact *facts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(facts[i].key);
		free(facts[i].value);
	}
	free(facts);
}

int store__fact(struct store *st, int64_t boot, const char *key, char **value, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int ret = store_db__prepare(st, "SELECT value FROM fact WHERE boot = ? AND key = ?", &stmt,
				    err);

	*value = NULL;
	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__int(&b, boot);
	bind__text(&b, key);
	ret = store_db__step(st, stmt, err);
	if (ret > 0)
		*value = col__text(stmt, 0);
	return ret < 0 ? ret : 0;
}

#define SERIES_COLUMNS                                                                      \
	"SELECT s.id, s.workload, s.source, s.version, s.metric, s.unit, s.better, s.kind," \
	" s.is_primary, s.per_boot, s.margin_abs, s.margin_rel, s.resolution, s.basis"
#define SERIES_ORDER " ORDER BY s.workload, s.source, s.metric, s.id"

/*
 * The distinct series of a variant by hopping from key to key of boot_stat, which has a row for each
 * boot and series: the cost is that of the series, not of the boots or their samples.
 */
#define SERIES_OF_VARIANT                                                                    \
	"WITH RECURSIVE hop (id) AS ("                                                       \
	" SELECT min(series) FROM boot_stat WHERE variant = ?1"                              \
	" UNION ALL"                                                                         \
	" SELECT (SELECT min(series) FROM boot_stat WHERE variant = ?1 AND series > hop.id)" \
	" FROM hop WHERE hop.id IS NOT NULL LIMIT 1000000)" SERIES_COLUMNS                   \
	" FROM hop JOIN series s ON s.id = hop.id" SERIES_ORDER

#define ALL_SERIES SERIES_COLUMNS " FROM series s" SERIES_ORDER

static int take_series(struct store *st, sqlite3_stmt *row, struct series *s, struct err *err)
{
	const char *better = (const char *)sqlite3_column_text(row, 6);
	const char *basis = (const char *)sqlite3_column_text(row, 13);
	const char *kind_name = (const char *)sqlite3_column_text(row, 7);
	int kind = metric__kind_parse(kind_name ? kind_name : "");
	int b = metric__basis_parse(basis ? basis : "");
	const struct metric *declared;

	if (kind < 0 || b < 0 || !better)
		return err__set(err, -EUCLEAN, "%s: series %lld has a kind or basis that is none",
				st->path, (long long)sqlite3_column_int64(row, 0));
	*s = (struct series){
		.id = sqlite3_column_int64(row, 0),
		.workload = col__text(row, 1),
		.source = col__text(row, 2),
		.version = (unsigned int)sqlite3_column_int64(row, 3),
		.name = col__text(row, 4),
		.unit = col__text(row, 5),
		.basis = (enum metric_basis)b,
		.metric = {
			.better = streq(better, "higher") ? BETTER_HIGHER : BETTER_LOWER,
			.kind = (enum metric_kind)kind,
			.primary = sqlite3_column_int(row, 8),
			.per_boot = sqlite3_column_int(row, 9),
			.margin_abs = sqlite3_column_double(row, 10),
			.margin_rel = sqlite3_column_double(row, 11),
			.resolution = sqlite3_column_double(row, 12),
		},
	};
	declared = metric_table__find(s->source, s->name);
	s->metric.describes = declared && declared->describes;
	s->metric.name = s->name;
	s->metric.unit = s->unit;
	return 0;
}

static int read_series(struct store *st, sqlite3_stmt *stmt, struct series **list, size_t *n,
		       struct err *err)
{
	int ret = 0;

	while (!ret && (ret = store_db__step(st, stmt, err)) > 0) {
		GROW(*list, *n);
		ret = take_series(st, stmt, &(*list)[*n], err);
		*n += !ret;
	}
	if (ret) {
		series__free(*list, *n);
		*list = NULL;
		*n = 0;
	}
	return ret;
}

int store__series(struct store *st, int64_t variant, struct series **list, size_t *n,
		  struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = prepare_for(st, SERIES_OF_VARIANT, variant, 0, &stmt, err);

	*list = NULL;
	*n = 0;
	return ret ? ret : read_series(st, stmt, list, n, err);
}

int store__all_series(struct store *st, struct series **list, size_t *n, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st, ALL_SERIES, &stmt, err);

	*list = NULL;
	*n = 0;
	return ret ? ret : read_series(st, stmt, list, n, err);
}

void series__free(struct series *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].workload);
		free(list[i].source);
		free(list[i].name);
		free(list[i].unit);
	}
	free(list);
}

int store__readings(struct store *st, int64_t variant, int64_t series, struct reading **list,
		    size_t *n, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = prepare_for(st,
			      "SELECT boot, iter, value, warmup, tainted, enabled_ns,"
			      " running_ns FROM sample WHERE variant = ? AND series = ?"
			      " ORDER BY boot, iter",
			      variant, series, &stmt, err);

	*list = NULL;
	*n = 0;
	while (!ret && (ret = store_db__step(st, stmt, err)) > 0) {
		GROW(*list, *n);
		(*list)[(*n)++] = (struct reading){
			.series = series,
			.boot = sqlite3_column_int64(stmt, 0),
			.iter = sqlite3_column_int(stmt, 1),
			.value = sqlite3_column_double(stmt, 2),
			.warmup = sqlite3_column_int(stmt, 3),
			.tainted = sqlite3_column_int(stmt, 4),
			.enabled_ns = col__u64(stmt, 5),
			.running_ns = col__u64(stmt, 6),
		};
		ret = 0;
	}
	if (ret) {
		free(*list);
		*list = NULL;
		*n = 0;
	}
	return ret;
}

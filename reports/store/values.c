// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store/db.h"
#include "reports/store/values.h"

#include <math.h>

static int read_values(struct store *st, const char *sql, int64_t series, int64_t variant,
		       struct boot_value **list, size_t *n, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st, sql, &stmt, err);

	*list = NULL;
	*n = 0;
	if (ret)
		return ret;
	sqlite3_bind_int64(stmt, 1, series);
	sqlite3_bind_int64(stmt, 2, variant); /* where there is a second parameter */
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		GROW(*list, *n);
		(*list)[(*n)++] = (struct boot_value){
			.variant = sqlite3_column_int64(stmt, 0),
			.boot = sqlite3_column_int64(stmt, 1),
			.median = sqlite3_column_double(stmt, 2),
			.n = (unsigned int)sqlite3_column_int64(stmt, 3),
		};
	}
	if (ret) {
		free(*list);
		*list = NULL;
		*n = 0;
	}
	return ret;
}

#define VALUES "SELECT variant, boot, median, n FROM boot_value WHERE series = ?"

int store__values(struct store *st, int64_t series, struct boot_value **list, size_t *n,
		  struct err *err)
{
	return read_values(st, VALUES " ORDER BY variant, boot", series, 0, list, n, err);
}

int store__values_of(struct store *st, int64_t series, int64_t variant, struct boot_value **list,
		     size_t *n, struct err *err)
{
	return read_values(st, VALUES " AND variant = ? ORDER BY boot", series, variant, list, n,
			   err);
}

/* NULL is what SQLite makes of NAN. */
static double number(sqlite3_stmt *row, int col)
{
	return sqlite3_column_type(row, col) == SQLITE_NULL ? NAN : sqlite3_column_double(row, col);
}

int store__boot_stats(struct store *st, int64_t variant, struct boot_stat **list, size_t *n,
		      struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st,
				    "SELECT series, boot, median, n, warmup, tainted, low, mean,"
				    " var, log_mean, log_var, multiplexed, least_ran FROM boot_stat"
				    " WHERE variant = ?"
				    " ORDER BY series, boot",
				    &stmt, err);

	*list = NULL;
	*n = 0;
	if (ret)
		return ret;
	sqlite3_bind_int64(stmt, 1, variant);
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		GROW(*list, *n);
		(*list)[(*n)++] = (struct boot_stat){
			.series = sqlite3_column_int64(stmt, 0),
			.boot = sqlite3_column_int64(stmt, 1),
			.median = sqlite3_column_double(stmt, 2),
			.spread = { .n = (size_t)sqlite3_column_int64(stmt, 3),
				    .low = number(stmt, 6),
				    .mean = number(stmt, 7),
				    .var = sqlite3_column_double(stmt, 8),
				    .log_mean = number(stmt, 9),
				    .log_var = number(stmt, 10) },
			.n_warmup = (unsigned int)sqlite3_column_int64(stmt, 4),
			.n_tainted = (unsigned int)sqlite3_column_int64(stmt, 5),
			.n_multiplexed = (unsigned int)sqlite3_column_int64(stmt, 11),
			.least_ran = sqlite3_column_double(stmt, 12),
		};
	}
	if (ret) {
		free(*list);
		*list = NULL;
		*n = 0;
	}
	return ret;
}

int store__sides(struct store *st, struct value_side **list, size_t *n, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st,
				    "SELECT v.id, c.id, v.name, c.uuid, c.name, c.host,"
				    " c.created_ns FROM variant v"
				    " JOIN campaign c ON c.id = v.campaign ORDER BY v.id",
				    &stmt, err);

	*list = NULL;
	*n = 0;
	if (ret)
		return ret;
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		GROW(*list, *n);
		(*list)[(*n)++] = (struct value_side){
			.variant = sqlite3_column_int64(stmt, 0),
			.campaign = sqlite3_column_int64(stmt, 1),
			.name = col__text(stmt, 2),
			.uuid = col__text(stmt, 3),
			.plan = col__text(stmt, 4),
			.host = col__text(stmt, 5),
			.created_ns = col__u64(stmt, 6),
		};
	}
	if (ret) {
		value_side__free(*list, *n);
		*list = NULL;
		*n = 0;
	}
	return ret;
}

void value_side__free(struct value_side *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].name);
		free(list[i].uuid);
		free(list[i].plan);
		free(list[i].host);
	}
	free(list);
}

/* The rule of campaign_boot.repeat: an earlier boot of the same variant that ended well has the
 * slot that this one repeats. */
#define COUNTING_BOOTS                                                           \
	"SELECT b.id, b.slot FROM boot b WHERE b.status = 'ok' AND NOT EXISTS (" \
	"SELECT 1 FROM fact f JOIN boot o ON o.campaign = b.campaign"            \
	" AND o.slot = CAST(f.value AS INTEGER) - 1 AND o.variant = b.variant"   \
	" AND o.status = 'ok' AND o.slot < b.slot"                               \
	" WHERE f.boot = b.id AND f.key = '" FACT_REPEAT_OF "') ORDER BY b.id"

int store__counting_boots(struct store *st, struct value_boot **list, size_t *n, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st, COUNTING_BOOTS, &stmt, err);

	*list = NULL;
	*n = 0;
	if (ret)
		return ret;
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		GROW(*list, *n);
		(*list)[(*n)++] = (struct value_boot){
			.id = sqlite3_column_int64(stmt, 0),
			.slot = (unsigned int)sqlite3_column_int64(stmt, 1),
		};
	}
	if (ret) {
		free(*list);
		*list = NULL;
		*n = 0;
	}
	return ret;
}

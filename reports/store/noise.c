// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store/db.h"
#include "reports/store/history.h"

#include <math.h>

int store__add_noise(struct store *st, const char *campaign, int64_t series,
		     const struct noise *noise, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int64_t id;
	int ret = store_db__campaign_id(st, campaign, &id, err);

	if (!ret)
		ret = store_db__prepare(st,
					"INSERT INTO noise (campaign, series, machine, linear,"
					" typical, sd_boot, sd_iter, lag1, false_rate, n_boots,"
					" n_iter, boot_s, iter_s)"
					" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
					" ON CONFLICT DO NOTHING",
					&stmt, err);
	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__int(&b, id);
	bind__int(&b, series);
	bind__text(&b, noise->machine);
	bind__int(&b, noise->linear);
	bind__double(&b, noise->typical);
	bind__double(&b, noise->sd_boot);
	bind__double(&b, noise->sd_iter);
	bind__double(&b, noise->lag1); /* SQLite makes NULL of NaN */
	bind__double(&b, noise->false_rate);
	bind__int(&b, noise->n_boots);
	bind__double(&b, noise->n_iter);
	bind__double(&b, noise->boot_s);
	bind__double(&b, noise->iter_s);
	return store_db__run(st, stmt, err);
}

static double number_or_nan(sqlite3_stmt *row, int i)
{
	return sqlite3_column_type(row, i) == SQLITE_NULL ? NAN : sqlite3_column_double(row, i);
}

static int take_noise(struct store *st, sqlite3_stmt *row, struct noise *v, struct err *err)
{
	const char *basis = (const char *)sqlite3_column_text(row, 7);
	int b = metric__basis_parse(basis ? basis : "");

	if (b < 0)
		return err__set(err, -EUCLEAN, "%s: a series has a basis that is none", st->path);
	*v = (struct noise){
		.machine = col__text(row, 0),
		.campaign = col__text(row, 1),
		.workload = col__text(row, 2),
		.source = col__text(row, 3),
		.metric = col__text(row, 4),
		.unit = col__text(row, 5),
		.version = (unsigned int)sqlite3_column_int64(row, 6),
		.basis = (enum metric_basis)b,
		.linear = sqlite3_column_int(row, 8),
		.typical = number_or_nan(row, 9),
		.sd_boot = number_or_nan(row, 10),
		.sd_iter = number_or_nan(row, 11),
		.lag1 = number_or_nan(row, 12),
		.false_rate = number_or_nan(row, 13),
		.n_boots = (unsigned int)sqlite3_column_int64(row, 14),
		.n_iter = number_or_nan(row, 15),
		.boot_s = number_or_nan(row, 16),
		.iter_s = number_or_nan(row, 17),
		.created_ns = col__u64(row, 18),
	};
	return 0;
}

/* The newest campaign's row of each metric: bare columns go with max(). */
#define NEWEST_NOISE                                                                            \
	"SELECT x.machine, c.uuid, s.workload, s.source, s.metric, s.unit, s.version, s.basis," \
	" x.linear, x.typical, x.sd_boot, x.sd_iter, x.lag1, x.false_rate, x.n_boots,"          \
	" x.n_iter, x.boot_s, x.iter_s, max(c.created_ns)"                                      \
	" FROM noise x JOIN campaign c ON c.id = x.campaign JOIN series s ON s.id = x.series"   \
	" WHERE substr(x.machine, 1, length(?1)) = ?1"                                          \
	" GROUP BY x.machine, s.workload, s.source, s.metric"                                   \
	" ORDER BY x.machine, s.workload, s.source, s.metric"

int store__noise(struct store *st, const char *machine, struct noise **list, size_t *n,
		 struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int ret = store_db__prepare(st, NEWEST_NOISE, &stmt, err);

	*list = NULL;
	*n = 0;
	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__text(&b, machine);
	while (!ret && (ret = store_db__step(st, stmt, err)) > 0) {
		GROW(*list, *n);
		ret = take_noise(st, stmt, &(*list)[*n], err);
		*n += !ret;
	}
	if (ret) {
		noise__free(*list, *n);
		*list = NULL;
		*n = 0;
	}
	return ret;
}

void noise__free(struct noise *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].machine);
		free(list[i].campaign);
		free(list[i].workload);
		free(list[i].source);
		free(list[i].metric);
		free(list[i].unit);
	}
	free(list);
}

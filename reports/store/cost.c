// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store/db.h"
#include "reports/store/history.h"

static int boots_time(struct store *st, int64_t campaign, double *seconds, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int ret = store_db__prepare(st,
				    "SELECT total(ended_ns - started_ns) / 1e9 FROM boot"
				    " WHERE campaign = ? AND status = 'ok'",
				    &stmt, err);

	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__int(&b, campaign);
	ret = store_db__step(st, stmt, err);
	*seconds = ret > 0 ? sqlite3_column_double(stmt, 0) : 0;
	return ret < 0 ? ret : 0;
}

int store__costs(struct store *st, int64_t campaign, struct workload_cost **list, size_t *n,
		 double *boots_s, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int ret = boots_time(st, campaign, boots_s, err);

	*list = NULL;
	*n = 0;
	if (!ret)
		ret = store_db__prepare(st,
					"SELECT i.workload, count(*), total(i.ns) / 1e9"
					" FROM boot b JOIN iteration i ON i.boot = b.id"
					" WHERE b.campaign = ? AND b.status = 'ok'"
					" GROUP BY i.workload ORDER BY i.workload",
					&stmt, err);
	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__int(&b, campaign);
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		GROW(*list, *n);
		(*list)[(*n)++] = (struct workload_cost){
			.workload = col__text(stmt, 0),
			.n = col__u64(stmt, 1),
			.total_s = sqlite3_column_double(stmt, 2),
		};
	}
	if (ret) {
		workload_cost__free(*list, *n);
		*list = NULL;
		*n = 0;
	}
	return ret;
}

void workload_cost__free(struct workload_cost *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i].workload);
	free(list);
}

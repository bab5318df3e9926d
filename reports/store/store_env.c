// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store/db.h"
#include "reports/store/read.h"

int store__fact_values(struct store *st, int64_t variant, const char *key, struct strvec *values,
		       struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int ret =
		store_db__prepare(st,
				  "SELECT DISTINCT f.value FROM boot b JOIN fact f ON f.boot = b.id"
				  /* The campaign's index leads to its boots. */
				  " WHERE b.campaign = (SELECT campaign FROM variant WHERE id = ?1)"
				  " AND b.variant = ?1 AND b.status = 'ok' AND f.key = ?2"
				  " ORDER BY f.value",
				  &stmt, err);

	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__int(&b, variant);
	bind__text(&b, key);
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		_free_ char *value = col__text(stmt, 0);

		strvec__push(values, value);
	}
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store-db.h"
#include "reports/store-values.h"

/* The newest word on where a campaign ran. */
#define MACHINE(campaign)                                                                      \
	"(SELECT value FROM tag WHERE campaign = " campaign " AND key = 'machine'"             \
	" ORDER BY set_ns DESC LIMIT 1)"

/* The campaigns first: they are few, and each leads to one stretch of boot_stat. */
#define RECENT                                                                                 \
	"WITH own AS (SELECT c.id, c.name, c.created_ns, v.name AS variant FROM variant v"     \
	" JOIN campaign c ON c.id = v.campaign WHERE v.id = ?1),"                              \
	" side AS MATERIALIZED (SELECT c.created_ns, c.id AS campaign, v.id FROM own"          \
	" JOIN campaign c ON c.name = own.name AND (c.created_ns < own.created_ns"             \
	" OR c.id = own.id) AND " MACHINE("c.id") " IS " MACHINE("own.id")                     \
	" JOIN variant v ON v.campaign = c.id AND v.name = own.variant"                        \
	" ORDER BY c.created_ns DESC, c.id DESC LIMIT ?2),"                                    \
	" good AS MATERIALIZED (SELECT o.id FROM side JOIN boot o ON o.campaign = side.campaign" \
	" WHERE o.status = 'ok')"                                                              \
	" SELECT s.variant, s.series, s.median FROM side"                                      \
	" CROSS JOIN boot_stat s ON s.variant = side.id"                                       \
	" WHERE s.n > 0 AND s.boot IN (SELECT id FROM good)"                                   \
	" ORDER BY side.created_ns, side.campaign, s.series"

int store__recent(struct store *st, int64_t variant, unsigned int most, struct boot_median **list,
		  size_t *n, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	size_t room = 0;
	int ret = store_db__prepare(st, RECENT, &stmt, err);

	*list = NULL;
	*n = 0;
	if (ret)
		return ret;
	sqlite3_bind_int64(stmt, 1, variant);
	sqlite3_bind_int64(stmt, 2, most);
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		if (*n == room) {
			room = room ? 2 * room : 512;
			*list = xrealloc(*list, room, sizeof(**list));
		}
		(*list)[(*n)++] = (struct boot_median){
			.variant = sqlite3_column_int64(stmt, 0),
			.series = sqlite3_column_int64(stmt, 1),
			.median = sqlite3_column_double(stmt, 2),
		};
	}
	if (ret) {
		free(*list);
		*list = NULL;
		*n = 0;
	}
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
/* ids.c - detects rows that refer to ids beyond the highest existing one. */
#include "reports/store/ids.h"
#include "reports/store/db.h"

/* Tables with ids, and the tables that refer to them through an index or are small. For the
 * variants of `boot` only the newest boot is checked: checking all would read the whole table. */
static const struct {
	const char *table, *by[9];
} ids[] = {
	{ "campaign",
	  { "variant", "boot", "comparison", "tag", "design", "margin", "noise", "claim" } },
	{ "variant",
	  { "sample", "boot_stat", "(SELECT variant FROM main.boot ORDER BY id DESC LIMIT 1)" } },
	{ "boot", { "log", "fact", "iteration", "text", "profile" } },
	{ "series", { "boot_stat", "noise" } },
	{ "kernel", { "variant" } },
};

/* Does a table refer to an id that is higher than any in the other table? 1, 0 or -errno. */
static int is_ahead(struct store *st, const char *by, const char *table, struct err *err)
{
	_free_ char *sql = xasprintf("SELECT ifnull((SELECT max(%s) FROM %s%s), 0) >"
				     " ifnull((SELECT max(id) FROM main.%s), 0)",
				     table, *by == '(' ? "" : "main.", by, table);
	int64_t ahead = 0;
	int ret = store_db__int(st, sql, NULL, &ahead, err);

	return ret < 0 ? ret : ahead != 0;
}

int store_ids__check(struct store *st, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		for (size_t k = 0; !ret && ids[i].by[k]; k++)
			ret = is_ahead(st, ids[i].by[k], ids[i].table, err);
		if (ret < 0)
			return ret;
		if (ret)
			return err__set(
				err, -EUCLEAN,
				"%s: rows of its table '%s' were deleted, but not what belongs to "
				"them, which new results would be mixed with. Nothing is added: put "
				"a backup in its place, or take what is whole into a new database "
				"with `kduel export campaign` and `kduel import`; to delete a "
				"campaign there is `kduel rm`",
				st->path, ids[i].table);
	}
	return 0;
}

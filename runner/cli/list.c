// SPDX-License-Identifier: GPL-2.0-only
/* list.c - the campaigns of a database, newest first. */
#include "lib/date.h"
#include "reports/render/grid.h"
#include "reports/render/show.h"
#include "reports/render/json.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"

struct list_opts {
	const char *db;
	bool json;
};

static const struct options options = {
	.command = "list",
	.doc = "Lists the campaigns of a database, newest first: the beginning of the id, name, "
	       "date, boots done of those planned, failed boots, state.",
	.shared = { { &options__db, offsetof(struct list_opts, db) },
		    { &options__format, offsetof(struct list_opts, json) } },
};

/* `left`: the columns with text are left-aligned, numbers are not. */
static void print_text(const struct campaign_brief *list, size_t n)
{
	static const char *const head[] = { "id", "name", "created", "boots", "failed", "state" };
	struct grid g = { .n_cols = ARRAY_SIZE(head),
			  .left = 1u << 0 | 1u << 1 | 1u << 2 | 1u << 5 };
	size_t row = grid__row(&g);
	char date[DATE_LEN];

	for (size_t i = 0; i < ARRAY_SIZE(head); i++)
		grid__put(&g, row, i, "%s", head[i]);
	for (size_t i = 0; i < n; i++) {
		row = grid__row(&g);
		grid__put(&g, row, 0, "%.8s", list[i].uuid);
		grid__put(&g, row, 1, "%s", list[i].name);
		grid__put(&g, row, 2, "%s", date__utc(list[i].created_ns, DATE_MINUTES, date));
		grid__put(&g, row, 3, "%u/%u", list[i].n_done, list[i].n_slots);
		grid__put(&g, row, 4, "%u", list[i].n_failed);
		grid__put(&g, row, 5, "%s", list[i].state);
	}
	grid__print(&g, false, stdout);
	grid__release(&g);
}

int cmd_list(int argc, char **argv)
{
	struct list_opts o = { 0 };
	struct campaign_brief *list = NULL;
	_cleanup_(store__closep) struct store *st = NULL;
	struct err err;
	size_t n = 0;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	ret = results__open(o.db, STORE_READ, &st, &err);
	if (!ret)
		ret = store__list(st, &list, &n, &err);
	if (ret)
		log__error("%s", err.msg);
	else if (o.json)
		json__print(show_json__campaigns(list, n), stdout);
	else if (n)
		print_text(list, n);
	else
		log__info("no campaigns yet: `kduel run PLAN` makes one");
	campaign_brief__free(list, n);
	return cmd__exit_code(ret);
}

// SPDX-License-Identifier: GPL-2.0-only
/* list.c - the campaigns of a database, newest first. */
#include "lib/date.h"
#include "reports/render/grid.h"
#include "reports/render/show.h"
#include "runner/cli/common.h"

#define USAGE "[--db FILE] [--format text|json]"

static int help(void)
{
	printf("usage: kduel list %s\n\n"
	       "Lists campaigns, newest first: the beginning of the id, name, date, boots done of\n"
	       "those planned, failed boots, state.\n\n"
	       "  --db FILE      the database (default: $KDUEL_DB, else\n"
	       "                 $XDG_DATA_HOME/kduel/kduel.db)\n"
	       "  --format F     text (default) or json\n",
	       USAGE);
	return EXIT_NO_REGRESSION;
}

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

/* 0, an exit code, or -1 when help was asked for. */
static int parse(int argc, char **argv, const char **db, bool *json)
{
	int ret = results__parse("list", USAGE, argc, argv, db, json);

	if (ret)
		return ret;
	if (optind < argc)
		return cmd__usage("list", USAGE, "unexpected argument '%s'", argv[optind]);
	return 0;
}

int cmd_list(int argc, char **argv)
{
	struct campaign_brief *list = NULL;
	const char *db = NULL;
	struct store *st = NULL;
	bool json = false;
	struct err err;
	size_t n = 0;
	int ret = parse(argc, argv, &db, &json);

	if (ret)
		return ret < 0 ? help() : ret;
	ret = results__open(db, &st, &err);
	if (!ret)
		ret = store__list(st, &list, &n, &err);
	if (ret)
		log__error("%s", err.msg);
	else if (json)
		results__print_json(show_json__campaigns(list, n));
	else if (n)
		print_text(list, n);
	else
		log__info("no campaign yet: `kduel run PLAN` makes one");
	campaign_brief__free(list, n);
	store__close(st);
	return cmd__exit_code(ret);
}

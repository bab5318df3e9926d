// SPDX-License-Identifier: GPL-2.0-only
/* tag.c - what is known of a campaign: branch, commit, date, whatever. */
#include "reports/render/json.h"
#include "runner/cli/common.h"
#include "runner/campaign/tags.h"

#define USAGE "CAMPAIGN [KEY=VALUE...] [--format text|json] [--db FILE]"

static int help(void)
{
	printf("usage: kduel tag %s\n\n"
	       "Sets tags of a campaign, or prints those it has. \"KEY=\" takes one away. `kduel\n"
	       "history` knows branch, commit, date (2026-11-21 or 2026-11-21T05:40:00Z: its place\n"
	       "in the order), machine, and expected (why a new baseline begins with it).\n\n"
	       "  --format F     text (default) or json\n"
	       "  --db FILE      the database (default: $KDUEL_DB, else\n"
	       "                 $XDG_DATA_HOME/kduel/kduel.db)\n",
	       USAGE);
	return EXIT_NO_REGRESSION;
}

static int print(struct store *st, const struct campaign *c, bool json, struct err *err)
{
	struct campaign_tag *tags;
	size_t n;
	int ret = store__tags(st, c->id, &tags, &n, err);

	if (ret)
		return ret;
	if (json) {
		json_t *j = json_object();

		for (size_t i = 0; i < n; i++)
			json_object_set_new(j, tags[i].key, json__text(tags[i].value));
		results__print_json(json_pack("{s:i, s:s, s:s, s:o}", "schema", 1, "kind", "tags",
					      "campaign", c->uuid, "tags", j));
	} else {
		for (size_t i = 0; i < n; i++)
			printf("%s=%s\n", tags[i].key, tags[i].value);
	}
	campaign_tag__free(tags, n);
	return 0;
}

/* 0, an exit code, or -1 when help was asked for. */
static int parse(int argc, char **argv, const char **db, bool *json)
{
	int ret = results__parse("tag", USAGE, argc, argv, db, json);

	if (ret)
		return ret;
	if (optind == argc)
		return cmd__usage("tag", USAGE, "expected a campaign (`kduel list`)");
	return 0;
}

int cmd_tag(int argc, char **argv)
{
	struct tags tags = { 0 };
	struct campaign *c = NULL;
	struct store *st = NULL;
	const char *db = NULL;
	bool json = false;
	struct err err;
	int ret = parse(argc, argv, &db, &json);

	if (ret)
		return ret < 0 ? help() : ret;
	const char *key = argv[optind++];

	for (; !ret && optind < argc; optind++)
		ret = tags__add(&tags, argv[optind], &err);
	if (!ret)
		ret = results__load(db, key, &st, &c, &err);
	if (!ret && tags.n) {
		_free_ char *path = db ? xstrdup(db) : store__default_path();

		store__close(st);
		ret = store__open(path, STORE_WRITE, &st, &err);
	}
	if (!ret)
		ret = tags.n ? tags__store(&tags, st, c->uuid, &err) : print(st, c, json, &err);
	if (ret)
		log__error("%s", err.msg);
	campaign__free(c);
	store__close(st);
	tags__release(&tags);
	return cmd__exit_code(ret);
}

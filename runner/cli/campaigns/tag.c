// SPDX-License-Identifier: GPL-2.0-only
/* tag.c - `kduel tag`: set or print the tags of a campaign; `kduel rename` and `kduel note`: set
 * the tags that hold its name and note. */
#include "reports/render/json.h"
#include "reports/store/refs.h"
#include "runner/campaign/tags.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"

struct tag_opts {
	const char *campaign, *db;
	bool json;
	struct tags tags; /* to set; none: print */
};

/* Check all tags before any is stored. */
static int check_tag_options(void *opts, size_t n, char **args, struct err *err)
{
	struct tag_opts *o = opts;
	int ret = 0;

	if (!n)
		return err__set(err, -EINVAL, "expected a campaign (`kduel list`)");
	o->campaign = args[0];
	for (size_t i = 1; !ret && i < n; i++)
		ret = tags__add(&o->tags, args[i], err);
	return ret;
}

static const struct options options = {
	.command = "tag",
	.args = "CAMPAIGN [KEY=VALUE...]",
	.doc = "Sets tags of a campaign, or prints those it has. \"KEY=\" removes one. `kduel "
	       "history` uses branch, commit, date (2026-11-21 or 2026-11-21T05:40:00Z: the "
	       "campaign's place in the order), machine, and expected (why a new baseline begins "
	       "with it).",
	.max_args = OPTIONS_ANY,
	.check = check_tag_options,
	.shared = { { &options__db, offsetof(struct tag_opts, db) },
		    { &options__format, offsetof(struct tag_opts, json) } },
};

/* Print lines KEY=VALUE, in the form that `kduel tag` takes, or JSON. */
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
		json__print(json_pack("{s:i, s:s, s:s, s:o}", "schema", 1, "kind", "tags",
				      "campaign", c->uuid, "tags", j),
			    stdout);
	} else {
		for (size_t i = 0; i < n; i++)
			printf("%s=%s\n", tags[i].key, tags[i].value);
	}
	campaign_tag__free(tags, n);
	return 0;
}

/* Set the tags that were given, or print those of the campaign. */
static int set_or_print(struct tag_opts *o, struct err *err)
{
	_cleanup_(campaign__freep) struct campaign *c = NULL;
	_cleanup_(store__closep) struct store *st = NULL;
	int ret = results__open_there(o->db, o->tags.n ? STORE_WRITE : STORE_READ, &st, err);

	if (!ret)
		ret = store__load(st, o->campaign, &c, err);
	if (ret)
		return ret;
	return o->tags.n ? tags__store(&o->tags, st, c->uuid, err) : print(st, c, o->json, err);
}

static int run(const struct options *table, int argc, char **argv)
{
	struct tag_opts o = { 0 };
	struct err err;
	int ret;

	if (options__parse(table, argc, argv, &o, &ret))
		ret = cmd__fail(set_or_print(&o, &err), &err);
	tags__release(&o.tags);
	return ret;
}

int cmd_tag(int argc, char **argv)
{
	return run(&options, argc, argv);
}

/* The operands are CAMPAIGN and the value of the tag `key`, which the command sets. */
static int check_value(struct tag_opts *o, const char *key, size_t n, char **args, struct err *err)
{
	if (n < 2)
		return err__set(err, -EINVAL,
				"expected a campaign (`kduel list`) and its %s; \"\" "
				"removes it",
				key);
	o->campaign = args[0];
	return tags__put(&o->tags, key, args[1], err);
}

static int check_rename_options(void *opts, size_t n, char **args, struct err *err)
{
	return check_value(opts, TAG_NAME, n, args, err);
}

static int check_note_options(void *opts, size_t n, char **args, struct err *err)
{
	return check_value(opts, TAG_NOTE, n, args, err);
}

static const struct options rename_options = {
	.command = "rename",
	.args = "CAMPAIGN NAME",
	.doc = "Gives a campaign a name of its own, which is shown instead of that of its plan, and by "
	       "which commands find it. \"\" restores the plan's name. Histories use the plan's name.",
	.max_args = 2,
	.check = check_rename_options,
	.shared = { { &options__db, offsetof(struct tag_opts, db) } },
};

static const struct options note_options = {
	.command = "note",
	.args = "CAMPAIGN TEXT",
	.doc = "Attaches a note to a campaign, which `kduel list`, `kduel show` and the pages show with "
	       "it. \"\" removes it.",
	.max_args = 2,
	.check = check_note_options,
	.shared = { { &options__db, offsetof(struct tag_opts, db) } },
};

int cmd_rename(int argc, char **argv)
{
	return run(&rename_options, argc, argv);
}

int cmd_note(int argc, char **argv)
{
	return run(&note_options, argc, argv);
}

// SPDX-License-Identifier: GPL-2.0-only
/* tag.c - set or print the tags of a campaign: branch, commit, date or anything else. */
#include "reports/render/json.h"
#include "runner/campaign/tags.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"

struct tag_opts {
	const char *campaign, *db;
	bool json;
	struct tags tags; /* none: print those there are */
};

/* All tags are checked before any is stored. */
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

/* KEY=VALUE lines, as they can be given to `kduel tag`, or JSON. */
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

int cmd_tag(int argc, char **argv)
{
	struct tag_opts o = { 0 };
	_cleanup_(campaign__freep) struct campaign *c = NULL;
	struct store *st = NULL;
	struct err err;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret)) {
		tags__release(&o.tags);
		return ret;
	}
	ret = results__load(o.db, o.campaign, &st, &c, &err);
	if (!ret && o.tags.n) { /* it exists: opening it for writing makes no new one */
		store__close(st);
		ret = results__open(o.db, STORE_WRITE, &st, &err);
	}
	if (!ret)
		ret = o.tags.n ? tags__store(&o.tags, st, c->uuid, &err) :
				 print(st, c, o.json, &err);
	if (ret)
		log__error("%s", err.msg);
	store__close(st);
	tags__release(&o.tags);
	return cmd__exit_code(ret);
}

// SPDX-License-Identifier: GPL-2.0-only
/* list.c - the campaigns of a database, newest first. */
#include "lib/date.h"
#include "lib/glob.h"
#include "reports/render/grid.h"
#include "reports/render/show.h"
#include "reports/render/json.h"
#include "reports/store/refs.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"

struct list_opts {
	const char *db;
	bool json;
	const char *name, *machine;
	struct strvec tags; /* KEY=PATTERN; a campaign must match all of them */
	uint64_t since_ns; /* 0: no lower bound */
	unsigned int limit; /* 0: no limit */
};

static int take_list_option(void *opts, int key, const char *value, struct err *err)
{
	struct list_opts *o = opts;

	if (key == 'n')
		return options__count("limit", value, UINT_MAX, &o->limit, err);
	return tag__date(value, &o->since_ns) ?
		       err__set(err, -EINVAL,
				"--since: expected 2026-11-21 or 2026-11-21T05:40:00Z, found '%s'",
				value) :
		       0;
}

static int check_list_options(void *opts, size_t n __unused, char **args __unused, struct err *err)
{
	const struct list_opts *o = opts;

	for (size_t i = 0; i < o->tags.n; i++)
		if (!strchr(o->tags.v[i], '='))
			return err__set(err, -EINVAL,
					"--tag: expected KEY=VALUE, such as branch=next; found '%s'",
					o->tags.v[i]);
	return 0;
}

static const struct options options = {
	.command = "list",
	.doc = "Lists the campaigns of a database, newest first: the beginning of the id, name, "
	       "date, boots done and planned, failed boots, state, machine, and other tags (`kduel "
	       "tag`).",
	.table = OPTION_TABLE(
		OPTION_TEXT("plan", "NAME", struct list_opts, name,
			    "only campaigns of this name, which may have * and ?"),
		OPTION_TEXT("machine", "NAME", struct list_opts, machine,
			    "only those whose tag \"machine\" is NAME, which may have * and ?"),
		OPTION_LIST("tag", "KEY=VALUE", struct list_opts, tags,
			    "only those with this tag; VALUE may have * and ?. May be repeated"),
		OPTION_TAKE("since", OPTION_TAKE_FIRST, "DATE",
			    "only those that began on DATE or later: 2026-11-21, or "
			    "2026-11-21T05:40:00Z; without Z or +02:00 it is UTC"),
		OPTION_TAKE("limit", 'n', "N", "at most N")),
	.take = take_list_option,
	.check = check_list_options,
	.shared = { { &options__db, offsetof(struct list_opts, db) },
		    { &options__format, offsetof(struct list_opts, json) } },
};

/* Has the campaign a tag that matches KEY=PATTERN? */
static bool has_tag(const struct campaign_line *l, const char *word)
{
	const char *equal = strchr(word, '=');
	_free_ char *key = xstrndup(word, (size_t)(equal - word));
	const char *value = campaign_tag__find(l->tags, l->n_tags, key);

	return value && glob__fits(equal + 1, value);
}

static bool is_wanted(const struct list_opts *o, const struct campaign_line *l)
{
	const char *machine = campaign_tag__find(l->tags, l->n_tags, "machine");

	for (size_t i = 0; i < o->tags.n; i++)
		if (!has_tag(l, o->tags.v[i]))
			return false;
	return (!o->name || glob__fits(o->name, l->c->name)) &&
	       (!o->machine || (machine && glob__fits(o->machine, machine))) &&
	       l->c->created_ns >= o->since_ns;
}

/* Drop what the options do not ask for. */
static void filter(const struct list_opts *o, struct campaign_list *list)
{
	size_t k = 0;

	for (size_t i = 0; i < list->n && (!o->limit || k < o->limit); i++)
		if (is_wanted(o, &list->v[i]))
			list->v[k++] = list->v[i];
	list->n = k;
}

/* All tags except those with a column of their own, as one string; the caller frees. */
static char *other_tags(const struct campaign_line *l)
{
	_cleanup_(strvec__release) struct strvec words = { 0 };

	for (size_t i = 0; i < l->n_tags; i++)
		if (!streq(l->tags[i].key, "machine") && !streq(l->tags[i].key, TAG_NAME))
			strvec__pushf(&words, "%s=%s", l->tags[i].key, l->tags[i].value);
	return strvec__join(&words, " ");
}

/* Columns of text are left-aligned, columns of numbers are not. */
static void print_text(const struct campaign_list *list)
{
	static const char *const head[] = { "id",     "name",  "created", "boots",
					    "failed", "state", "machine", "tags" };
	struct grid g = { .n_cols = ARRAY_SIZE(head),
			  .left = 1u << 0 | 1u << 1 | 1u << 2 | 1u << 5 | 1u << 6 | 1u << 7 };
	size_t row = grid__row(&g);
	char date[DATE_LEN];

	for (size_t i = 0; i < ARRAY_SIZE(head); i++)
		grid__put(&g, row, i, "%s", head[i]);
	for (size_t i = 0; i < list->n; i++) {
		const struct campaign_line *l = &list->v[i];
		const struct campaign_brief *c = l->c;
		_free_ char *others = other_tags(l);

		row = grid__row(&g);
		grid__put(&g, row, 0, "%.8s", c->uuid);
		grid__put(&g, row, 1, "%s", c->name);
		grid__put(&g, row, 2, "%s", date__utc(c->created_ns, DATE_MINUTES, date));
		grid__put(&g, row, 3, "%u/%u", c->n_done, c->n_slots);
		grid__put(&g, row, 4, "%u", c->n_failed);
		grid__put(&g, row, 5, "%s", c->state);
		grid__put(&g, row, 6, "%s", campaign_line__tag(l, "machine"));
		grid__put(&g, row, 7, "%s", others);
	}
	grid__print(&g, false, stdout);
	grid__release(&g);
}

/* The same as /api/v1/campaigns.json: tags, and what each campaign found. */
static int print_json(struct store *st, const struct campaign_list *list, struct err *err)
{
	struct show_campaign *shown = xcalloc(list->n + 1, sizeof(*shown));
	int ret = 0;

	for (size_t i = 0; !ret && i < list->n; i++) {
		shown[i].l = &list->v[i];
		ret = headline_cache__get(NULL, st, list->v[i].c, &shown[i].h, err);
	}
	if (!ret)
		json__print(show_json__campaigns(shown, list->n), stdout);
	for (size_t i = 0; i < list->n; i++)
		headline__release(&shown[i].h);
	free(shown);
	return ret;
}

static void print(const struct campaign_list *list)
{
	if (list->n)
		print_text(list);
	else if (list->n_all)
		log__info(list->n_all == 1 ? "the only campaign does not match these options" :
					     "none of the %zu campaigns matches these options",
			  list->n_all);
	else
		log__info("no campaigns yet: `kduel run PLAN` makes one");
}

int cmd_list(int argc, char **argv)
{
	struct list_opts o = { 0 };
	_cleanup_(campaign_list__release) struct campaign_list list = { 0 };
	_cleanup_(store__closep) struct store *st = NULL;
	struct err err;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret)) {
		strvec__release(&o.tags);
		return ret;
	}
	ret = results__open(o.db, STORE_READ, &st, &err);
	if (!ret)
		ret = campaign_list__load(st, &(struct campaign_filter){ 0 }, &list, &err);
	if (!ret)
		filter(&o, &list);
	if (!ret && o.json)
		ret = print_json(st, &list, &err);
	else if (!ret)
		print(&list);
	strvec__release(&o.tags);
	return cmd__fail(ret, &err);
}

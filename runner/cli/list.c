// SPDX-License-Identifier: GPL-2.0-only
/* list.c - the campaigns of a database, newest first. */
#include "lib/date.h"
#include "reports/render/grid.h"
#include "reports/render/show.h"
#include "reports/render/json.h"
#include "reports/store/history.h"
#include "reports/store/refs.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"

#include <fnmatch.h>

struct list_opts {
	const char *db;
	bool json;
	const char *name, *machine;
	struct strvec tags; /* KEY=VALUE: all of them */
	uint64_t since_ns; /* 0: all */
	unsigned int limit; /* 0: all */
};

static int take_list_option(void *opts, int key, const char *value, struct err *err)
{
	struct list_opts *o = opts;

	if (key == 'n')
		return options__count("--limit", value, UINT_MAX, &o->limit, err);
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
	       "date, boots done of those planned, failed boots, state, machine, and what else tags "
	       "say of it (`kduel tag`).",
	.table = OPTION_TABLE(
		OPTION_TEXT("plan", "NAME", struct list_opts, name,
			    "only campaigns that are called so; NAME may have * and ?"),
		OPTION_TEXT("machine", "NAME", struct list_opts, machine,
			    "only those of a machine, as the tag says; NAME as above"),
		OPTION_LIST("tag", "KEY=VALUE", struct list_opts, tags,
			    "only those with this tag; VALUE may have * and ?. May be repeated"),
		OPTION_TAKE("since", OPTION_TAKE_FIRST, "DATE",
			    "only those that began on DATE or later"),
		OPTION_TAKE("limit", 'n', "N", "at most N")),
	.take = take_list_option,
	.check = check_list_options,
	.shared = { { &options__db, offsetof(struct list_opts, db) },
		    { &options__format, offsetof(struct list_opts, json) } },
};

/* Does a tag fit KEY=PATTERN? One that is not there is "". */
static bool has_tag(const struct campaign_tags *t, const char *word)
{
	const char *equal = strchr(word, '=');
	_free_ char *key = xstrndup(word, (size_t)(equal - word));
	const char *value = t ? campaign_tag__find(t->tags, t->n, key) : NULL;

	return value && !fnmatch(equal + 1, value, 0);
}

static bool is_wanted(const struct list_opts *o, const struct campaign_brief *c,
		      const struct campaign_tags *t)
{
	const char *machine = t ? campaign_tag__find(t->tags, t->n, "machine") : NULL;

	for (size_t i = 0; i < o->tags.n; i++)
		if (!has_tag(t, o->tags.v[i]))
			return false;
	return (!o->name || !fnmatch(o->name, c->name, 0)) &&
	       (!o->machine || (machine && !fnmatch(o->machine, machine, 0))) &&
	       c->created_ns >= o->since_ns;
}

static const struct campaign_tags *tags_of(const struct campaign_tags *list, size_t n,
					   int64_t campaign)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].campaign == campaign)
			return &list[i];
	return NULL;
}

/* Move those that are wanted to the front; what is left behind is freed with them. Returns how many. */
static size_t filter(const struct list_opts *o, struct campaign_brief *list, size_t n,
		     const struct campaign_tags *tags, size_t n_tags)
{
	size_t k = 0;

	for (size_t i = 0; i < n && (!o->limit || k < o->limit); i++) {
		const struct campaign_brief c = list[i];

		if (!is_wanted(o, &c, tags_of(tags, n_tags, c.id)))
			continue;
		list[i] = list[k];
		list[k++] = c;
	}
	return k;
}

/* Tags but for those that have a column, in one text; the caller frees. */
static char *other_tags(const struct campaign_tags *t)
{
	_cleanup_(strvec__release) struct strvec words = { 0 };

	for (size_t i = 0; t && i < t->n; i++)
		if (!streq(t->tags[i].key, "machine") && !streq(t->tags[i].key, TAG_NAME))
			strvec__pushf(&words, "%s=%s", t->tags[i].key, t->tags[i].value);
	return strvec__join(&words, " ");
}

/* `left`: the columns with text are left-aligned, numbers are not. */
static void print_text(const struct campaign_brief *list, size_t n,
		       const struct campaign_tags *tags, size_t n_tags)
{
	static const char *const head[] = { "id",     "name",  "created", "boots",
					    "failed", "state", "machine", "tags" };
	struct grid g = { .n_cols = ARRAY_SIZE(head),
			  .left = 1u << 0 | 1u << 1 | 1u << 2 | 1u << 5 | 1u << 6 | 1u << 7 };
	size_t row = grid__row(&g);
	char date[DATE_LEN];

	for (size_t i = 0; i < ARRAY_SIZE(head); i++)
		grid__put(&g, row, i, "%s", head[i]);
	for (size_t i = 0; i < n; i++) {
		const struct campaign_tags *t = tags_of(tags, n_tags, list[i].id);
		const char *machine = t ? campaign_tag__find(t->tags, t->n, "machine") : NULL;
		_free_ char *others = other_tags(t);

		row = grid__row(&g);
		grid__put(&g, row, 0, "%.8s", list[i].uuid);
		grid__put(&g, row, 1, "%s", list[i].name);
		grid__put(&g, row, 2, "%s", date__utc(list[i].created_ns, DATE_MINUTES, date));
		grid__put(&g, row, 3, "%u/%u", list[i].n_done, list[i].n_slots);
		grid__put(&g, row, 4, "%u", list[i].n_failed);
		grid__put(&g, row, 5, "%s", list[i].state);
		grid__put(&g, row, 6, "%s", machine ? machine : "");
		grid__put(&g, row, 7, "%s", others);
	}
	grid__print(&g, false, stdout);
	grid__release(&g);
}

/* As /api/v1/campaigns.json: with tags, and what each campaign found. */
static int print_json(struct store *st, const struct campaign_brief *list, size_t n,
		      const struct campaign_tags *tags, size_t n_tags, struct err *err)
{
	struct campaign_line *lines = xcalloc(n + 1, sizeof(*lines));
	struct show_campaign *shown = xcalloc(n + 1, sizeof(*shown));
	int ret = 0;

	for (size_t i = 0; !ret && i < n; i++) {
		lines[i] = campaign_line__of(&list[i], tags, n_tags);
		shown[i].l = &lines[i];
		ret = headline_cache__get(NULL, st, &list[i], &shown[i].h, err);
	}
	if (!ret)
		json__print(show_json__campaigns(shown, n), stdout);
	for (size_t i = 0; i < n; i++)
		headline__release(&shown[i].h);
	free(shown);
	free(lines);
	return ret;
}

static void print(const struct campaign_brief *list, size_t n, size_t all,
		  const struct campaign_tags *tags, size_t n_tags)
{
	if (n)
		print_text(list, n, tags, n_tags);
	else if (all)
		log__info("none of the %zu campaigns is what these options ask for", all);
	else
		log__info("no campaigns yet: `kduel run PLAN` makes one");
}

int cmd_list(int argc, char **argv)
{
	struct list_opts o = { 0 };
	struct campaign_brief *list = NULL;
	struct campaign_tags *tags = NULL;
	_cleanup_(store__closep) struct store *st = NULL;
	struct err err;
	size_t n = 0, n_tags = 0, wanted;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret)) {
		strvec__release(&o.tags);
		return ret;
	}
	ret = results__open(o.db, STORE_READ, &st, &err);
	if (!ret)
		ret = store__list(st, &list, &n, &err);
	if (!ret)
		ret = store__all_tags(st, &tags, &n_tags, &err);
	wanted = ret ? 0 : filter(&o, list, n, tags, n_tags);
	if (!ret && o.json)
		ret = print_json(st, list, wanted, tags, n_tags, &err);
	else if (!ret)
		print(list, wanted, n, tags, n_tags);
	campaign_brief__free(list, n);
	campaign_tags__free(tags, n_tags);
	strvec__release(&o.tags);
	return cmd__fail(ret, &err);
}

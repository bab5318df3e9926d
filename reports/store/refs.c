// SPDX-License-Identifier: GPL-2.0-only
/* refs.c - from "ID,ID,KEY=VALUE" to the campaigns that it names. */
#include "reports/store/refs.h"
#include "reports/store/db.h"

/* Append the first column of all rows that are not in the list. */
static int add_all(struct query *q, struct strvec *uuids, struct err *err)
{
	int ret;

	while ((ret = query__step(q, err)) > 0)
		if (!strvec__has(uuids, col__peek(q, 0)))
			strvec__push(uuids, col__peek(q, 0));
	return ret;
}

/* The newest row of a tag counts. `tag` is KEY=VALUE. */
static int add_tagged(struct store *st, const char *tag, struct strvec *uuids, struct err *err)
{
	const char *value = strchr(tag, '=') + 1;
	_free_ char *key = xstrndup(tag, (size_t)(value - tag) - 1);
	_query_ struct query q = { 0 };
	size_t before = uuids->n;
	int ret = query__begin(&q, st,
			       "SELECT c.uuid FROM campaign c WHERE ?2 <> '' AND (SELECT value"
			       " FROM tag WHERE campaign = c.id AND key = ?1"
			       " ORDER BY set_ns DESC LIMIT 1) = ?2 ORDER BY c.created_ns, c.id",
			       ARGS(key, value), err);

	if (!ret)
		ret = add_all(&q, uuids, err);
	if (!ret && uuids->n == before)
		ret = err__set(err, -ENOENT, "no other campaign has the tag %s (`kduel tag ID`)",
			       tag);
	return ret;
}

static int add_key(struct store *st, const char *key, struct strvec *uuids, struct err *err)
{
	_query_ struct query q = { 0 };
	int64_t id = 0;
	int ret = store__find(st, key, &id, err);

	if (!ret)
		ret = query__begin(&q, st, "SELECT uuid FROM campaign WHERE id = ?", ARGS(id), err);
	return ret ? ret : add_all(&q, uuids, err);
}

int store__refs(struct store *st, const char *text, struct strvec *uuids, struct err *err)
{
	_free_ char *copy = xstrdup(text);
	char *at = copy, *word;
	int ret = 0;

	while (!ret && (word = strsep(&at, ","))) {
		if (!*word)
			ret = err__set(err, -EINVAL,
				       "\"%.200s\": expected the id of a campaign, or KEY=VALUE, on "
				       "both sides of a comma",
				       text);
		else if (strchr(word, '='))
			ret = add_tagged(st, word, uuids, err);
		else
			ret = add_key(st, word, uuids, err);
	}
	return ret;
}

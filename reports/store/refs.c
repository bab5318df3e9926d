// SPDX-License-Identifier: GPL-2.0-only
/* refs.c - resolves "latest~2" or "ID,ID,KEY=VALUE" to campaigns. */
#include "reports/store/refs.h"
#include "lib/units.h"
#include "reports/store/db.h"

#define KEY_MIN 4 /* minimum length of a UUID prefix */
#define BACK_MAX STORE_SLOTS_MAX

/* The campaign whose UUID has the prefix `key`: 1, 0 if there is none, or -EINVAL if there are
 * several. UUIDs consist of hexadecimal digits and '-', all below '~', so the range from `key` to
 * `key`~ of the index has all that match. */
static int find_prefix(struct store *st, const char *key, int64_t *id, struct err *err)
{
	_query_ struct query q = { 0 };
	_free_ char *end = xasprintf("%s~", key);
	int64_t other;
	int ret = query__begin(&q, st,
			       "SELECT id FROM campaign WHERE uuid >= ? AND uuid < ? LIMIT 2",
			       ARGS(key, end), err);

	if (!ret)
		ret = query__int(&q, id, err);
	if (ret <= 0)
		return ret;
	ret = query__int(&q, &other, err);
	if (ret > 0)
		return err__set(err, -EINVAL,
				"several campaigns begin with \"%s\"; give more of it", key);
	return ret ? ret : 1;
}

/* Split "NAME~2": returns the length of NAME, with *back 2. Without such a suffix, the length of
 * `key` and -1. */
static size_t split_back(const char *key, int64_t *back)
{
	const char *tilde = strrchr(key, '~');
	uint64_t n;

	*back = -1;
	if (!tilde || tilde == key || units__u64(tilde + 1, &n) || n > BACK_MAX)
		return strlen(key);
	*back = (int64_t)n;
	return (size_t)(tilde - key);
}

/* The `back`-th campaign before the latest one that matches `word`: 1, 0 or -errno. */
static int find_word(struct store *st, const char *word, int64_t back, int64_t *id, struct err *err)
{
#define NEWEST(where)                              \
	"SELECT c.id FROM campaign c WHERE " where \
	" ORDER BY c.created_ns DESC, c.id DESC LIMIT 1 OFFSET ?1"
	const char *equal = strchr(word, '=');
	_free_ char *tag = NULL;

	if (streq(word, "latest"))
		return store_db__int(st, NEWEST("true"), ARGS(back), id, err);
	if (streq(word, "last-good"))
		return store_db__int(st,
				     NEWEST(REFS_TAG_VALUE("'" TAG_VERDICT "'") " = '" VERDICT_GOOD
										"'"),
				     ARGS(back), id, err);
	if (!equal)
		return store_db__int(st, NEWEST(REFS_NAME " = ?2"), ARGS(back, word), id, err);
	tag = xstrndup(word, (size_t)(equal - word));
	return store_db__int(st, NEWEST("?3 <> '' AND " REFS_TAG_VALUE("?2") " = ?3"),
			     ARGS(back, tag, equal + 1), id, err);
#undef NEWEST
}

/* Explain in `err` why nothing was found. */
static int refuse_key(struct store *st, const char *key, const char *word, int64_t back,
		      struct err *err)
{
	int64_t any = 0;
	int ret = store_db__int(st, "SELECT count(*) FROM campaign", NULL, &any, err);

	if (ret < 0)
		return ret;
	if (!any)
		return err__set(err, -ENOENT, "%s: holds no campaign yet", st->path);
	if (back > 0 && find_word(st, word, 0, &any, err) > 0)
		return err__set(err, -ENOENT, "%s: there are fewer campaigns than \"%s\" needs",
				st->path, key);
	if (streq(word, "last-good"))
		return err__set(err, -ENOENT,
				"%s: no campaign has the tag " TAG_VERDICT "=" VERDICT_GOOD
				" (`kduel tag ID " TAG_VERDICT "=" VERDICT_GOOD "`)",
				st->path);
	if (strchr(word, '='))
		return err__set(err, -ENOENT, "%s: no campaign has the tag %s (`kduel tag ID`)",
				st->path, word);
	if (strlen(key) < KEY_MIN)
		return err__set(err, -EINVAL,
				"\"%s\" is too short for a campaign: give at least %d characters "
				"of its id, its name, or \"latest\"",
				key, KEY_MIN);
	return err__set(err, -ENOENT,
			"%s: no campaign has an ID that begins with \"%s\", or that name; see "
			"`kduel list`",
			st->path, key);
}

/* UUID prefixes take precedence over names, which may look like one, so that an ID printed by
 * `kduel list` always means that campaign. A name that itself ends in "~2" takes precedence over
 * the suffix. */
int store__find(struct store *st, const char *key, int64_t *id, struct err *err)
{
	int64_t back;
	_free_ char *word = xstrndup(key, split_back(key, &back));
	int ret = 0;

	if (strlen(key) >= KEY_MIN)
		ret = find_prefix(st, key, id, err);
	if (!ret)
		ret = find_word(st, key, 0, id, err);
	if (!ret && back >= 0)
		ret = find_word(st, word, back, id, err);
	return ret > 0 ? 0 : ret ? ret : refuse_key(st, key, word, back, err);
}

/* Append column 0 of all rows, without duplicates. */
static int add_all(struct query *q, struct strvec *uuids, struct err *err)
{
	int ret;

	while ((ret = query__step(q, err)) > 0)
		if (!strvec__has(uuids, col__peek(q, 0)))
			strvec__push(uuids, col__peek(q, 0));
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

/* All campaigns with the tag `tag`, KEY=VALUE. */
static int add_tagged(struct store *st, const char *tag, struct strvec *uuids, struct err *err)
{
	const char *value = strchr(tag, '=') + 1;
	_free_ char *key = xstrndup(tag, (size_t)(value - tag) - 1);
	_query_ struct query q = { 0 };
	size_t before = uuids->n;
	int64_t back;
	int ret = query__begin(&q, st,
			       "SELECT c.uuid FROM campaign c WHERE ?2 <> ''"
			       " AND " REFS_TAG_VALUE("?1") " = ?2 ORDER BY c.created_ns, c.id",
			       ARGS(key, value), err);

	if (!ret)
		ret = add_all(&q, uuids, err);
	if (!ret && uuids->n == before && split_back(tag, &back) < strlen(tag))
		ret = add_key(st, tag, uuids, err);
	else if (!ret && uuids->n == before)
		ret = err__set(err, -ENOENT, "no %scampaign has the tag %s (`kduel tag ID`)",
			       before ? "other " : "", tag);
	return ret;
}

int store__refs(struct store *st, const char *text, struct strvec *uuids, struct err *err)
{
	_free_ char *copy = xstrdup(text);
	char *at = copy, *word;
	int ret = 0;

	while (!ret && (word = strsep(&at, ","))) {
		if (!*word)
			ret = err__set(err, -EINVAL,
				       "\"%.200s\": expected the id or name of a campaign, or "
				       "KEY=VALUE, on both sides of a comma",
				       text);
		else if (strchr(word, '='))
			ret = add_tagged(st, word, uuids, err);
		else
			ret = add_key(st, word, uuids, err);
	}
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store/db.h"
#include "reports/store/history.h"

#include "lib/clock.h"

#include <ctype.h>

int tag__date(const char *text, uint64_t *ns)
{
	static const char *const forms[] = { "%Y-%m-%d",	  "%Y-%m-%d %H:%M",
					     "%Y-%m-%dT%H:%M",	  "%Y-%m-%d %H:%M:%S",
					     "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ" };

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		struct tm tm = { .tm_isdst = 0 }, back;
		const char *end = strptime(text, forms[i], &tm);
		time_t t;

		if (!end || *end)
			continue;
		back = tm;
		t = timegm(&back);
		/* timegm() makes 2 March of 30 February. */
		if (t < 0 || back.tm_mday != tm.tm_mday || back.tm_mon != tm.tm_mon)
			return -EINVAL;
		*ns = (uint64_t)t * NSEC_PER_SEC;
		return 0;
	}
	return -EINVAL;
}

int tag__check(const char *key, const char *value, struct err *err)
{
	uint64_t ns;

	if (!*key || strlen(key) > TAG_KEY_MAX ||
	    key[strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789._-")])
		return err__set(err, -EINVAL,
				"'%.40s' is no name of a tag: expected at most %d of "
				"a-z, 0-9, '.', '_' and '-'",
				key, TAG_KEY_MAX);
	if (strlen(value) > TAG_VALUE_MAX)
		return err__set(err, -EINVAL, "the value of tag '%s' is longer than %d bytes", key,
				TAG_VALUE_MAX);
	for (const char *s = value; *s; s++)
		if (iscntrl((unsigned char)*s))
			return err__set(err, -EINVAL,
					"the value of tag '%s' must be one line of "
					"text",
					key);
	if (*value && streq(key, "date") && tag__date(value, &ns))
		return err__set(err, -EINVAL,
				"tag 'date': expected 2026-11-21 or "
				"2026-11-21T05:40:00Z, found '%s'",
				value);
	return 0;
}

int store__tag(struct store *st, const char *campaign, const char *key, const char *value,
	       uint64_t now_ns, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct binder b;
	int64_t id;
	int ret = tag__check(key, value, err);

	if (!ret)
		ret = store_db__campaign_id(st, campaign, &id, err);
	/* Two words within a clock tick: the later one is put after the earlier. */
	if (!ret)
		ret = store_db__prepare(st,
					"INSERT INTO tag (campaign, key, value, set_ns)"
					" SELECT ?1, ?2, ?3, max(?4, coalesce((SELECT max(set_ns) + 1"
					" FROM tag WHERE campaign = ?1 AND key = ?2), 0))",
					&stmt, err);
	if (ret)
		return ret;
	b = binder__of(stmt);
	bind__int(&b, id);
	bind__text(&b, key);
	bind__text(&b, value);
	bind__u64(&b, now_ns);
	return store_db__run(st, stmt, err);
}

/* A bare column beside max() comes from the row that has the maximum. */
#define NEWEST(where)                                              \
	"SELECT campaign, key, value, max(set_ns) FROM tag " where \
	" GROUP BY campaign, key HAVING value <> '' ORDER BY campaign, key"

static int read_tags(struct store *st, sqlite3_stmt *stmt, struct campaign_tags **list, size_t *n,
		     struct err *err)
{
	int ret;

	*list = NULL;
	*n = 0;
	while ((ret = store_db__step(st, stmt, err)) > 0) {
		int64_t campaign = sqlite3_column_int64(stmt, 0);
		struct campaign_tags *of = *n ? &(*list)[*n - 1] : NULL;

		if (!of || of->campaign != campaign) {
			GROW(*list, *n);
			of = &(*list)[(*n)++];
			*of = (struct campaign_tags){ .campaign = campaign };
		}
		GROW(of->tags, of->n);
		of->tags[of->n++] = (struct campaign_tag){ col__text(stmt, 1), col__text(stmt, 2) };
	}
	if (ret) {
		campaign_tags__free(*list, *n);
		*list = NULL;
		*n = 0;
	}
	return ret;
}

int store__all_tags(struct store *st, struct campaign_tags **list, size_t *n, struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	int ret = store_db__prepare(st, NEWEST(""), &stmt, err);

	*list = NULL;
	*n = 0;
	return ret ? ret : read_tags(st, stmt, list, n, err);
}

int store__tags(struct store *st, int64_t campaign, struct campaign_tag **tags, size_t *n,
		struct err *err)
{
	_stmt_ sqlite3_stmt *stmt = NULL;
	struct campaign_tags *list = NULL;
	size_t n_list = 0;
	int ret = store_db__prepare(st, NEWEST("WHERE campaign = ?"), &stmt, err);

	*tags = NULL;
	*n = 0;
	if (ret)
		return ret;
	sqlite3_bind_int64(stmt, 1, campaign);
	ret = read_tags(st, stmt, &list, &n_list, err);
	if (n_list) {
		*tags = list[0].tags;
		*n = list[0].n;
	}
	free(list);
	return ret;
}

void campaign_tags__free(struct campaign_tags *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		campaign_tag__free(list[i].tags, list[i].n);
	free(list);
}

const char *campaign_tag__find(const struct campaign_tag *tags, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (streq(tags[i].key, key))
			return tags[i].value;
	return NULL;
}

void campaign_tag__free(struct campaign_tag *tags, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(tags[i].key);
		free(tags[i].value);
	}
	free(tags);
}

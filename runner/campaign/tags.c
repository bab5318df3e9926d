// SPDX-License-Identifier: GPL-2.0-only
/* tags.c - KEY=VALUE tags from the command line. */
#include "runner/campaign/tags.h"

#include "lib/clock.h"

int tags__put(struct tags *t, const char *key, const char *value, struct err *err)
{
	int ret = tag__check(key, value, err);

	if (!ret)
		*APPEND(t->v, t->n) = (struct campaign_tag){ xstrdup(key), xstrdup(value) };
	return ret;
}

int tags__add(struct tags *t, const char *word, struct err *err)
{
	const char *eq = strchr(word, '=');
	_free_ char *key = NULL;

	if (!eq)
		return err__set(err, -EINVAL, "a tag is KEY=VALUE, such as branch=next; found '%s'",
				word);
	key = xstrndup(word, (size_t)(eq - word));
	return tags__put(t, key, eq + 1, err);
}

int tags__store(const struct tags *t, struct store *st, const char *campaign, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < t->n; i++)
		ret = store__tag(st, campaign, t->v[i].key, t->v[i].value, clock__wall_ns(), err);
	return ret;
}

void tags__release(struct tags *t)
{
	campaign_tag__free(t->v, t->n);
	*t = (struct tags){ 0 };
}

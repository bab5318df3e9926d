// SPDX-License-Identifier: GPL-2.0-only
/* tags.c - KEY=VALUE words of a command line. */
#include "runner/campaign/tags.h"

#include "lib/clock.h"

int tags__add(struct tags *t, const char *word, struct err *err)
{
	const char *eq = strchr(word, '=');
	_free_ char *key = NULL;
	int ret;

	if (!eq)
		return err__set(err, -EINVAL, "a tag is KEY=VALUE, such as branch=next; found '%s'",
				word);
	key = xstrndup(word, (size_t)(eq - word));
	ret = tag__check(key, eq + 1, err);
	if (ret)
		return ret;
	*APPEND(t->v, t->n) = (struct campaign_tag){ xstrdup(key), xstrdup(eq + 1) };
	return 0;
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

// SPDX-License-Identifier: GPL-2.0-only
/* edit.c - applies the forms of reports/web/edit_form.c. */
#include "lib/clock.h"
#include "reports/history/load.h"
#include "reports/site/edit.h"
#include "reports/history/history.h"
#include "reports/store/snapshot.h"

/* How long a form waits for a writer before it becomes a 503. Longer than for pages, as what was
 * typed would be lost. */
#define LOCK_TIMEOUT_MS 15000

/* The new value of a field: "" if the form lacks it or leaves it unchanged, NOTE_NONE if it was
 * cleared. */
static const char *new_word(const struct query *form, const char *field, const char *now)
{
	const char *word = query__get(form, field);

	return !word || streq(word, now) ? "" : *word ? word : NOTE_NONE;
}

/* Add a note to a change of level. Changes are not stored but detected in the history, or in that
 * of a ratio if the form has a reference; the note refers to its stream and campaign. */
static int note_change(struct store *st, const struct query *form, struct err *err)
{
	struct history_filter filter = { .reference = query__get_or(form, "reference", NULL) };
	const struct history_stream *s;
	const struct history_change *c;
	_cleanup_(history__freep) struct history *h = NULL;
	int ret;

	ret = history__build(st, &filter, &h, err);
	if (!ret)
		ret = history__find(h, query__get_or(form, "id", ""), &s, &c, err);
	if (!ret)
		ret = store__note_change(st,
					 &(struct change_note){
						 .stream = s->key,
						 .campaign = s->points[c->c.at].campaign,
						 .state = query__get_or(form, "state", "note"),
						 .text = query__get_or(form, "text", ""),
						 .author = query__get_or(form, "author", ""),
						 .assignee = new_word(form, "assignee",
								      c->assignee),
						 .bug = new_word(form, "bug", c->bug),
						 .made_ns = clock__wall_ns(),
					 },
					 err);
	return ret;
}

/* Set a tag of a campaign; an empty value removes it. */
static int set_tag(struct store *st, const struct query *form, struct err *err)
{
	const char *key = query__get_or(form, "key", ""), *value = query__get_or(form, "value", "");
	_cleanup_(campaign__freep) struct campaign *c = NULL;
	int ret = *value ? tag__check(key, value, err) : 0;

	/* This tag records where a campaign ran; only kduel sets it. */
	if (!ret && streq(key, "machine"))
		ret = err__set(err, -EINVAL, "the tag \"machine\" is set by kduel");
	if (!ret)
		ret = store__load(st, query__get_or(form, "campaign", ""), &c, err);
	return ret ? ret : store__tag(st, c->uuid, key, value, clock__wall_ns(), err);
}

int edit__apply(const char *db, const char *action, const struct query *form, struct err *err)
{
	static const struct {
		const char *name;
		int (*fn)(struct store *st, const struct query *form, struct err *err);
	} actions[] = {
		{ "change", note_change },
		{ "tag", set_tag },
	};
	struct store *st = NULL;
	int ret;

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (!streq(action, actions[i].name))
			continue;
		/* Only an existing database: opening for writing would create one. */
		ret = store__open(db, STORE_READ, &st, err);
		store__close(st);
		if (ret == -ENOENT)
			ret = -ENOMEDIUM;
		if (!ret)
			ret = store__open(db, STORE_WRITE, &st, err);
		if (!ret) {
			store_snapshot__timeout(st, LOCK_TIMEOUT_MS);
			ret = actions[i].fn(st, form, err);
		}
		store__close(st);
		return ret;
	}
	return err__set(err, -ENOENT, "there is no action \"%.100s\": expected change or tag",
			action);
}

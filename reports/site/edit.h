/* SPDX-License-Identifier: GPL-2.0-only */
/* edit.h - the changes that can be made from the dashboard. */
#ifndef KDUEL_SITE_EDIT_H
#define KDUEL_SITE_EDIT_H

#include "reports/web/query.h"

/*
 * Apply a form to the database at `db`. Action "change" adds a note to a change of level; its
 * fields are `id`, `state` (confirmed, dismissed, expected, fixed, note), `text`, `author`,
 * `assignee`, `bug` (an http or https URL) and `reference`. Without `assignee` or `bug`, these stay
 * as they are; "" removes them. Action "tag" sets a tag; its fields are `campaign`, `key` and
 * `value` ("" removes the tag). 0; -ENOENT: no such action, change or campaign; -ENOMEDIUM: no such
 * database; -EINVAL; or -errno of the store.
 */
int edit__apply(const char *db, const char *action, const struct query *form, struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* refs.h - resolves references to one campaign or several. */
#ifndef KDUEL_STORE_REFS_H
#define KDUEL_STORE_REFS_H

#include "lib/strvec.h"
#include "reports/store/campaign.h"

/* The characters of a comma-separated list of UUIDs. */
#define STORE_UUIDS "0123456789abcdef-,"

/* Tags with a meaning to kduel: the name that replaces the plan's; a note of one line; the verdict
 * whether it is a good reference; and how a time limit cut the campaign short ("3 of 10 blocks,
 * until 06:30"). */
#define TAG_NAME "name"
#define TAG_NOTE "note"
#define TAG_VERDICT "verdict"
#define TAG_CUT "cut"
#define VERDICT_GOOD "good"

/* SQL expression for the value of a campaign's tag, "" if it has none; `c` is the row of the
 * campaign. The newest row of a tag wins. */
#define REFS_TAG_VALUE(key)                                                    \
	"coalesce((SELECT value FROM tag WHERE campaign = c.id AND key = " key \
	" ORDER BY set_ns DESC LIMIT 1), '')"
/* SQL expression for the name of a campaign. */
#define REFS_NAME "coalesce(nullif(" REFS_TAG_VALUE("'" TAG_NAME "'") ", ''), c.name)"

/*
 * The row id of the one campaign that `key` names:
 *   - a UUID, or a prefix of one with at least 4 characters;
 *   - "latest": the most recently created one, whatever its state;
 *   - "last-good": the latest one whose tag `verdict` is `good`;
 *   - a name, from the plan or `kduel rename`: the latest one with it;
 *   - KEY=VALUE: the latest one that has this tag now.
 * All but the first may have a suffix ~N: the N-th one before it. -ENOENT: there is none; -EINVAL:
 * a prefix that is too short or ambiguous.
 */
int store__find(struct store *st, const char *key, int64_t *id, struct err *err);

/* Append the UUIDs of the campaigns that a comma-separated list of keys names. Keys are those of
 * store__find(), but KEY=VALUE means all campaigns that have this tag now. No UUID is appended
 * twice. -ENOENT: there is none; -EINVAL: malformed. */
int store__refs(struct store *st, const char *text, struct strvec *uuids, struct err *err);

#endif

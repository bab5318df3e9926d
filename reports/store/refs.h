/* SPDX-License-Identifier: GPL-2.0-only */
/* refs.h - what names a campaign, or several at once. */
#ifndef KDUEL_STORE_REFS_H
#define KDUEL_STORE_REFS_H

#include "lib/strvec.h"
#include "reports/store/campaign.h"

/* What UUIDs with commas between them are made of. */
#define STORE_UUIDS "0123456789abcdef-,"

/* Tags with a meaning here: a campaign's name in place of its plan's, a line about it, whether it
 * may be measured against, and what its time made of it: "3 of 10 blocks, until 06:30". */
#define TAG_NAME "name"
#define TAG_NOTE "note"
#define TAG_VERDICT "verdict"
#define TAG_CUT "cut"
#define VERDICT_GOOD "good"

/* The value of a campaign's tag as an expression of SQL, "" when it has none; `c` is the campaign's row.
 * Of a tag that was set again, the newest row counts. */
#define REFS_TAG_VALUE(key)                                                    \
	"coalesce((SELECT value FROM tag WHERE campaign = c.id AND key = " key \
	" ORDER BY set_ns DESC LIMIT 1), '')"
/* What it is called. */
#define REFS_NAME "coalesce(nullif(" REFS_TAG_VALUE("'" TAG_NAME "'") ", ''), c.name)"

/*
 * The row of the one campaign that `key` names:
 *   - a UUID, or the beginning of one of at least 4 characters;
 *   - "latest", the one that was created last, whatever its state;
 *   - "last-good", the latest whose tag `verdict` is `good`;
 *   - a name, of the plan or from `kduel rename`: the latest that is called so;
 *   - KEY=VALUE: the latest that has this tag now.
 * All but the first may end in ~N: the one N before it. -ENOENT: there is none; -EINVAL: a beginning
 * that is too short, or that several have.
 */
int store__find(struct store *st, const char *key, int64_t *id, struct err *err);

/* Append the UUIDs of the campaigns that a text names: keys of store__find(), but KEY=VALUE for all
 * that have this tag now, with commas between them. A campaign that is named twice is there once.
 * -ENOENT: there is none; -EINVAL: malformed. */
int store__refs(struct store *st, const char *text, struct strvec *uuids, struct err *err);

#endif

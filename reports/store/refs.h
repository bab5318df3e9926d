/* SPDX-License-Identifier: GPL-2.0-only */
/* refs.h - what names several campaigns at once. */
#ifndef KDUEL_STORE_REFS_H
#define KDUEL_STORE_REFS_H

#include "lib/strvec.h"
#include "reports/store/campaign.h"

/* What UUIDs with commas between them are made of. */
#define STORE_UUIDS "0123456789abcdef-,"

/* Append the UUIDs of the campaigns that a text names: keys of store__load(), and KEY=VALUE for all
 * that have this tag now, with commas between them. A campaign that is named twice is there once.
 * -ENOENT: there is none; -EINVAL: malformed. */
int store__refs(struct store *st, const char *text, struct strvec *uuids, struct err *err);

#endif

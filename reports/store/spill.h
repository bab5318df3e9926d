/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spill.h - continues a campaign in a copy when its database disappears, and merges such copies
 * back.
 *
 * A copy is $XDG_DATA_HOME/kduel/spill/CAMPAIGN.db, or kduel-spill-UID/CAMPAIGN.db in $TMPDIR;
 * CAMPAIGN.origin beside it has the path of the original database.
 */
#ifndef KDUEL_STORE_SPILL_H
#define KDUEL_STORE_SPILL_H

#include "reports/store/store.h"

/* Continue with a copy of the database, for the campaign (UUID) running in `st`. *path is the copy
 * (the caller frees), or NULL. On error `st` is unchanged. */
int spill__leave(struct store *st, const char *campaign, char **path, struct err *err);

/* Called with one line of text per copy. `ok`: it was merged completely. */
typedef void spill_say(bool ok, const char *text);

/* Merge all copies that belong to the database `db`: those made from this path, and those of a
 * campaign that it contains. What cannot be merged is reported and left in place. */
void spill__take_in(const char *db, spill_say *say);

#endif

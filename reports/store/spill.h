/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spill.h - copies of a database that went away under a running campaign: made, and taken in again.
 *
 * $XDG_DATA_HOME/kduel/spill/CAMPAIGN.db, else kduel-spill-UID/CAMPAIGN.db below $TMPDIR; beside it
 * CAMPAIGN.origin has the path of the database that it is a copy of.
 */
#ifndef KDUEL_STORE_SPILL_H
#define KDUEL_STORE_SPILL_H

#include "reports/store/store.h"

/* Go on in a copy of the database, with the campaign (UUID) that runs in `st`. *path is the copy (caller
 * frees), or NULL. On error `st` stays as it was. */
int spill__leave(struct store *st, const char *campaign, char **path, struct err *err);

/* Is called with one line for each copy. `ok`: it was taken in. */
typedef void spill_say(bool ok, const char *text);

/* Take in all copies that belong to the database `db`: those that were made of this path, and those of
 * a campaign that it has. What cannot be taken in, now or at all, is left where it is, and said. */
void spill__take_in(const char *db, spill_say *say);

#endif

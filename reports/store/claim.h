/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * claim.h - who runs a campaign, in the database itself: two kduels on one would boot every slot twice,
 * and they may share nothing but the database.
 */
#ifndef KDUEL_STORE_CLAIM_H
#define KDUEL_STORE_CLAIM_H

#include "reports/store/store.h"

/* A claim that its owner has not refreshed for so long is void where its process cannot be looked up:
 * on another machine, or in another PID namespace. Refresh it once in CLAIM_REFRESH_S. */
#define CLAIM_AGE_S 300
#define CLAIM_REFRESH_S 60

/* Take the campaign for this process, and say that it runs. -EBUSY, with who has it, where and since
 * when, while another process does. */
int store__claim(struct store *st, const char *campaign, struct err *err);
/* Say that this process still runs the campaign. -ESTALE when another has taken it over meanwhile. */
int store__refresh_claim(struct store *st, const char *campaign, struct err *err);
/* Give the claim of this process up, if it has it. */
int store__drop_claim(struct store *st, const char *campaign, struct err *err);

/* For reports/store/ alone: the state of a campaign (owned) becomes "interrupted (killed)" where it is
 * "running", but whoever ran it is gone. */
int claim__settle(struct store *st, const char *campaign, const char **state, struct err *err);

/* For reports/store/ alone: 0, or -EBUSY with who has the campaign, as the table `claim` of a schema
 * says: "main", or that of an attached database. */
int claim__is_free(struct store *st, const char *schema, const char *campaign, struct err *err);

#endif

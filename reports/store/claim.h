/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * claim.h - claims, which record in the database which process runs a campaign: two kduels on one
 * campaign would boot every slot twice, and may have nothing in common but the database.
 */
#ifndef KDUEL_STORE_CLAIM_H
#define KDUEL_STORE_CLAIM_H

#include "reports/store/store.h"

/* A claim that has not been refreshed for CLAIM_AGE_S is void if its process cannot be looked up,
 * because it is on another machine or in another PID namespace. Owners refresh their claim every
 * CLAIM_REFRESH_S. */
#define CLAIM_AGE_S 300
#define CLAIM_REFRESH_S 10
/* How long to watch a seemingly void claim for a refresh: the two machines' clocks may disagree. */
#define CLAIM_WATCH_S 25

/*
 * Does the claim on a campaign look void only because of its age? 1: its process cannot be looked
 * up from here; *seen_ns is its last refresh, by the clock of its machine, and `host` that
 * machine's name. 0: nobody holds the campaign, or its process can be looked up. Or -errno. After a
 * 1, call again after CLAIM_WATCH_S, outside of any transaction: if *seen_ns has changed, the owner
 * is alive.
 */
#define CLAIM_HOST_LEN 65
int store__doubt_claim(struct store *st, const char *campaign, uint64_t *seen_ns,
		       char host[static CLAIM_HOST_LEN], struct err *err);

/*
 * Claim the campaign for this process and set its state to running. -EBUSY, with the owner, its
 * host and since when in `err`, if another process holds it. A claim that is void only by its age
 * is taken over if its last refresh is still `watched`, the value from store__doubt_claim(); 0: no
 * claim was watched.
 */
int store__claim(struct store *st, const char *campaign, uint64_t watched, struct err *err);
/* Refresh the claim. -ESTALE if another process has taken the campaign over. */
int store__refresh_claim(struct store *st, const char *campaign, struct err *err);
/* Drop this process's claim, if it has one. */
int store__drop_claim(struct store *st, const char *campaign, struct err *err);

/* Is a campaign with state "running" really being run, as far as can be told from here? A killed
 * process leaves that state behind. 1, 0 or -errno. */
int store__still_runs(struct store *st, const char *campaign, struct err *err);

/* Only for reports/store/: replace the state of a campaign (owned) by "interrupted (killed)" if it
 * is "running" but its process is gone. */
int claim__settle(struct store *st, const char *campaign, const char **state, struct err *err);

/* Only for reports/store/: 0, or -EBUSY with the owner in `err`, according to the table `claim` of
 * `schema`, which is "main" or that of an attached database. */
int claim__is_free(struct store *st, const char *schema, const char *campaign, struct err *err);

#endif

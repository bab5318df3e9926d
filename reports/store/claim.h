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
#define CLAIM_REFRESH_S 10
/* How long to watch a claim that looks void: the clock of its machine may be far from the one here. */
#define CLAIM_WATCH_S 25

/* Does the claim on a campaign look void only by its age? 1: its process cannot be looked up from here,
 * and *seen_ns is when it was refreshed, by that machine's clock; 0: nobody has the campaign, or it is
 * known whether its process lives; or -errno. host: where it runs or ran. Read it again
 * after CLAIM_WATCH_S, outside of a transaction: its owner lives if *seen_ns has changed. */
#define CLAIM_HOST_LEN 65
int store__doubt_claim(struct store *st, const char *campaign, uint64_t *seen_ns,
		       char host[static CLAIM_HOST_LEN], struct err *err);

/* Take the campaign for this process, and say that it runs. -EBUSY, with who has it, where and since
 * when, while another process does. A claim that is void by its age alone is taken over if it was
 * refreshed at `watched`, where store__doubt_claim() saw it stay; 0: none was watched. */
int store__claim(struct store *st, const char *campaign, uint64_t watched, struct err *err);
/* Say that this process still runs the campaign. -ESTALE when another has taken it over meanwhile. */
int store__refresh_claim(struct store *st, const char *campaign, struct err *err);
/* Give the claim of this process up, if it has it. */
int store__drop_claim(struct store *st, const char *campaign, struct err *err);

/* Does a campaign that was listed as running still run, as far as is known here? No process tells the database
 * that it was killed, so the state of the database does not say. 1, 0 or -errno. */
int store__still_runs(struct store *st, const char *campaign, struct err *err);

/* For reports/store/ alone: the state of a campaign (owned) becomes "interrupted (killed)" where it is
 * "running", but whoever ran it is gone. */
int claim__settle(struct store *st, const char *campaign, const char **state, struct err *err);

/* For reports/store/ alone: 0, or -EBUSY with who has the campaign, as the table `claim` of a schema
 * says: "main", or that of an attached database. */
int claim__is_free(struct store *st, const char *schema, const char *campaign, struct err *err);

#endif

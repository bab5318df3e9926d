/* SPDX-License-Identifier: GPL-2.0-only */
/* progress.h - how far a campaign is, on standard error: a live line on a terminal, a line for each
 * boot elsewhere, or JSON for scripts. */
#ifndef KDUEL_CLI_PROGRESS_H
#define KDUEL_CLI_PROGRESS_H

#include "reports/store/store.h"
#include "runner/campaign/campaign.h"

/* From now on write an object a line instead: {"event": "campaign" | "step" | "boot" | "end"}
 * (docs/REPORTS.md). Notes for people are left out, warnings and errors are not. */
void progress__use_json(void);

/* Name a boot in messages: its variant, in exact mode with its only workload. Caller frees. */
char *progress__boot_name(const struct campaign_run *c, const struct schedule_slot *slot);
/* Estimate how long each boot will take from earlier ones of this machine, into c->expected_ns: of
 * this plan, else of any plan on such a target. An estimate that cannot be made is none. */
void progress__expect(struct campaign_run *c, struct store *st);
/* The campaign begins, or goes on: how many boots there are, and how long they will take. */
void progress__begin(const struct campaign_run *c, bool again);
/* For struct campaign_hooks. */
void progress__step(const struct campaign_run *c, const struct schedule_slot *slot,
		    const struct campaign_step *step);
void progress__booted(const struct campaign_run *c, const struct schedule_slot *slot,
		      const struct store_boot *b, uint64_t left_ns);
/* It has ended; `word` says how: "finished", "interrupted". */
void progress__end(const struct campaign_run *c, const char *word);

#endif

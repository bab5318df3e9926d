/* SPDX-License-Identifier: GPL-2.0-only */
/* progress.h - progress of a campaign on standard error: a live line on a terminal, otherwise a
 * line per boot, or JSON for scripts. */
#ifndef KDUEL_CLI_PROGRESS_H
#define KDUEL_CLI_PROGRESS_H

#include "reports/store/store.h"
#include "runner/campaign/campaign.h"

/* From now on write JSON instead, one object per line: {"event": "campaign" | "step" | "boot" |
 * "end"} (docs/REPORTS.md). This turns log__info() off, but not warnings and errors. */
void progress__use_json(void);

/* The name of a boot for messages: its variant, and in exact mode its one workload. Caller frees. */
char *progress__boot_name(const struct campaign_run *c, const struct schedule_slot *slot);
/* Estimate the duration of each boot, into c->expected_ns, from earlier boots on this machine:
 * those of plans of the same name or, if they do not cover all workloads, of any plan on the same
 * kind of target. All are 0 (unknown) if neither do. */
void progress__expect(struct campaign_run *c, struct store *st);
/* The campaign begins, or with `again` is resumed: print how many boots there are, how long they
 * will take, and how many blocks fit into its budget. */
void progress__begin(const struct campaign_run *c, bool again);
/* Members of struct campaign_hooks. */
void progress__step(const struct campaign_run *c, const struct schedule_slot *slot,
		    const struct campaign_step *step);
void progress__booted(const struct campaign_run *c, const struct schedule_slot *slot,
		      const struct store_boot *b, uint64_t left_ns);
/* The campaign has ended; `word` says how: "finished" or "interrupted". */
void progress__end(const struct campaign_run *c, const char *word);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* knobs.h - which files a plan's settings are, and what is written there. */
#ifndef KDUEL_CAMPAIGN_KNOBS_H
#define KDUEL_CAMPAIGN_KNOBS_H

#include "lib/err.h"
#include "runner/plan/plan.h"

/* One change: a file and what is written to it; with value NULL a swap area to be turned off. */
struct tune_change {
	char *path, *value;
};

struct tune_changes {
	struct tune_change *v;
	size_t n;
};

/* Resolve the settings of a plan to changes on this machine, whose /proc and /sys are below
 * `root`. -EOPNOTSUPP: it does not have a setting; the message names the key. To be released in any
 * case. */
int tune_changes__resolve(const char *root, const struct plan_tune *t, struct tune_changes *c,
			  struct err *err);
/* Is this the file of a setting that a plan may tune? A state file that says so is not believed. */
bool tune_changes__is_setting(const char *root, const char *path);
/* The same for a real machine, as shell (runner/machine/tune.h). NULL: the plan changes nothing. Caller
 * frees. */
char *tune_changes__script(const struct plan_tune *t);
void tune_changes__release(struct tune_changes *c);

#endif

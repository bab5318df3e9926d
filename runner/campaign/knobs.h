/* SPDX-License-Identifier: GPL-2.0-only */
/* knobs.h - which files the settings of a plan's `tune` are, and what to write to them. */
#ifndef KDUEL_CAMPAIGN_KNOBS_H
#define KDUEL_CAMPAIGN_KNOBS_H

#include "lib/err.h"
#include "runner/plan/plan.h"

/* One change: a file and the value to write; with value NULL, a swap area to turn off. */
struct tune_change {
	char *path, *value;
};

struct tune_changes {
	struct tune_change *v;
	size_t n;
};

/* Resolve the settings of a plan to changes on this host, with /proc and /sys below `root`. 0, or
 * -EOPNOTSUPP if the host does not have a setting; the message names the key. The caller releases `c`
 * in any case. */
int tune_changes__resolve(const char *root, const struct plan_tune *t, struct tune_changes *c,
			  struct err *err);
/* Is this the file of a setting that a plan may tune? Used to validate paths in a state file before
 * writing to them. */
bool tune_changes__is_setting(const char *root, const char *path);
/* The changes for a real machine, as a shell script for machine_tune__apply(). NULL: the plan changes
 * nothing. The caller frees. */
char *tune_changes__script(const struct plan_tune *t);
void tune_changes__release(struct tune_changes *c);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tune.h - settings of the machine that kduel runs on: changed for a campaign, restored after it.
 *
 * Before anything is changed the old value is written to a state file. A kduel that was killed
 * leaves that file; the next start, or `kduel doctor --restore`, restores the settings from it.
 * After a reboot there is nothing to restore and the file is removed. docs/ENVIRONMENT.md has the
 * settings.
 */
#ifndef KDUEL_CAMPAIGN_TUNE_H
#define KDUEL_CAMPAIGN_TUNE_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "runner/plan/plan.h"

#include <jansson.h>

/* The directory that holds /proc and /sys ("": the root; $KDUEL_SYSROOT for tests), and the state
 * file. */
struct tune_where {
	char *root, *state;
};

void tune_where__init(struct tune_where *w);
void tune_where__release(struct tune_where *w);

/* Does the plan change any setting? */
bool tune__wanted(const struct plan_tune *t);
/* Change the settings, reading each back. On failure those that were changed are restored. `log`
 * gets a line for each change. -EOPNOTSUPP: this machine has no such setting; -EACCES: root is
 * needed. */
int tune__apply(const struct tune_where *w, const struct plan_tune *t, struct strvec *log,
		struct err *err);
/* Is there a state file, so that settings are still to be restored? */
bool tune__pending(const struct tune_where *w);
/* Restore the settings in the state file, newest first, and remove it. A setting that somebody else
 * has changed since is left alone. `log` gets a line for each setting. 0 also when there is nothing
 * to do; when a setting cannot be restored the file stays. */
int tune__restore(const struct tune_where *w, struct strvec *log, struct err *err);

#endif

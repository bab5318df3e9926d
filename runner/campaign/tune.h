/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tune.h - settings of the host that kduel runs on, changed for a campaign and restored after it.
 *
 * Before a setting is changed, its old value is written to a state file. If kduel is killed, the file
 * stays, and the next start, or `kduel doctor --restore`, restores the settings. After a reboot there
 * is nothing to restore, and the file is removed. docs/ENVIRONMENT.md lists the settings.
 */
#ifndef KDUEL_CAMPAIGN_TUNE_H
#define KDUEL_CAMPAIGN_TUNE_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "runner/plan/plan.h"

#include <jansson.h>

struct tune_where {
	char *root; /* directory that has /proc and /sys: "", or $KDUEL_SYSROOT for tests */
	char *state; /* path of the state file */
};

void tune_where__init(struct tune_where *w);
void tune_where__release(struct tune_where *w);

/* Does the plan change any setting? */
bool tune__wanted(const struct plan_tune *t);
/* Change the settings and read each of them back. On failure those that were changed are restored.
 * `log` gets a line for each change. 0; -EOPNOTSUPP: the host does not have a setting or does not
 * accept the value; -EACCES: root is needed; or another -errno. */
int tune__apply(const struct tune_where *w, const struct plan_tune *t, struct strvec *log,
		struct err *err);
/* Does a state file exist, with settings to restore? */
bool tune__pending(const struct tune_where *w);
/* Restore the settings in the state file, newest first, and remove the file. A setting that somebody
 * else has changed since is left alone. `log` gets a line for each setting. 0, even if there is
 * nothing to do; or -errno if a setting cannot be restored: then the file stays. */
int tune__restore(const struct tune_where *w, struct strvec *log, struct err *err);

#endif

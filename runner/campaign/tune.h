/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tune.h - settings of the machine that kduel runs on, made for a campaign and taken back after.
 *
 * Before anything is changed, what was there is written to a state file. A kduel that was killed
 * leaves that file; the next start, or `kduel doctor --restore`, takes the changes back from it.
 * After a reboot there is nothing to take back and the file is dropped. docs/ENVIRONMENT.md has
 * the settings.
 */
#ifndef KDUEL_CAMPAIGN_TUNE_H
#define KDUEL_CAMPAIGN_TUNE_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "runner/plan/plan.h"

#include <jansson.h>

/* Where /proc and /sys lie ("" is here; $KDUEL_SYSROOT for tests), and the state file. */
struct tune_where {
	char *root, *state;
};

void tune_where__init(struct tune_where *w);
void tune_where__release(struct tune_where *w);

/* Is anything to be set? */
bool tune__wanted(const struct plan_tune *t);
/* Set everything, reading back each. On failure what was set is taken back. `said` gets a line for
 * each change. -EOPNOTSUPP: this machine has no such setting; -EACCES: root is needed. */
int tune__apply(const struct tune_where *w, const struct plan_tune *t, struct strvec *said,
		struct err *err);
/* Is there a state file, so that something is still to be taken back? */
bool tune__pending(const struct tune_where *w);
/* Take back what the state file says, newest first, and remove it. What somebody else has changed
 * since is left alone. `said` gets a line for each setting. 0 also when there is nothing to do;
 * when a setting cannot be taken back the file stays. */
int tune__restore(const struct tune_where *w, struct strvec *said, struct err *err);

/* One change: a file and what is to be written; an area to swap off when value is NULL. */
struct tune_change {
	char *path, *value;
};

struct tune_changes {
	struct tune_change *v;
	size_t n;
};

/* What to write where for a plan on this machine. -EOPNOTSUPP names the key. */
int tune_changes__resolve(const char *root, const struct plan_tune *t, struct tune_changes *c,
			  struct err *err);
void tune_changes__release(struct tune_changes *c);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* execute.h - run or resume a campaign for a user: progress, messages, signals. */
#ifndef KDUEL_CLI_EXECUTE_H
#define KDUEL_CLI_EXECUTE_H

#include "runner/campaign/prepare.h"
#include "runner/campaign/run.h"
#include "runner/campaign/tags.h"
#include "runner/cli/options.h"
#include "runner/plan/read.h"

struct execute_opts {
	const char *command; /* for the hint `kduel COMMAND --resume ID`: "run", "aa" */
	const char *plan_path, *resume; /* one of them is NULL */
	const char *locked; /* lock file or campaign with the package versions to use, or NULL */
	struct tags tags; /* for a new campaign; the caller releases them */
	struct campaign_budget budget; /* set by execute__set_until() */
	bool allow_exec; /* like `allow_exec` in a plan */
	bool dry_run; /* print every boot and its command line, boot nothing */
	/* Loads the plan, with the contract of plan__load(), which is called if this is NULL. */
	int (*load)(const char *path, struct plan **plan, struct plan_diag *diag, void *arg);
	/* Checks options against the plan before anything is prepared; may be NULL. 0 or -errno. */
	int (*check)(const struct plan *plan, void *arg, struct err *err);
	/* Called when all boots are done, or all that the budget allows; returns the exit code. */
	int (*finish)(struct store *st, const struct campaign_run *c, void *arg);
	void *arg;
};

/* Prepare and run a campaign, or resume one; progress and errors go to standard error. `st` may be
 * NULL in a dry run of a plan, unless o->locked is a campaign. Returns an exit code. */
int execute__plan(struct store *st, const struct execute_opts *o);
/* Let the campaign end by the next time that the local clock shows `until` ("06:30"). The string is
 * kept by reference. -EINVAL if it is not a time of day. */
int execute__set_until(struct execute_opts *o, const char *until, struct err *err);
/* --allow-exec, --dry-run, --locked, --resume, --tag and --until, which fill a struct execute_opts,
 * and --progress. */
extern const struct options execute__options;

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* execute.h - run a plan to its end for people: notes, progress, signals, resuming. */
#ifndef KDUEL_CLI_EXECUTE_H
#define KDUEL_CLI_EXECUTE_H

#include "runner/campaign/prepare.h"
#include "runner/campaign/run.h"
#include "runner/campaign/tags.h"
#include "runner/cli/options.h"
#include "runner/plan/read.h"

struct execute_opts {
	const char *command; /* to name in `kduel run --resume`: "run", "aa" */
	const char *plan_path, *resume; /* one of them is NULL */
	const char *locked; /* NULL, or where the package versions come from */
	struct tags tags; /* of a new campaign */
	struct campaign_budget budget; /* until when it has time; execute__set_until() */
	bool allow_exec; /* as the plan's key */
	bool dry_run; /* print every boot and its command line, boot nothing */
	/* Makes a plan out of the file; NULL: plan__load(), whose contract it has. */
	int (*load)(const char *path, struct plan **plan, struct plan_diag *diag, void *arg);
	/* Holds the command line against the plan, before anything is prepared; NULL: nothing to hold.
	 * 0 or -errno. */
	int (*check)(const struct plan *plan, void *arg, struct err *err);
	/* Called when all boots are done; returns the exit code. */
	int (*finish)(struct store *st, const struct campaign_run *c, void *arg);
	void *arg;
};

/* Prepare and run, or resume, a campaign; progress and errors go to standard error. `st` may be
 * NULL in a dry run of a plan. Returns an exit code. */
int execute__plan(struct store *st, const struct execute_opts *o);
/* It ends by the next time that a clock here shows `until`, which must outlive it. -EINVAL: no time of
 * day. */
int execute__set_until(struct execute_opts *o, const char *until, struct err *err);
/* --dry-run, --locked, --resume, --tag and --until, which fill a struct execute_opts. */
extern const struct options execute__options;

#endif

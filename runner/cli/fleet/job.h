/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * job.h - a job of a fleet on the disk: a directory FLEET/MACHINE/DATE-XXXXXX that has all of it, so that
 * it can be started again by whoever finds it.
 */
#ifndef KDUEL_FLEET_JOB_H
#define KDUEL_FLEET_JOB_H

#include "lib/err.h"
#include "lib/strvec.h"

/* Files of a job. */
#define JOB_PLAN "plan.yaml" /* the plan as submitted, with its machine in it */
#define JOB_PLAN_PATH "plan.path" /* where it was, which paths in it are relative to */
#define JOB_RESULTS "results.db"
#define JOB_ID "slurm.id" /* of the last submission */
#define JOB_EXIT "exit" /* exit code of the last run; there once it has ended by itself */
#define JOB_COLLECTED "collected" /* the database that has its results */

/* The directory of all, absolute: `dir`, or beside the default database. The caller frees. */
char *fleet_dir(const char *dir);
/* Fill ${machine} in a plan's text; the caller frees *out. -EINVAL with the place of what cannot be. */
int job__fill_plan(const char *path, const char *text, const char *machine, char **out,
		   struct err *err);
/* Make a job's directory with its plan; the caller frees *job. */
int job__make(const char *dir, const char *machine, const char *plan_path, const char *plan,
	      char **job, struct err *err);
/* Append the directories of a machine's jobs, oldest first. */
void job__list(const char *dir, const char *machine, struct strvec *jobs);
/* The first line of one of its files; NULL: it has none. The caller frees. */
char *job__read(const char *job, const char *file);
int job__write(const char *job, const char *file, const char *line, struct err *err);
/* It runs (again): it has not ended, and what it brings is not collected. 0 or -errno. */
int job__reset(const char *job, struct err *err);

/* `kduel fleet job DIR`, which is what Slurm starts. Returns an exit code. */
int fleet_job(int argc, char **argv);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * job.h - a job of a fleet, stored in a directory FLEET/MACHINE/DATE-XXXXXX. It holds everything
 * that is needed to start or restart the job.
 */
#ifndef KDUEL_FLEET_JOB_H
#define KDUEL_FLEET_JOB_H

#include "lib/err.h"
#include "lib/strvec.h"

/* Files of a job. */
#define JOB_PLAN "plan.yaml" /* the plan as submitted, with ${machine} filled in */
#define JOB_PLAN_PATH "plan.path" /* where it came from: paths in it are relative to that */
#define JOB_RESULTS "results.db"
#define JOB_ID "slurm.id" /* Slurm's id of the last submission */
#define JOB_EXIT "exit" /* exit code of the last run; missing if that is running or was killed */
#define JOB_COLLECTED "collected" /* path of the database that has imported the results */

/* The directory of all jobs, as an absolute path: `dir`, or by default one beside the default
 * database. The caller frees. */
char *fleet_dir(const char *dir);
/* Replace ${machine} in the text of a plan; the caller frees *out. -EINVAL with FILE:LINE:COL of a
 * name that is not known. */
int job__fill_plan(const char *path, const char *text, const char *machine, char **out,
		   struct err *err);
/* Create the directory of a job, with its plan. *job: its path, which the caller frees even on
 * errors. 0 or -errno. */
int job__make(const char *dir, const char *machine, const char *plan_path, const char *plan,
	      char **job, struct err *err);
/* Append the directories of a machine's jobs, oldest first. */
void job__list(const char *dir, const char *machine, struct strvec *jobs);
/* The first line of a job's file (JOB_*); NULL: there is no such file. The caller frees. */
char *job__read(const char *job, const char *file);
/* Replace a job's file with one line. 0 or -errno. */
int job__write(const char *job, const char *file, const char *line, struct err *err);
/* Before a run: remove JOB_EXIT and JOB_COLLECTED of an earlier one. 0 or -errno. */
int job__reset(const char *job, struct err *err);

/* `kduel fleet job DIR`, the command that Slurm runs. Returns an exit code. */
int fleet_job(int argc, char **argv);

#endif

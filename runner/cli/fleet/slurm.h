/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * slurm.h - talk to Slurm through its command-line programs.
 *
 * Every machine is a node, in a partition of its own, both called like the machine. The output of
 * Slurm's programs is not trusted: what is malformed is skipped or refused, and nothing of it is
 * passed to a shell.
 */
#ifndef KDUEL_FLEET_SLURM_H
#define KDUEL_FLEET_SLURM_H

#include "lib/err.h"

#define SLURM_ID_MAX 16
#define SLURM_STATE_MAX 32
#define SLURM_REASON_MAX 200 /* longer reasons are truncated */

struct slurm_job {
	const char *machine, *name, *dir; /* dir: working directory, also of its log.txt */
	const char *reservation, *deadline; /* or NULL */
	uint64_t limit_ns, warn_ns; /* time limit; how long before that to send SIGTERM */
	char *const *argv; /* command to run, NULL-terminated */
};

/* A line of squeue (`name` is the job's id) or sinfo (`name` is the node). */
struct slurm_line {
	char name[65], state[SLURM_STATE_MAX], reason[SLURM_REASON_MAX];
};

struct slurm_list {
	struct slurm_line *v;
	size_t n;
};

/* Can a machine of this name be a node? -EINVAL with the reason if not. */
int slurm__check_name(const char *machine, struct err *err);
/* Round up to whole minutes, the unit of Slurm's limits. */
uint64_t slurm__minutes(uint64_t ns);
/* Is it a time in a format of Slurm: HH:MM[:SS], YYYY-MM-DD or YYYY-MM-DDTHH:MM[:SS]? */
bool slurm__is_moment(const char *text);
/* Parse the output of sbatch --parsable, "12" or "12;cluster". -EPROTO if it is malformed. */
int slurm__parse_id(const char *text, char id[SLURM_ID_MAX], struct err *err);
/* Parse lines NAME|STATE|REASON; malformed ones are skipped. States become lower case. The caller
 * frees out->v. */
void slurm__parse_list(const char *text, struct slurm_list *out);
/* Make a text fit for a reason in Slurm: one line of ASCII without quotes. The caller frees. */
char *slurm__reason(const char *text);

/* These run Slurm's programs. They return 0; -EOPNOTSUPP if a program is missing, fails or does not
 * answer; or another -errno. */
/* Submit a job; `id` is set to Slurm's id of it. */
int slurm__submit(const struct slurm_job *job, char id[SLURM_ID_MAX], struct err *err);
/* List all pending and running jobs; the caller frees out->v. */
int slurm__jobs(struct slurm_list *out, struct err *err);
/* List all nodes; the caller frees out->v. */
int slurm__nodes(struct slurm_list *out, struct err *err);
/* Let Slurm start no more jobs on the node. */
int slurm__drain(const char *machine, const char *reason, struct err *err);
/* Find a line by name; NULL: there is none. */
const struct slurm_line *slurm_list__find(const struct slurm_list *l, const char *name);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * slurm.h - what kduel asks of Slurm, by its own programs as children.
 *
 * Every machine is a node and a partition of its own, both by its name. What Slurm prints is held to be
 * of anybody: what does not look as asked for is left out or refused, and nothing of it reaches a shell.
 */
#ifndef KDUEL_FLEET_SLURM_H
#define KDUEL_FLEET_SLURM_H

#include "lib/err.h"

#define SLURM_ID_MAX 16
#define SLURM_STATE_MAX 32
#define SLURM_REASON_MAX 200 /* bytes that are kept of a reason */

struct slurm_job {
	const char *machine, *name, *dir; /* dir: where it runs and writes log.txt */
	const char *reservation, *deadline; /* or NULL */
	uint64_t limit_ns, warn_ns; /* it ends then at the latest; SIGTERM so long before */
	char *const *argv; /* what it runs, NULL-terminated */
};

/* A line of squeue (`name` is the job's id) or sinfo (the node's name). */
struct slurm_line {
	char name[65], state[SLURM_STATE_MAX], reason[SLURM_REASON_MAX];
};

struct slurm_list {
	struct slurm_line *v;
	size_t n;
};

/* Can a machine of this name be a node? -EINVAL with the reason. */
int slurm__check_name(const char *machine, struct err *err);
/* Whole minutes, which Slurm counts limits in: rounded up. */
uint64_t slurm__minutes(uint64_t ns);
/* Is it a moment as Slurm reads it: HH:MM, YYYY-MM-DD or YYYY-MM-DDTHH:MM, each time also with :SS? */
bool slurm__is_moment(const char *text);
/* Read the reply of sbatch --parsable, "12" or "12;cluster". -EPROTO: it is none. */
int slurm__parse_id(const char *text, char id[SLURM_ID_MAX], struct err *err);
/* Read lines NAME|STATE|REASON; others are left out. The caller frees out->v. */
void slurm__parse_list(const char *text, struct slurm_list *out);
/* As a reason that Slurm can store: one line of ASCII without quotes. The caller frees. */
char *slurm__reason(const char *text);

/* 0; -EOPNOTSUPP: Slurm's programs are not there; or -errno. */
int slurm__submit(const struct slurm_job *job, char id[SLURM_ID_MAX], struct err *err);
/* Jobs that wait or run; the caller frees out->v. */
int slurm__jobs(struct slurm_list *out, struct err *err);
int slurm__nodes(struct slurm_list *out, struct err *err);
/* Give the node no more jobs. */
int slurm__drain(const char *machine, const char *reason, struct err *err);
/* NULL: there is none. */
const struct slurm_line *slurm_list__find(const struct slurm_list *l, const char *name);

#endif

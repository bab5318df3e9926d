/* SPDX-License-Identifier: GPL-2.0-only */
/* config.h - which machines a queue gets and when, and slurm.conf of that (docs/FLEET.md). */
#ifndef KDUEL_FLEET_CONFIG_H
#define KDUEL_FLEET_CONFIG_H

#include "lib/err.h"
#include "lib/strvec.h"

/* Texts are owned; NULL: not given. */
struct fleet {
	struct strvec machines; /* names of machine files; default: all */
	char *host, *address; /* where slurmd runs: its name, and where slurmctld reaches it */
	unsigned int port; /* of the first slurmd */
	uint64_t max_time; /* ns; 0: jobs may take for ever */
	struct fleet_reservation {
		char *name, *start;
		uint64_t duration; /* ns */
		struct strvec users;
		bool daily;
	} reservation; /* name NULL: none */
};

/* Read one. -EINVAL with every mistake, one a line, as FILE:LINE:COL; or another -errno. What is in *f is
 * to be released in both cases. */
int fleet__load(const char *path, struct fleet *f, struct err *err);
/* Write lines for slurm.conf; the reservation, which is none, as a comment. */
void fleet__print(const struct fleet *f, FILE *out);
void fleet__release(struct fleet *f);

#endif

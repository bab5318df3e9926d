/* SPDX-License-Identifier: GPL-2.0-only */
/* config.h - the file of a fleet: its machines and their reservation, and how to write them as
 * lines for slurm.conf (docs/FLEET.md). */
#ifndef KDUEL_FLEET_CONFIG_H
#define KDUEL_FLEET_CONFIG_H

#include "lib/err.h"
#include "lib/strvec.h"

/* Strings are owned. */
struct fleet {
	struct strvec machines; /* names of machine files, sorted; default: all */
	char *host, *address; /* of the host with slurmd: its name, and the address for slurmctld */
	unsigned int port; /* of the first slurmd; the next ones follow */
	uint64_t max_time; /* ns; 0: no limit */
	struct fleet_reservation {
		char *name, *start;
		uint64_t duration; /* ns */
		struct strvec users;
		bool daily;
	} reservation; /* name NULL: none */
};

/* Read the file. -EINVAL with every mistake, one per line, as FILE:LINE:COL; or another -errno. The
 * caller releases *f in either case. */
int fleet__load(const char *path, struct fleet *f, struct err *err);
/* Print lines for slurm.conf. The reservation does not belong there: the command that creates it is
 * printed as a comment. */
void fleet__print(const struct fleet *f, FILE *out);
void fleet__release(struct fleet *f);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* quick.h - a plan out of a command line: `kduel ab`, `kduel run --kernel`. */
#ifndef KDUEL_CLI_QUICK_QUICK_H
#define KDUEL_CLI_QUICK_QUICK_H

#include "lib/err.h"
#include "lib/strvec.h"

/* The first side is the candidate, the last one the baseline. */
struct quick {
	struct strvec kernels; /* KERNEL or NAME=KERNEL */
	struct strvec commands; /* to run on this system, in place of kernels */
	struct strvec workloads; /* NAME, or "NAME: {PARAMETERS}" */
	struct strvec files; /* for guests: PLACE=PATH */
	unsigned int boots; /* of each side; 0: what is usual */
	bool timed; /* no exact mode */
};

void quick__release(struct quick *q);
/* Write the plan to a file beside the database `db` (NULL: the usual one), named by its content. *path is
 * its path and *text what is in it; the caller frees both. -EINVAL: these words make no plan; or another
 * -errno. */
int quick__write(const struct quick *q, const char *db, char **path, char **text, struct err *err);

#endif

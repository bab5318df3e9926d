/* SPDX-License-Identifier: GPL-2.0-only */
/* quick.h - write the plan that a command line describes: `kduel ab`, `kduel run --kernel`. */
#ifndef KDUEL_CLI_QUICK_QUICK_H
#define KDUEL_CLI_QUICK_QUICK_H

#include "lib/err.h"
#include "lib/strvec.h"

/* Of kernels or commands, the last one is the baseline. */
struct quick {
	struct strvec kernels; /* KERNEL or NAME=KERNEL */
	struct strvec commands; /* shell commands to time on this system, instead of kernels */
	struct strvec workloads; /* NAME, or "NAME: {PARAMETERS}" */
	struct strvec files; /* files for guests: PLACE=PATH */
	unsigned int boots; /* of each side; 0: the default */
	bool timed; /* no exact mode */
};

void quick__release(struct quick *q);
/* Write the plan to a file in the directory `plans` beside the database `db` (NULL: the default
 * one). Its name is a hash of its content. *path: the file; *text: its content; the caller frees
 * both. -EINVAL if the arguments are not valid; or another -errno. */
int quick__write(const struct quick *q, const char *db, char **path, char **text, struct err *err);

#endif

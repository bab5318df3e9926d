/* SPDX-License-Identifier: GPL-2.0-only */
/* tool.h - run programs that must succeed; a message about a failure says what the program was for. */
#ifndef KDUEL_HOST_TOOL_H
#define KDUEL_HOST_TOOL_H

#include "lib/err.h"
#include "lib/proc.h"

/* Run a program to its end. `what` completes "it is needed to ...": "unpack packages (package dpkg)".
 * 0; -EOPNOTSUPP: there is no such program; -EIO: it failed or took too long; or another -errno. */
int tool__exec(struct err *err, const char *what, const struct proc_opts *opts);
/* Like tool__exec(), with the arguments of the program, ended by NULL, and a timeout of ten minutes. */
int tool__run(struct err *err, const char *what, const char *prog, ...) __attribute__((sentinel));

#endif

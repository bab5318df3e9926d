/* SPDX-License-Identifier: GPL-2.0-only */
/* tool.h - runs programs that must succeed; a failure says what the program was for. */
#ifndef KDUEL_HOST_TOOL_H
#define KDUEL_HOST_TOOL_H

#include "lib/err.h"
#include "lib/proc.h"

/* Run to the end. `what` completes "... is needed to": "unpack packages (package dpkg)".
 * 0; -EOPNOTSUPP: no such program; -EIO: it failed; `err` says which and why. */
int tool__exec(struct err *err, const char *what, const struct proc_opts *opts);
/* The same for plain arguments, ended by NULL; at most ten minutes. */
int tool__run(struct err *err, const char *what, const char *prog, ...) __attribute__((sentinel));

#endif

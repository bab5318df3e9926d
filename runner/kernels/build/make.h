/* SPDX-License-Identifier: GPL-2.0-only */
/* make.h - runs make under supervision, with a log and progress reports. */
#ifndef KDUEL_KERNELS_BUILD_MAKE_H
#define KDUEL_KERNELS_BUILD_MAKE_H

#include "lib/err.h"
#include "runner/kernels/build/state.h"

/* Run make with the targets and variables that follow `what`, up to NULL. Its output is appended to
 * b->log. `what` names the step in messages. -EPROTO, with the last lines of the log, when make
 * fails. */
int build_make__run(struct build *b, struct err *err, const char *what, ...)
	__attribute__((sentinel));

#endif

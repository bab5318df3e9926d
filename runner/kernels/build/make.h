/* SPDX-License-Identifier: GPL-2.0-only */
/* make.h - runs make, logged, supervised and with progress. */
#ifndef KDUEL_KERNELS_BUILD_MAKE_H
#define KDUEL_KERNELS_BUILD_MAKE_H

#include "lib/err.h"
#include "runner/kernels/build/state.h"

/* Run make with the targets and variables that follow, up to a NULL; its output is appended to
 * b->log. `what` names the step for people. -EPROTO with the last lines when it fails. */
int build_make__run(struct build *b, struct err *err, const char *what, ...)
	__attribute__((sentinel));

#endif

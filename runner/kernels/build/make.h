/* SPDX-License-Identifier: GPL-2.0-only */
/* make.h - runs make, logged, supervised and with progress. */
#ifndef KDUEL_KERNELS_BUILD_MAKE_H
#define KDUEL_KERNELS_BUILD_MAKE_H

#include "lib/err.h"
#include "runner/kernels/build/state.h"

/* Run make with these targets and variables; its output is appended to b->log. `what` names the
 * step for people. -EPROTO with the last lines when it fails. */
int build_make__run(struct build *b, const char *what, const struct strvec *words, struct err *err);

#endif

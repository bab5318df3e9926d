/* SPDX-License-Identifier: GPL-2.0-only */
/* kernel.h - what the files of `kduel kernel` share. */
#ifndef KDUEL_CLI_KERNEL_H
#define KDUEL_CLI_KERNEL_H

#include "runner/cli/cmd.h"
#include "runner/kernels/build/spec.h"
#include "runner/kernels/files/kernel.h"

#define KERNEL_ARCH "arm64"

/* Each gets its own name in argv[0] and returns an exit code. */
int cmd_kernel__add(int argc, char **argv);
int cmd_kernel__build(int argc, char **argv);
int cmd_kernel__list(int argc, char **argv);
int cmd_kernel__show(int argc, char **argv);
int cmd_kernel__rm(int argc, char **argv);

/* The kernel is there: give it its name (unless NULL) and print its hash. */
int cmd_kernel__finish(struct kernel *k, const char *name, const struct build_spec *spec,
		       struct err *err);
int cmd_kernel__fail(int ret, const struct err *err);

#endif

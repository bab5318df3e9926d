/* SPDX-License-Identifier: GPL-2.0-only */
/* check.h - `kduel kernel check`. */
#ifndef KDUEL_CLI_KERNEL_CHECK_H
#define KDUEL_CLI_KERNEL_CHECK_H

/* struct cmd.fn; returns an exit code. */
int kernel_check(int argc, char **argv);

#endif

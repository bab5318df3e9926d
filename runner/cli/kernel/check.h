/* SPDX-License-Identifier: GPL-2.0-only */
/* check.h - the verb `check` of `kduel kernel`. */
#ifndef KDUEL_CLI_KERNEL_CHECK_H
#define KDUEL_CLI_KERNEL_CHECK_H

/* As a command: the exit code. */
int kernel_check(int argc, char **argv);

#endif

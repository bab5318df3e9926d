/* SPDX-License-Identifier: GPL-2.0-only */
/* parse_dmesg.h - `kduel parse dmesg`: what kduel would find in a saved kernel log. */
#ifndef KDUEL_CLI_PARSE_DMESG_H
#define KDUEL_CLI_PARSE_DMESG_H

#include "lib/base.h"

/* Print the kernel's complaints in a log: "LINE<tab>CLASS<tab>TEXT", or JSON. "-" is standard input.
 * Returns the exit code; failures are logged. */
int parse_dmesg__run(const char *path, bool json);

#endif

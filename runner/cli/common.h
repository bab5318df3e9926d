/* SPDX-License-Identifier: GPL-2.0-only */
/* common.h - what the commands that show results (compare, list, show) share. */
#ifndef KDUEL_CLI_COMMON_H
#define KDUEL_CLI_COMMON_H

#include "reports/store/read.h"
#include "runner/cli/cmd.h"

#include <jansson.h>

/* Open `db`, or the default database when it is NULL, for reading. 0 or -errno. */
int results__open(const char *db, struct store **st, struct err *err);
/* Open and load one campaign; both are released by the caller, whatever is returned. */
int results__load(const char *db, const char *key, struct store **st, struct campaign **c,
		  struct err *err);
/* Is `format` json (true) or text? Anything else is a usage error: its exit code, else 0. */
int results__is_json(const char *sub, const char *usage, const char *format, bool *json);
/* The options that these commands have in common: --db FILE, --format FORMAT, --help. 0, an exit
 * code, or -1 when help was asked for; operands start at optind. */
int results__parse(const char *sub, const char *usage, int argc, char **argv, const char **db,
		   bool *json);
/* Write to standard output and drop the reference. */
void results__print_json(json_t *j);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* cmd.h - subcommands of kduel and what they share. */
#ifndef KDUEL_CLI_CMD_H
#define KDUEL_CLI_CMD_H

#include "lib/err.h"

#include <getopt.h>

/* What the process returns; the same for every subcommand. */
enum {
	EXIT_NO_REGRESSION = 0,
	EXIT_REGRESSION = 1,
	EXIT_USAGE = 2, /* usage or configuration */
	EXIT_UNFIT = 3, /* the environment lacks something */
	EXIT_TOO_FEW = 4, /* insufficient data */
	EXIT_INTERNAL = 5,
};

struct cmd {
	const char *name, *summary;
	int (*fn)(int argc, char **argv); /* argv[0] is the subcommand; returns an exit code */
	bool hidden;
};

#define X(name, summary, hidden) int cmd_##name(int argc, char **argv);
#define X_NAMED(id, name, summary, hidden) X(id, summary, hidden)
#include "runner/cli/list.h"
#undef X_NAMED
#undef X

extern const struct cmd cmd__all[]; /* terminated by .name == NULL */

/* runner/cli/log.c: talk goes to standard error, one line each, never data. */
void log__error(const char *fmt, ...) __printf(1, 2);
void log__warn(const char *fmt, ...) __printf(1, 2);
void log__info(const char *fmt, ...) __printf(1, 2); /* silent with --quiet */
/* One status line that replaces itself; only when standard error is a terminal. */
void log__progress(const char *fmt, ...) __printf(1, 2);
void log__progress_end(void);
void log__set_quiet(bool quiet);
bool log__is_tty(void);

/* The exit code that fits a negative errno from a library. */
int cmd__exit_code(int err);
/* Call `take` with each option's letter ('?': an unknown one), optarg being its value, until it
 * returns something else than 0, which is returned. "-h" is always known; operands start at optind. */
int cmd__options(int argc, char **argv, const struct option *options,
		 int (*take)(void *arg, int letter), void *arg);
/* Print "kduel SUB: unknown option ..." style usage errors and return EXIT_USAGE. */
int cmd__usage(const char *sub, const char *usage, const char *fmt, ...) __printf(3, 4);

#endif

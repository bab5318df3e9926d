/* SPDX-License-Identifier: GPL-2.0-only */
/* common.h - what the subcommands of kduel share. */
#ifndef KDUEL_CLI_COMMON_H
#define KDUEL_CLI_COMMON_H

#include "lib/err.h"
#include "reports/store/read.h"

/* What the process returns; the same for every subcommand. */
enum {
	EXIT_NO_REGRESSION = 0,
	EXIT_REGRESSION = 1,
	EXIT_USAGE = 2, /* usage or configuration */
	EXIT_UNFIT = 3, /* the environment lacks something */
	EXIT_TOO_FEW = 4, /* insufficient data */
	EXIT_INTERNAL = 5,
	EXIT_INCONCLUSIVE = 6, /* --require-conclusive: nothing got worse, but a row is undecided */
	EXIT_INTERRUPTED = 130, /* by a signal, as a shell has it */
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

/* Lists of commands end with .name == NULL. */
const struct cmd *cmd__find(const struct cmd *list, const char *name);
/* Name and summary of each that is not hidden, a line each. */
void cmd__print_list(const struct cmd *list, FILE *to);
/* Report that `name` is none of them, with the nearest; `above` is "" or " kernel". EXIT_USAGE. */
int cmd__unknown(const struct cmd *list, const char *above, const char *name);
/* Run the one of `list` that argv[1] names, or print help, which ends with the lines of `about`; argp
 * knows no commands below a command. Returns an exit code. */
int cmd__run_below(const struct cmd *list, const char *above, const char *about, int argc,
		   char **argv);

/* The exit code that fits a negative errno from a library. */
int cmd__exit_code(int ret);
/* Print the error, unless `ret` is 0; returns the exit code that fits it. */
int cmd__fail(int ret, const struct err *err);

/* Take in what kduels left elsewhere when the database went away under them (spill.h), and say so. */
void results__take_in(const char *db);
/* Open `db`, or the default database when it is NULL, with flags STORE_*, after taking in what was left
 * elsewhere. 0 or -errno. */
int results__open(const char *db, unsigned int flags, struct store **st, struct err *err);
/* The same of a database that must be there, also for writing: no new one is made. */
int results__open_there(const char *db, unsigned int flags, struct store **st, struct err *err);
/* Open for reading and load one campaign; the caller releases both, whatever is returned. */
int results__load(const char *db, const char *key, struct store **st, struct campaign **c,
		  struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* common.h - what the subcommands of kduel share. */
#ifndef KDUEL_CLI_COMMON_H
#define KDUEL_CLI_COMMON_H

#include "lib/err.h"
#include "reports/store/read.h"

/* Exit codes, the same for every subcommand. */
enum {
	EXIT_NO_REGRESSION = 0,
	EXIT_REGRESSION = 1,
	EXIT_USAGE = 2, /* usage or configuration */
	EXIT_UNFIT = 3, /* the environment lacks something */
	EXIT_TOO_FEW = 4, /* insufficient data */
	EXIT_INTERNAL = 5,
	EXIT_INCONCLUSIVE = 6, /* --require-conclusive: nothing got worse, but a row is undecided */
	EXIT_INTERRUPTED = 130, /* 128 + SIGINT, as in a shell; for every signal that is caught */
};

struct cmd {
	const char *name, *summary;
	int (*fn)(int argc, char **argv); /* argv[0] is the subcommand; returns an exit code */
	bool hidden; /* not in the help */
};

#define X(name, summary, hidden) int cmd_##name(int argc, char **argv);
#define X_NAMED(id, name, summary, hidden) X(id, summary, hidden)
#include "runner/cli/list.h"
#undef X_NAMED
#undef X

/* Look up a command by name; NULL if there is none. Lists of commands end with .name == NULL. */
const struct cmd *cmd__find(const struct cmd *list, const char *name);
/* Print name and summary of each command that is not hidden, one per line. */
void cmd__print_list(const struct cmd *list, FILE *to);
/* Report an unknown command and suggest the closest match. `above` is the parent command with a
 * space in front (" kernel"), or "" at the top level. Returns EXIT_USAGE. */
int cmd__unknown(const struct cmd *list, const char *above, const char *name);
/* Run the command of `list` that argv[1] names, or print a help that includes `about` (whole
 * lines). For commands such as `kduel kernel`, as argp has no nested commands. Returns an exit
 * code. */
int cmd__run_below(const struct cmd *list, const char *above, const char *about, int argc,
		   char **argv);

/* Map what a library function returned, 0 or a negative errno, to an exit code. */
int cmd__exit_code(int ret);
/* Print the error unless `ret` is 0; returns cmd__exit_code(ret). */
int cmd__fail(int ret, const struct err *err);

/* Merge the copies that campaigns went on in when `db` became unavailable to them (spill.h), and
 * log each. */
void results__take_in(const char *db);
/* Open `db`, or the default database if it is NULL, with flags STORE_*, after results__take_in().
 * Returns what store__open() does. */
int results__open(const char *db, unsigned int flags, struct store **st, struct err *err);
/* Like results__open(), but never create a database, not even with STORE_WRITE. */
int results__open_there(const char *db, unsigned int flags, struct store **st, struct err *err);
/* Open for reading and load the campaign `key` (store__load()). The caller closes *st and frees *c
 * even on an error, when either may be NULL. */
int results__load(const char *db, const char *key, struct store **st, struct campaign **c,
		  struct err *err);

#endif

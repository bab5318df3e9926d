/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * options.h - the options of a subcommand in one place: parsing, --help, --usage and the usage line
 * of an error all come from one table, through glibc's argp.
 *
 * A row stores its value in a member of the command's struct (OPTION_TEXT, OPTION_FLAG,
 * OPTION_LIST), or hands it to the command (OPTION_TAKE). Options that several commands have in
 * common are tables of their own, which a command names in `shared`.
 */
#ifndef KDUEL_CLI_OPTIONS_H
#define KDUEL_CLI_OPTIONS_H

#include "lib/err.h"
#include "lib/strvec.h"

#include <argp.h>

#define OPTIONS_MAX_SHARED 6
#define OPTIONS_ANY SIZE_MAX

struct options {
	const char *command; /* "compare", "kernel build" */
	const char *args; /* operands in the usage line; alternatives on lines of their own */
	const char *doc; /* what the command does; after '\v', what follows the options */
	const struct argp_option *table; /* OPTION_TABLE(); NULL: no options of its own */
	size_t max_args; /* operands that it takes at most */
	/* Store the value of an OPTION_TAKE row. 0, or -errno with the mistake in `err`. */
	int (*take)(void *opts, int key, const char *value, struct err *err);
	/* Called once all options are read, with the operands. 0, or -errno as above. */
	int (*check)(void *opts, size_t n, char **args, struct err *err);
	/* Tables in common, and where in `opts` the struct begins that each fills. */
	struct options_shared {
		const struct options *options;
		size_t offset;
	} shared[OPTIONS_MAX_SHARED];
	/* As in struct argp, to add to the help what only the running program knows. */
	char *(*help_filter)(int key, const char *text, void *unused);
};

/* Kinds of keys; below them are the letters of short options. argp leaves a key 24 bits. */
enum { OPTION_TO_TEXT = 1 << 17, OPTION_TO_FLAG = 2 << 17, OPTION_TO_LIST = 3 << 17 };
#define OPTION_TAKE_FIRST 256 /* keys that `take` gets: from here on, or a letter */

/* The rows of `table`, with the empty one behind them that argp looks for. */
// clang-format off
#define OPTION_TABLE(...) (const struct argp_option[]){ __VA_ARGS__, { 0 } }
// clang-format on
#define OPTION_ROW(name_, key_, arg_, doc_, ...) \
	ROW(.name = (name_), .key = (key_), .arg = (arg_), .doc = (doc_), ##__VA_ARGS__)
#define OPTION_MEMBER(kind, type, member, want)                                                 \
	((kind) + (int)offsetof(type, member) +                                                 \
	 0 * (int)sizeof(                                                                       \
		     char[__builtin_types_compatible_p(__typeof__(((type *)0)->member), want) ? \
				  1 :                                                           \
				  -1]))

/* Set a const char *, a bool, or append to a struct strvec; all but OPTION_FLAG take a value
 * called `arg` in the help. More fields of struct argp_option may follow (.group = 1). */
#define OPTION_TEXT(name, arg, type, member, doc, ...)                                        \
	OPTION_ROW(name, OPTION_MEMBER(OPTION_TO_TEXT, type, member, const char *), arg, doc, \
		   ##__VA_ARGS__)
#define OPTION_FLAG(name, type, member, doc, ...)                                      \
	OPTION_ROW(name, OPTION_MEMBER(OPTION_TO_FLAG, type, member, bool), NULL, doc, \
		   ##__VA_ARGS__)
#define OPTION_LIST(name, arg, type, member, doc, ...)                                         \
	OPTION_ROW(name, OPTION_MEMBER(OPTION_TO_LIST, type, member, struct strvec), arg, doc, \
		   ##__VA_ARGS__)
/* Give the value (NULL if `arg` is) to `take`, with a key from OPTION_TAKE_FIRST on or a letter,
 * which is a short option as well. */
#define OPTION_TAKE(name, key, arg, doc, ...) OPTION_ROW(name, key, arg, doc, ##__VA_ARGS__)
/* Words about an operand, below the options. */
#define OPTION_OPERAND(name_, doc_) \
	ROW(.name = (name_), .flags = OPTION_DOC, .group = 1, .doc = (doc_))
/* A headline above the options of a group. */
#define OPTION_GROUP(number, headline) ROW(.doc = (headline), .group = (number))

/* Parse argv[1] and on into the struct at `opts`, which holds the defaults. True: the command goes
 * on. False: --help was answered, or a mistake was reported; *code is the exit code. Whatever
 * `opts` owns is the caller's to release in both cases. */
bool options__parse(const struct options *o, int argc, char **argv, void *opts, int *code);

/* Values of options. Each returns 0 (or an index) or -EINVAL with the mistake in `err`. */
/* Which one of "a|b|c" is it? The index of the word. */
int options__word(const char *option, const char *value, const char *words, struct err *err);
/* An integer from 1 to max. */
int options__count(const char *option, const char *value, unsigned int max, unsigned int *out,
		   struct err *err);
/* "2" or "2%", at most 1000: 0.02. */
int options__percent(const char *option, const char *value, double *ratio, struct err *err);

extern const struct options options__db; /* --db: const char * */
extern const struct options options__format; /* --format text|json: bool, true is json */
extern const struct options options__gate; /* --fail-on, --require-conclusive: struct gate */
extern const struct options options__history; /* --workload and so on: struct history_filter */
extern const struct options options__quiet; /* --quiet: sets it for log.h, nothing in `opts` */

#endif

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
	const char *args; /* operands for the usage line; '\n' separates alternative forms */
	const char *doc; /* what the command does; after '\v', text for below the options */
	const struct argp_option *table; /* OPTION_TABLE(); NULL: no options of its own */
	size_t max_args; /* maximum number of operands */
	/* Gets the value of each OPTION_TAKE row. Returns 0, or -errno with the mistake in `err`. */
	int (*take)(void *opts, int key, const char *value, struct err *err);
	/* Called with the operands once all options are read; NULL: nothing to check. Returns like
	 * `take`. */
	int (*check)(void *opts, size_t n, char **args, struct err *err);
	/* Shared tables, and the offset in `opts` of the struct that each of them fills. */
	struct options_shared {
		const struct options *options;
		size_t offset;
	} shared[OPTIONS_MAX_SHARED];
	/* As in struct argp: adds to the help what is known at run time only. */
	char *(*help_filter)(int key, const char *text, void *unused);
};

/* A key holds the kind of the row and, below it, the offset of the member that the row sets. Keys
 * of OPTION_TAKE rows have no kind. argp allows 24 bits for a key. */
enum { OPTION_TO_TEXT = 1 << 17, OPTION_TO_FLAG = 2 << 17, OPTION_TO_LIST = 3 << 17 };
#define OPTION_TAKE_FIRST 256 /* OPTION_TAKE keys that are not letters start here */

/* A table of rows, terminated by the empty row that argp expects. */
// clang-format off
#define OPTION_TABLE(...) (const struct argp_option[]){ __VA_ARGS__, { 0 } }
// clang-format on
#define OPTION_ROW(name_, key_, arg_, doc_, ...) \
	ROW(.name = (name_), .key = (key_), .arg = (arg_), .doc = (doc_), ##__VA_ARGS__)
/* The key of a row that sets a member; a build error unless the member has type `want`. */
#define OPTION_MEMBER(kind, type, member, want)                                                 \
	((kind) + (int)offsetof(type, member) +                                                 \
	 0 * (int)sizeof(                                                                       \
		     char[__builtin_types_compatible_p(__typeof__(((type *)0)->member), want) ? \
				  1 :                                                           \
				  -1]))

/* Rows that set a const char *, set a bool to true, or append to a struct strvec. All but
 * OPTION_FLAG take a value, called `arg` in the help. More fields of struct argp_option may follow
 * (.group = 1). */
#define OPTION_TEXT(name, arg, type, member, doc, ...)                                        \
	OPTION_ROW(name, OPTION_MEMBER(OPTION_TO_TEXT, type, member, const char *), arg, doc, \
		   ##__VA_ARGS__)
#define OPTION_FLAG(name, type, member, doc, ...)                                      \
	OPTION_ROW(name, OPTION_MEMBER(OPTION_TO_FLAG, type, member, bool), NULL, doc, \
		   ##__VA_ARGS__)
#define OPTION_LIST(name, arg, type, member, doc, ...)                                         \
	OPTION_ROW(name, OPTION_MEMBER(OPTION_TO_LIST, type, member, struct strvec), arg, doc, \
		   ##__VA_ARGS__)
/* A row that passes its value (NULL if `arg` is NULL) to `take`. `key` is OPTION_TAKE_FIRST or
 * above, or a letter, which then is the short option. */
#define OPTION_TAKE(name, key, arg, doc, ...) OPTION_ROW(name, key, arg, doc, ##__VA_ARGS__)
/* Describe an operand, below the options. */
#define OPTION_OPERAND(name_, doc_) \
	ROW(.name = (name_), .flags = OPTION_DOC, .group = 1, .doc = (doc_))
/* The heading of a group of options. */
#define OPTION_GROUP(number, headline) ROW(.doc = (headline), .group = (number))

/* Parse argv[1] and on into the struct at `opts`, which holds the defaults. Returns true if the
 * command should go on; false if --help or --usage was printed, or a mistake was reported: *code is
 * the exit code then. In both cases the caller releases what `opts` owns. Strings stored in `opts`
 * live as long as the process. */
bool options__parse(const struct options *o, int argc, char **argv, void *opts, int *code);

/* Parsers for values, to be called from `take`. `option` is for the message, without the dashes.
 * Each returns -EINVAL with the mistake in `err` if the value is not valid. */
/* Returns the index of `value` in a list of words, "a|b|c". */
int options__word(const char *option, const char *value, const char *words, struct err *err);
/* An integer from 1 to max. */
int options__count(const char *option, const char *value, unsigned int max, unsigned int *out,
		   struct err *err);
/* "2" and "2%" both give 0.02; at most 1000. */
int options__percent(const char *option, const char *value, double *ratio, struct err *err);

extern const struct options options__db; /* --db: const char * */
extern const struct options options__format; /* --format text|json: bool, true is json */
extern const struct options options__gate; /* --fail-on, --require-conclusive: struct gate */
extern const struct options options__history; /* --workload and so on: struct history_filter */
extern const struct options options__quiet; /* --quiet: calls log__set_quiet(), leaves `opts` alone */

#endif

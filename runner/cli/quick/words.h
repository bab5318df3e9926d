/* SPDX-License-Identifier: GPL-2.0-only */
/* words.h - turn words of a command line, or answers, into parts of a plan. */
#ifndef KDUEL_CLI_QUICK_WORDS_H
#define KDUEL_CLI_QUICK_WORDS_H

#include "lib/err.h"
#include "lib/strvec.h"

#define WORDS_SUITES "trixie-backports, trixie"

/* The value of `kernel` in a plan. */
struct kernel_words {
	char *yaml; /* a mapping in flow style, without the braces; owned; NULL: not known yet */
	bool lacks_modules; /* an Image without a directory of modules */
};

/* Quote a string for YAML (double quotes, with escapes); the caller frees. */
char *words__quoted(const char *text);
/* Set *k for a kernel: a package or glob of packages (from `suites`, comma-separated), the path of
 * an Image or of a built tree, or a name of `kduel kernel list`. -EINVAL or another -errno if it is
 * none of these, or a tree that is not completely built. */
int words__kernel(const char *suites, struct kernel_words *k, const char *word, struct err *err);
/* Append the names in a list of workloads, separated by commas or blanks, to `out`, without
 * duplicates. -EINVAL if there is no such workload, or none at all. */
int words__workloads(const char *words, struct strvec *out, struct err *err);

#endif

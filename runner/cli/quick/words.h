/* SPDX-License-Identifier: GPL-2.0-only */
/* words.h - what people name on a command line, as a plan has it. */
#ifndef KDUEL_CLI_QUICK_WORDS_H
#define KDUEL_CLI_QUICK_WORDS_H

#include "lib/err.h"
#include "lib/strvec.h"

#define WORDS_SUITES "trixie-backports, trixie"

/* A kernel as a plan has it, without braces. */
struct kernel_words {
	char *yaml; /* NULL: not named yet; owned */
	bool lacks_modules; /* an image of a directory that has none */
};

/* A text as YAML takes it whatever is in it; the caller frees. */
char *words__quoted(const char *text);
/* A package or a glob of some, the path of an Image or of a built tree, or a name that `kduel kernel`
 * knows. -EINVAL or another -errno: it is none, or a tree that make did not finish. */
int words__kernel(const char *suites, struct kernel_words *k, const char *word, struct err *err);
/* Append names of workloads with commas or blanks between, each once. -EINVAL: there is none of that
 * name. */
int words__workloads(const char *words, struct strvec *out, struct err *err);

#endif

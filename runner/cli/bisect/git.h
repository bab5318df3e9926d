/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * git.h - ask git about the commits between GOOD and BAD. The repository is only read: no ref or
 * file is written. Of the work tree, only whether it is clean matters.
 */
#ifndef KDUEL_BISECT_GIT_H
#define KDUEL_BISECT_GIT_H

#include "lib/err.h"
#include "lib/strvec.h"

#define BISECT_HASH_LEN 65 /* SHA-256 in hex, with the NUL */

/* The oldest commit known to be bad, those known to be good, and those that could not be decided,
 * all as full hashes. */
struct bisect_sets {
	const char *bad;
	struct strvec good, skip;
};

struct bisect_next {
	char commit[BISECT_HASH_LEN]; /* to test next; "": none left */
	unsigned int left; /* commits that may be the first bad one, including `bad` */
	unsigned int steps; /* estimated number of tests to come */
};

/* Check that `good` is an ancestor of `bad` and, unless `dirty`, that there are no uncommitted
 * changes. Returns 0; -EINVAL with what is wrong; -EOPNOTSUPP if git cannot be run. */
int bisect_git__check(const char *dir, const char *good, const char *bad, bool dirty,
		      struct err *err);
/* Choose the next commit, as `git bisect` would: the one that halves the range best. If that one
 * was skipped, choose one farther away the more were skipped, as its neighbours are likely to fail
 * in the same way. Returns 0 or -errno. */
int bisect_git__next(const char *dir, const struct bisect_sets *s, struct bisect_next *next,
		     struct err *err);
/* Append the commits that may be the first bad one, newest first: those reachable from `bad`, but
 * not from a good one. Returns 0 or -errno. */
int bisect_git__range(const char *dir, const struct bisect_sets *s, struct strvec *commits,
		      struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * git.h - what git knows of the commits between GOOD and BAD. The repository is only read: no ref, no
 * file of it is written, and its work tree is not looked at but to see whether it is clean.
 */
#ifndef KDUEL_BISECT_GIT_H
#define KDUEL_BISECT_GIT_H

#include "lib/err.h"
#include "lib/strvec.h"

#define BISECT_HASH_LEN 65 /* of SHA-256, with the NUL */

/* Full hashes: commits known to be bad, good, and those that cannot be told. */
struct bisect_sets {
	const char *bad;
	struct strvec good, skip;
};

struct bisect_next {
	char commit[BISECT_HASH_LEN]; /* to test next; "": there is none left */
	unsigned int left; /* commits that may be the first bad one, `bad` among them */
	unsigned int steps; /* about as many tests are to come */
};

/* Is `good` an ancestor of `bad`, and, unless `dirty` is fine, nothing uncommitted? 0; -EINVAL with what is
 * wrong; -EOPNOTSUPP: git cannot be run. */
int bisect_git__check(const char *dir, const char *good, const char *bad, bool dirty,
		      struct err *err);
/* What `git bisect` would choose: the commit that halves best. Where that one was skipped, one at a
 * distance that grows with the number of skipped ones, as what breaks a build breaks its neighbours. */
int bisect_git__next(const char *dir, const struct bisect_sets *s, struct bisect_next *next,
		     struct err *err);
/* Commits that may be the first bad one, newest first: reachable from `bad` and from no good one. */
int bisect_git__range(const char *dir, const struct bisect_sets *s, struct strvec *commits,
		      struct err *err);

#endif

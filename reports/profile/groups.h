/* SPDX-License-Identifier: GPL-2.0-only */
/* groups.h - the difference of a row by function of the source, by file, by subsystem. */
#ifndef KDUEL_PROFILE_GROUPS_H
#define KDUEL_PROFILE_GROUPS_H

#include "reports/profile/explain.h"

enum explain_by {
	BY_FUNCTION, /* symbols: as explain.v has them */
	BY_INLINED, /* functions of the source, each with all its copies, inlined or not */
	BY_FILE, /* in which these are written, headers too */
	BY_SUBSYSTEM, /* directories of the files that were compiled */
	EXPLAIN_BYS,
};

#define EXPLAIN_BY_WORDS "function|inlined|file|subsystem" /* in this order */

/* All groups, by the size of their difference: their sum is the whole. Free with explain_groups__free().
 * -ENOENT: that takes debug information, and `err` says which side has none. */
int explain__group(const struct explain *e, enum explain_by by, struct explain_group **list,
		   size_t *n, struct err *err);
/* The name of a place's group by subsystem; the caller frees. */
char *explain__subsystem(const struct place *p);
/* Only what explain__group() says of debug information: 0 or -ENOENT. */
int explain__can_group(const struct explain *e, enum explain_by by, struct err *err);
/* How many a list of at most `most` has: none that is nothing beside the first. */
size_t explain_groups__listed(const struct explain_group *list, size_t n, size_t most);
/* What a function consists of: itself (name ""), each chain inlined into it ("outer > inner"), and what
 * of one side was added to it; none when nothing was inlined, or nothing is known. Likewise. */
void explain__parts(const struct explain *e, const struct explain_function *f,
		    struct explain_group **list, size_t *n);
/* How many of these a report shows below a function: those that matter for its difference. */
size_t explain__parts_listed(const struct explain_function *f, const struct explain_group *list,
			     size_t n);
void explain_groups__free(struct explain_group *list, size_t n);

#endif

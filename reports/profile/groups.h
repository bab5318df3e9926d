/* SPDX-License-Identifier: GPL-2.0-only */
/* groups.h - the difference of a row by source function, file or subsystem. */
#ifndef KDUEL_PROFILE_GROUPS_H
#define KDUEL_PROFILE_GROUPS_H

#include "reports/profile/explain.h"

enum explain_by {
	BY_FUNCTION, /* symbols, as in explain.v */
	BY_INLINED, /* source functions, each with all its copies, inlined or not */
	BY_FILE, /* files in which these are defined, including headers */
	BY_SUBSYSTEM, /* directories of the compiled files */
	EXPLAIN_BYS,
};

#define EXPLAIN_BY_WORDS "function|inlined|file|subsystem" /* in the order of the enum */

/* All groups, largest difference first; they add up to the whole. Free with explain_groups__free().
 * -ENOENT if a side lacks the debug information this takes; `err` says which. */
int explain__group(const struct explain *e, enum explain_by by, struct explain_group **list,
		   size_t *n, struct err *err);
/* The name of the BY_SUBSYSTEM group of a place. The caller frees. */
char *explain__subsystem(const struct place *p);
/* Is there enough debug information for explain__group()? 0 or -ENOENT. */
int explain__can_group(const struct explain *e, enum explain_by by, struct err *err);
/* Number of groups to list, at most `most`: those whose difference is not negligible compared with
 * the largest. */
size_t explain_groups__listed(const struct explain_group *list, size_t n, size_t most);
/* The parts of a function: its own code (name ""), each chain of functions inlined into it ("outer
 * > inner"), and callees of one side folded into it. Empty if nothing is inlined or known. Sorted
 * and freed as above. */
void explain__parts(const struct explain *e, const struct explain_function *f,
		    struct explain_group **list, size_t *n);
/* Number of parts to list: those that matter for the function's difference. */
size_t explain__parts_listed(const struct explain_function *f, const struct explain_group *list,
			     size_t n);
void explain_groups__free(struct explain_group *list, size_t n);

#endif

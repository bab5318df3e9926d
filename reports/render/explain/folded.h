/* SPDX-License-Identifier: GPL-2.0-only */
/* folded.h - functions and what is inlined into them, as stacks for tools that draw flame graphs. */
#ifndef KDUEL_RENDER_FOLDED_H
#define KDUEL_RENDER_FOLDED_H

#include "reports/profile/groups.h"

/* "shmem_file_read_iter_[k];file_accessed_[i] 1000 2000" lines, as flamegraph.pl and others take them
 * for a differential graph: before and after, a thousand operations or an iteration. With `by` a file
 * or a subsystem, this is the first frame: that of the file which was compiled. -ENOENT as
 * explain__group(). */
int explain__folded(const struct explain *e, enum explain_by by, FILE *out, struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* folded.h - functions and what is inlined into them as folded stacks, for flame graph tools. */
#ifndef KDUEL_RENDER_FOLDED_H
#define KDUEL_RENDER_FOLDED_H

#include "reports/profile/groups.h"

/* Lines such as "shmem_file_read_iter_[k];file_accessed_[i] 1000 2000", the input of flamegraph.pl
 * for a differential flame graph: before and after, per thousand operations or per iteration. With
 * BY_FILE or BY_SUBSYSTEM, the first frame is the compiled file or its subsystem. -ENOENT as
 * explain__group(). */
int explain__folded(const struct explain *e, enum explain_by by, FILE *out, struct err *err);

#endif

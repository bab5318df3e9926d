/* SPDX-License-Identifier: GPL-2.0-only */
/* annotate_load.h - finds how often each instruction of a function was executed. */
#ifndef KDUEL_PROFILE_ANNOTATE_LOAD_H
#define KDUEL_PROFILE_ANNOTATE_LOAD_H

#include "reports/profile/annotate.h"

/* Load the counts of a function, "vfs_read" or "brd_submit_bio [brd]", from the boots of an
 * explained row. If several have that name, takes the one with the most executed instructions.
 * -ENOENT: it ran on neither side, or the boots were stored without such counts. Call
 * annotate__release() even on error. */
int annotate__load(struct store *st, const struct explain *e, const char *function,
		   struct annotate *a, struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* annotate_load.h - from the name of a function to how often its instructions were executed. */
#ifndef KDUEL_PROFILE_ANNOTATE_LOAD_H
#define KDUEL_PROFILE_ANNOTATE_LOAD_H

#include "reports/profile/annotate.h"

/* Find a function, "vfs_read" or "brd_submit_bio [brd]", in the boots of a row that was explained. Of
 * several that have the name that with the most instructions is taken. -ENOENT: it ran on neither
 * side, or the boots are from before blocks were kept. Release in any case. */
int annotate__load(struct store *st, const struct explain *e, const char *function,
		   struct annotate *a, struct err *err);

#endif

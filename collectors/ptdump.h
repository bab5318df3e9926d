/* SPDX-License-Identifier: GPL-2.0-only */
/* ptdump.h - the collector ptdump on any file, for tests. */
#ifndef KDUEL_PTDUMP_H
#define KDUEL_PTDUMP_H

#include "collectors/collector.h"

/* Read the dump in `path`: keep it as the text "ptdump/boot" (phase COLLECT_AFTER_BOOT) or
 * "ptdump/WORKLOAD", and report bytes per leaf size and permission. A file that is not there or
 * may not be read is a fact ("ptdump/status") and no failure. */
int ptdump__collect(struct job *job, enum collect_phase phase, const char *path);
/* Put the linear map's bytes by leaf size into a point, if there is such a file. */
int ptdump__point(struct job *job, const char *path, struct point *at);

#endif

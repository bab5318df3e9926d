/* SPDX-License-Identifier: GPL-2.0-only */
/* ptdump.h - the collector ptdump on any file, for tests. */
#ifndef KDUEL_PTDUMP_H
#define KDUEL_PTDUMP_H

#include "collectors/collector.h"

/* Read the dump in `path`: store it as the text "ptdump/boot" (phase COLLECT_AFTER_BOOT) or
 * "ptdump/WORKLOAD", and report bytes by leaf size and permission. If the file does not exist or
 * may not be read, that is reported as a fact ("ptdump/status") and is not an error. */
int ptdump__collect(struct job *job, enum collect_phase phase, const char *path);
/* Set the bytes of the linear map by leaf size in a point, if the file exists. */
int ptdump__point(struct job *job, const char *path, struct point *at);

#endif

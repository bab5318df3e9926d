/* SPDX-License-Identifier: GPL-2.0-only */
/* resident.h - is a file's content in the page cache? For workloads that read files. */
#ifndef KDUEL_WORKLOADS_SUPPORT_RESIDENT_H
#define KDUEL_WORKLOADS_SUPPORT_RESIDENT_H

#include "lib/base.h"

/* Number of pages in the first `size` bytes of a file that are not in the page cache, by
 * mincore(2), which is only truthful for files that we own, or for root. 0 or -errno. */
int resident__missing(const char *path, uint64_t size, uint64_t *pages);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* resident.h - a helper of workloads that read files: is a file's content in the page cache? */
#ifndef KDUEL_WORKLOADS_SUPPORT_RESIDENT_H
#define KDUEL_WORKLOADS_SUPPORT_RESIDENT_H

#include "lib/base.h"

/* How many pages of the first `size` bytes of a file are not in the page cache, by mincore(2).
 * 0 or -errno. mincore(2) is truthful only for files of our own, or for root. */
int resident__missing(const char *path, uint64_t size, uint64_t *pages);

#endif

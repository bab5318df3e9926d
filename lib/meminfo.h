/* SPDX-License-Identifier: GPL-2.0-only */
/* meminfo.h - values out of the text of /proc/meminfo. */
#ifndef KDUEL_LIB_MEMINFO_H
#define KDUEL_LIB_MEMINFO_H

#include "lib/base.h"

/* The kB value of the line "KEY:   123 kB" in `text`. 0; -ENOENT: there is no such line;
 * -EINVAL: the line looks different. */
int meminfo__value(const char *text, const char *key, uint64_t *kb);

#endif

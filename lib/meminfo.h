/* SPDX-License-Identifier: GPL-2.0-only */
/* meminfo.h - extracts values from the text of /proc/meminfo. */
#ifndef KDUEL_LIB_MEMINFO_H
#define KDUEL_LIB_MEMINFO_H

#include "lib/base.h"

/* The value in kB of the line "KEY:   123 kB" in `text`. 0; -ENOENT if there is no such line;
 * -EINVAL if the line is malformed. */
int meminfo__value(const char *text, const char *key, uint64_t *kb);

#endif

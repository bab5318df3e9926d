/* SPDX-License-Identifier: GPL-2.0-only */
/* meminfo-parse.h - read the text of /proc/meminfo. */
#ifndef KDUEL_MEMINFO_PARSE_H
#define KDUEL_MEMINFO_PARSE_H

#include "lib/base.h"

/* The kB value of the line "KEY:   123 kB" in `text`. 0; -ENOENT: there is no such line;
 * -EINVAL: the line does not read like that. */
int meminfo__value(const char *text, const char *key, uint64_t *kb);

#endif

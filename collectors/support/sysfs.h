/* SPDX-License-Identifier: GPL-2.0-only */
/* sysfs.h - files of /sys that hold one number, and directories that are numbered. */
#ifndef KDUEL_COLLECTORS_SUPPORT_SYSFS_H
#define KDUEL_COLLECTORS_SUPPORT_SYSFS_H

#include "lib/strvec.h"

/* The decimal number in a file, a minus sign allowed; false: no such file, or no number in it. */
bool sysfs__number(int64_t *value, const char *fmt, ...) __printf(2, 3);
/* Append the entries of `dir` that are `prefix` and a number ("cpu", "thermal_zone"), sorted as
 * text. Nothing when there is no such directory. */
void sysfs__numbered(const char *dir, const char *prefix, struct strvec *names);

#endif

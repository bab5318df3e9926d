/* SPDX-License-Identifier: GPL-2.0-only */
/* sysfs.h - files of /sys that contain one number, and numbered directories. */
#ifndef KDUEL_COLLECTORS_SUPPORT_SYSFS_H
#define KDUEL_COLLECTORS_SUPPORT_SYSFS_H

#include "lib/strvec.h"

/* The decimal number in a file, a minus sign allowed; false: no such file, or no number in it. */
bool sysfs__number(int64_t *value, const char *fmt, ...) __printf(2, 3);
/* Append the entries of `dir` that consist of `prefix` and a number ("cpu", "thermal_zone"), sorted
 * as text. If the directory does not exist, append nothing. */
void sysfs__numbered(const char *dir, const char *prefix, struct strvec *names);

#endif

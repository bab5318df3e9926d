/* SPDX-License-Identifier: GPL-2.0-only */
/* date.h - dates as text, always in UTC: results from machines all over the world are compared. */
#ifndef KDUEL_DATE_H
#define KDUEL_DATE_H

#include "lib/base.h"

#define DATE_LEN 32
#define DATE_MINUTES "%Y-%m-%d %H:%M" /* 2026-11-21 06:08 */
#define DATE_ISO "%Y-%m-%dT%H:%M:%SZ" /* ISO 8601 */

/* Format a time, in nanoseconds since the Unix epoch, with strftime(); returns `buf`. "?" if the
 * result does not fit. */
const char *date__utc(uint64_t ns, const char *format, char buf[DATE_LEN])
	__attribute__((format(strftime, 2, 0)));

#endif

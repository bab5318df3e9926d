// SPDX-License-Identifier: GPL-2.0-only
/* date.c - strftime() without a time zone. */
#include "lib/date.h"
#include "lib/clock.h"

/* Formats are checked where date__utc() is called: it is declared like strftime(). */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* UTC on every machine: reports of the same database must not depend on the reader's time zone. */
const char *date__utc(uint64_t ns, const char *format, char buf[DATE_LEN])
{
	time_t t = (time_t)(ns / NSEC_PER_SEC); /* any uint64_t is before the year 2600 */
	struct tm tm;

	if (!gmtime_r(&t, &tm) || !strftime(buf, DATE_LEN, format, &tm))
		snprintf(buf, DATE_LEN, "?");
	return buf;
}

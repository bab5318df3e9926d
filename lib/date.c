// SPDX-License-Identifier: GPL-2.0-only
/* date.c - strftime() without a time zone. */
#include "lib/date.h"
#include "lib/clock.h"

/* Format strings are checked at the callers: date__utc() is declared with format(strftime). */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* UTC everywhere: reports on the same database must not depend on the reader's time zone. */
const char *date__utc(uint64_t ns, const char *format, char buf[DATE_LEN])
{
	time_t t = (time_t)(ns / NSEC_PER_SEC); /* a uint64_t of ns ends in the year 2554 */
	struct tm tm;

	if (!gmtime_r(&t, &tm) || !strftime(buf, DATE_LEN, format, &tm))
		snprintf(buf, DATE_LEN, "?");
	return buf;
}

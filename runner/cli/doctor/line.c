// SPDX-License-Identifier: GPL-2.0-only
/* line.c - print and count the results of checks. */
#include "runner/cli/doctor/line.h"

#include <stdarg.h>

static unsigned int missing;

void doctor__line(const char *state, const char *fmt, ...)
{
	va_list ap;

	printf("%-8s ", state);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

void doctor__lacks(const char *fmt, ...)
{
	va_list ap;

	missing++;
	printf("%-8s ", "MISSING");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

unsigned int doctor__missing(void)
{
	return missing;
}

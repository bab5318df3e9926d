// SPDX-License-Identifier: GPL-2.0-only
/* line.c - the lines that `kduel doctor` prints. */
#include "runner/cli/doctor/line.h"

#include <stdarg.h>

static unsigned int missing;

/* `state` is "ok" or "note"; MISSING is for doctor__lacks(). */
void doctor__line(const char *state, const char *fmt, ...)
{
	va_list ap;

	printf("%-8s ", state);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

/* The count is global as there is one doctor; its exit code depends on it. */
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

/* How often doctor__lacks() was called. */
unsigned int doctor__missing(void)
{
	return missing;
}

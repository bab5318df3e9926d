// SPDX-License-Identifier: GPL-2.0-only
/* err.c - stores, prefixes and condenses error messages. */
#include "lib/err.h"

#include <stdarg.h>

/* A message that is too long is cut. */
int err__set(struct err *err, int code, const char *fmt, ...)
{
	struct err now; /* the arguments may point into the old message */
	va_list ap;

	if (!err)
		return code;
	va_start(ap, fmt);
	vsnprintf(now.msg, sizeof(now.msg), fmt, ap);
	va_end(ap);
	*err = now;
	return code;
}

/* Up to 1500 bytes of the old message survive, whatever is put in front of it. */
int err__prefix(struct err *err, int code, const char *fmt, ...)
{
	char head[512];
	struct err old;
	va_list ap;

	if (!err)
		return code;
	va_start(ap, fmt);
	vsnprintf(head, sizeof(head), fmt, ap);
	va_end(ap);
	old = *err;
	snprintf(err->msg, sizeof(err->msg), "%s%.1500s", head, old.msg);
	return code;
}

int err__errno(struct err *err, int code, const char *what)
{
	return err__set(err, code, "%s: %s", what, strerror(-code));
}

/* From the output of compilers, linkers and make, pick the first line that names an error in a
 * source file; failing that, the line where make gave up; failing that, the last line. */
char *err__line(const char *msg)
{
	static const char *const marks[] = { "error:", "undefined reference", "*** " };
	size_t head = strcspn(msg, "\n"), best = ARRAY_SIZE(marks) + 1;
	const char *found = "";

	if (!head || msg[head - 1] != ':')
		return xstrndup(msg, head);
	for (const char *p = msg + head; *p; p += strcspn(p, "\n")) {
		_free_ char *line = NULL;
		size_t rank = 0;

		p += strspn(p, " \t\n");
		line = xstrndup(p, strcspn(p, "\n"));
		while (rank < ARRAY_SIZE(marks) && !strstr(line, marks[rank]))
			rank++;
		/* Among unmarked lines, the last one wins. */
		if (*line && (rank < best || (rank == ARRAY_SIZE(marks) && rank == best))) {
			best = rank;
			found = p;
		}
	}
	return *found ? xasprintf("%.*s %.*s", (int)head, msg, (int)strcspn(found, "\n"), found) :
			xstrndup(msg, head);
}

// SPDX-License-Identifier: GPL-2.0-only
/* err.c - error messages that travel upward. */
#include "lib/err.h"

#include <stdarg.h>

/* `err` may be NULL: the caller does not want to know. A message that is too long is cut. */
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

/* The old message keeps 1500 bytes, whatever is put in front of it. */
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

/* For a failed call on a file: "PATH: No such file or directory". */
int err__errno(struct err *err, int code, const char *what)
{
	return err__set(err, code, "%s: %s", what, strerror(-code));
}

/* Of what compilers, linkers and make print, the first line that names a fault in a source; else what make gave
 * up for; else the last line. */
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
		/* The last one of those without a mark. */
		if (*line && (rank < best || (rank == ARRAY_SIZE(marks) && rank == best))) {
			best = rank;
			found = p;
		}
	}
	return *found ? xasprintf("%.*s %.*s", (int)head, msg, (int)strcspn(found, "\n"), found) :
			xstrndup(msg, head);
}

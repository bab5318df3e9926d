// SPDX-License-Identifier: GPL-2.0-only
/* sysfs.c - reads files with one number, and lists numbered directories. */
#include "collectors/support/sysfs.h"

#include "lib/fs.h"

#include <stdarg.h>

#define FILE_MAX 4096

bool sysfs__number(int64_t *value, const char *fmt, ...)
{
	_free_ char *path = NULL;
	_free_ char *text = NULL;
	char *end;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&path, fmt, ap);
	va_end(ap);
	if (len < 0)
		abort();
	if (fs__read(path, FILE_MAX, &text, NULL))
		return false;
	errno = 0;
	*value = strtoll(text, &end, 10);
	return !errno && end != text && (*end == '\n' || !*end);
}

/* Entries such as cpu0 and cpu12, but not cpufreq or cpuidle. */
void sysfs__numbered(const char *dir, const char *prefix, struct strvec *names)
{
	_cleanup_(strvec__release) struct strvec all = { 0 };

	(void)fs__names(dir, &all);
	for (size_t i = 0; i < all.n; i++) {
		const char *number = str_starts(all.v[i], prefix) ? all.v[i] + strlen(prefix) : "";

		if (*number && strspn(number, "0123456789") == strlen(number))
			strvec__push(names, all.v[i]);
	}
	strvec__sort_unique(names);
}

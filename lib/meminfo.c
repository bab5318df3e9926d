// SPDX-License-Identifier: GPL-2.0-only
/* meminfo.c - the one parser of /proc/meminfo. */
#include "lib/meminfo.h"

#include <ctype.h>

/* Lines look like "MemTotal: 16316560 kB". The key must match the whole name: "Active" is a prefix
 * of several others. */
int meminfo__value(const char *text, const char *key, uint64_t *kb)
{
	size_t len = strlen(key);
	const char *p = text;
	uint64_t v;
	char *end;

	while (strncmp(p, key, len) || p[len] != ':') {
		p = strchr(p, '\n');
		if (!p)
			return -ENOENT;
		p++;
	}
	p += len + 1;
	while (*p == ' ' || *p == '\t')
		p++;
	if (!isdigit((unsigned char)*p))
		return -EINVAL;
	errno = 0;
	v = strtoull(p, &end, 10);
	if (errno || strncmp(end, " kB", 3) || (end[3] != '\n' && end[3] != '\0'))
		return -EINVAL;
	*kb = v;
	return 0;
}

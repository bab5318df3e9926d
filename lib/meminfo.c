// SPDX-License-Identifier: GPL-2.0-only
#include "lib/meminfo.h"

#include <ctype.h>

static const char *find_line(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (;;) {
		if (!strncmp(text, key, len) && text[len] == ':')
			return text + len + 1;
		text = strchr(text, '\n');
		if (!text)
			return NULL;
		text++;
	}
}

int meminfo__value(const char *text, const char *key, uint64_t *kb)
{
	const char *p = find_line(text, key);
	uint64_t v;
	char *end;

	if (!p)
		return -ENOENT;
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

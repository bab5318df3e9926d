// SPDX-License-Identifier: GPL-2.0-only
/* release.c - parse and compare release numbers. */
#include "runner/host/release.h"

#include <ctype.h>

int qemu_release__parse(const char *s, unsigned int *number)
{
	unsigned long major, minor;
	char *end;

	if (!isdigit((unsigned char)*s))
		return -EINVAL;
	major = strtoul(s, &end, 10);
	if (*end != '.' || !isdigit((unsigned char)end[1]))
		return -EINVAL;
	minor = strtoul(end + 1, NULL, 10);
	if (major > 999 || minor > 99)
		return -EINVAL;
	*number = (unsigned int)(major * 100 + minor);
	return 0;
}

bool qemu_release__is_at_least(const char *version, const char *wanted)
{
	unsigned int have, need;

	if (!wanted)
		return true;
	return !qemu_release__parse(version, &have) && !qemu_release__parse(wanted, &need) &&
	       have >= need;
}

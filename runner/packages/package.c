// SPDX-License-Identifier: GPL-2.0-only
/* package.c - parses the names of kernel packages. */
#include "runner/packages/package.h"

#include <ctype.h>

static const char unsigned_mark[] = "unsigned";

/* Ubuntu and Debian mark unsigned packages differently: "linux-image-unsigned-6.8.0-31-generic" and
 * "linux-image-6.1.0-21-arm64-unsigned". */
char *package__release(const char *name)
{
	static const char *const kinds[] = {
		"linux-image-",
		"linux-binary-",
		"linux-modules-",
		"linux-base-",
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const char *rest = name + strlen(kinds[i]);
		size_t len;

		if (!str_starts(name, kinds[i]))
			continue;
		if (str_starts(rest, unsigned_mark) && rest[sizeof(unsigned_mark) - 1] == '-')
			rest += sizeof(unsigned_mark);
		len = strlen(rest);
		if (str_ends(rest, "-unsigned"))
			len -= sizeof(unsigned_mark);
		return xstrndup(rest, len);
	}
	return NULL;
}

bool package__is_debug(const char *name)
{
	return str_ends(name, "-dbg") || str_ends(name, "-dbgsym");
}

bool package__is_kernel(const char *name)
{
	_free_ char *release = package__release(name);

	return release && isdigit((unsigned char)*release) && !package__is_debug(name);
}

bool package__is_unsigned(const char *name)
{
	return strstr(name, "-unsigned") != NULL;
}

/* Skip the leading parts that begin with a digit: "6.1.0-21-arm64" -> "arm64". */
const char *package__flavour(const char *release)
{
	while (isdigit((unsigned char)*release)) {
		const char *dash = strchr(release, '-');

		if (!dash)
			return release + strlen(release);
		release = dash + 1;
	}
	return release;
}

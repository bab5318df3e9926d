// SPDX-License-Identifier: GPL-2.0-only
/* qemu_words.c - writing for QEMU's option parser. */
#include "runner/targets/qemu_words.h"

#include "lib/base.h"

/* In the worst case every character is a comma. Only commas are special in an option's value. */
char *qemu_words__escape(const char *value)
{
	char *out = xcalloc(2 * strlen(value) + 1, 1), *o = out;

	for (; *value; value++) {
		*o++ = *value;
		if (*value == ',')
			*o++ = ',';
	}
	return out;
}

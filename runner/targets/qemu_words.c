// SPDX-License-Identifier: GPL-2.0-only
/* qemu_words.c - escape values for QEMU's option parser. */
#include "runner/targets/qemu_words.h"

#include "lib/base.h"

/* Only commas are special in an option's value; in the worst case all characters are commas. */
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

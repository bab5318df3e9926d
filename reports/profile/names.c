// SPDX-License-Identifier: GPL-2.0-only
/* names.c - suffixes that compilers append to function names. */
#include "reports/profile/names.h"

/* Does `s` start with `word`, followed by a dot or the end? */
static bool is_word(const char *s, const char *word)
{
	size_t len = strlen(word);

	return !strncmp(s, word, len) && (!s[len] || s[len] == '.');
}

size_t function_name__length(const char *name)
{
	static const char *const added[] = { "constprop", "isra", "part", "cold", "llvm" };
	const char *dot = name;

	while (*name && (dot = strchr(dot + 1, '.')))
		for (size_t i = 0; i < ARRAY_SIZE(added); i++)
			if (is_word(dot + 1, added[i]))
				return (size_t)(dot - name);
	return strlen(name);
}

bool function_name__is_piece(const char *name)
{
	const char *dot = name + function_name__length(name);

	for (; (dot = strchr(dot, '.')); dot++)
		if (is_word(dot + 1, "part") || is_word(dot + 1, "cold"))
			return true;
	return false;
}

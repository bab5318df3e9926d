// SPDX-License-Identifier: GPL-2.0-only
/* env.c - files of /proc and /sys that collector env reads: any bytes yield one line or nothing. */
#include "collectors/support/env_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void one_line(char *value)
{
	if (value && strchr(value, '\n'))
		abort();
	free(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_free_ char *text = xstrndup((const char *)data, size);
	_free_ char *modules = env__modules(text);
	const char *word;

	if (!modules || strlen(modules) > 4000)
		abort();
	one_line(env__cpuinfo(text, "model name"));
	one_line(env__cpuinfo(text, "microcode"));
	one_line(env__swaps(text));
	one_line(env__memory(text));
	word = env__chosen(text);
	if (word < text || word > text + size)
		abort();
	return 0;
}

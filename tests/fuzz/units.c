// SPDX-License-Identifier: GPL-2.0-only
/* units.c - any text as a number with a unit, a CPU list, and a misspelt word. */
#include "lib/units.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_cpu_list(const char *text)
{
	unsigned int cpus[16];
	int n = units__cpu_list(text, cpus, ARRAY_SIZE(cpus));

	if (n != units__cpu_list(text, NULL, 0) || n == 0)
		abort();
	for (int i = 0; i < n && i < (int)ARRAY_SIZE(cpus); i++)
		if (cpus[i] >= 8192)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const words[] = { "boot", "fio-dmcrypt", "memcached", "" };
	_free_ char *text = xstrndup((const char *)data, size);
	char buf[32], tiny[4];
	uint64_t u;
	double d;

	if (!units__u64(text, &u)) {
		snprintf(buf, sizeof(buf), "%llu", (unsigned long long)u);
		/* Read back, it is the text without leading zeros. */
		if (!streq(buf, text + (strlen(text) - strlen(buf))))
			abort();
	}
	if (!units__size(text, &u) && *units__fmt_size(u, tiny, sizeof(tiny)) == '\0')
		abort();
	if (!units__duration(text, &u) && (u > INT64_MAX || !*units__fmt_duration(u, buf, 32)))
		abort();
	if (!units__double(text, &d) && (!isfinite(d) || d < 0))
		abort();
	check_cpu_list(text);
	units__nearest(text, words, ARRAY_SIZE(words));
	return 0;
}

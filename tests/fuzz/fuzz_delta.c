// SPDX-License-Identifier: GPL-2.0-only
/* Counters in /proc: any text has a number there, or none. */
#include "collectors/delta.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_free_ char *text = xstrndup((const char *)data, size);
	uint64_t v, again;

	for (unsigned int field = 1; field < 12; field++)
		if (delta__field(text, "cpu", field, &v) &&
		    (!delta__field(text, "cpu", field, &again) || v != again))
			abort();
	if (delta__field(text, "pgfault", 1, &v) && !strstr(text, "pgfault"))
		abort();
	if (delta__total(text, "some", &v) && !strstr(text, "total="))
		abort();
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* delta.c - counters in /proc: any text yields a number or none. */
#include "collectors/support/cpufreq_read.h"
#include "collectors/support/delta.h"
#include "collectors/support/schedstat_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse_whole(const char *text)
{
	struct schedstat s;
	struct cpufreq f = { 0 };
	struct err err;

	if (!schedstat__parse(text, &s, &err) && (!s.cpus || !str_starts(text, "version 1")))
		abort();
	if (!cpufreq__add_states(text, &f) && (f.ticks > 0 || f.mhz_ticks > 0))
		abort();
}

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
	parse_whole(text);
	return 0;
}

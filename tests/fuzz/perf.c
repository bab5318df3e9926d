// SPDX-License-Identifier: GPL-2.0-only
/* perf.c - descriptions of PMU counters: tables, sysfs, /proc/cpuinfo; any bytes must do no harm. */
#include "collectors/pmc/pmu.h"
#include "runner/config/core_pmu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_free_ char *text = xstrndup((const char *)data, size);
	_free_ char *midr = core_pmu__cpu(text, NULL);
	_free_ char *x86 = core_pmu__cpu(NULL, text);
	uint64_t codes[PMC_MAX], code;
	bool want[PMC_MAX];
	struct err err;

	if ((midr && strlen(midr) != strlen("0x410fd0c0")) || (x86 && !strchr(x86, '-')))
		abort();
	if (!pmc_pmu__parse_event(text, &code) && strncmp(text, "event=0x", 8))
		abort();
	pmc__parse_wanted(text, want, &err);
	pmc__parse_table(text, codes, &err);
	return 0;
}

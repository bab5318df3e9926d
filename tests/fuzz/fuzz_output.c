// SPDX-License-Identifier: GPL-2.0-only
/* The small parsers: perf bench's output, /proc/crypto, /proc/meminfo. */
#include "collectors/meminfo-parse.h"
#include "workloads/crypto-list.h"
#include "workloads/perf-bench.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), driver[16];
	struct perf_bench b;
	struct err err = { "" };
	uint64_t kb;

	if (perf_bench__parse(text, &b, &err) ? !err.msg[0] : !(b.seconds >= 0))
		abort();
	if (!crypto_list__driver(text, "xts(aes)", driver, sizeof(driver)) &&
	    strlen(driver) >= sizeof(driver))
		abort();
	meminfo__value(text, "MemTotal", &kb);
	free(text);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* vmalloc.c - test_vmalloc's lines in a kernel log. */
#include "workloads/output/vmalloc_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	const char *p = text, *before = text;
	struct err err = { "" };
	struct vmalloc_log log;

	while (!vmalloc_log__next(&p, &log, &err)) {
		if (!log.workers || p <= before || p > text + strlen(text))
			abort();
		before = p;
		for (size_t i = 0; i < VMALLOC_NAMES; i++)
			if (log.tests[i].failed || !(log.tests[i].usec >= 0))
				abort();
	}
	if (!err.msg[0])
		abort();
	free(text);
	return 0;
}

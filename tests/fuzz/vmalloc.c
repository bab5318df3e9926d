// SPDX-License-Identifier: GPL-2.0-only
/* vmalloc.c - test_vmalloc's lines in a kernel log. */
#include "workloads/output/vmalloc_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct err err = { "" };
	struct vmalloc_log log;
	int ret = vmalloc_log__parse(text, &log, &err);

	if (ret ? !err.msg[0] : !log.workers)
		abort();
	for (size_t i = 0; !ret && i < VMALLOC_TESTS; i++)
		if (log.tests[i].failed || !(log.tests[i].usec >= 0))
			abort();
	free(text);
	return 0;
}

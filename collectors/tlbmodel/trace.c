// SPDX-License-Identifier: GPL-2.0-only
/* trace.c - writes the model's inputs to a file. */
#include "collectors/tlbmodel/trace.h"

static FILE *trace;

int trace__open(const char *path)
{
	trace = fopen(path, "we");
	return trace ? 0 : -errno;
}

bool trace__is_on(void)
{
	return trace;
}

void trace__put(enum trace_kind kind, uint32_t detail, uint64_t a, uint64_t b)
{
	const uint64_t record[] = { (uint64_t)kind | (uint64_t)detail << 32, a, b };

	if (trace)
		fwrite(record, sizeof(record), 1, trace);
}

void trace__close(void)
{
	if (trace)
		fclose(trace);
	trace = NULL;
}

// SPDX-License-Identifier: GPL-2.0-only
/* lock.c - package lock files: accepted or refused; what is accepted survives a round trip. */
#include "runner/packages/lock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_free_ char *text = xstrndup((const char *)data, size);
	struct lock l = { 0 }, again = { 0 };
	struct err err;

	if (!lock__parse("fuzz", text, &l, &err)) {
		_free_ char *out = lock__format(&l), *diff = NULL;

		if (lock__parse("fuzz", out, &again, &err) || again.n != l.n)
			abort();
		diff = lock__diff(&l, &again);
		if (*diff)
			abort();
	}
	lock__release(&l);
	lock__release(&again);
	return 0;
}

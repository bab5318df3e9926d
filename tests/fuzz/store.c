// SPDX-License-Identifier: GPL-2.0-only
/* store.c - any bytes as a database. */
#include "tests/fuzz/read_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = read_store__file();

	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	read_store();
	return 0;
}

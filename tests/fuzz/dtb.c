// SPDX-License-Identifier: GPL-2.0-only
/* dtb.c - flattened device trees, as QEMU dumps them. */
#include "runner/targets/dtb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dtb_change c = { .seed = 1, .pmem_base = 1ull << 31, .pmem_size = 2u << 20 };
	void *out = NULL, *again = NULL;
	size_t len, n;

	if (dtb__change(data, size, &c, &out, &len, NULL))
		return 0;
	/* A second change must fail, as the tree has the node already. */
	if (!dtb__change(out, len, &c, &again, &n, NULL))
		abort();
	free(out);
	free(again);
	return 0;
}

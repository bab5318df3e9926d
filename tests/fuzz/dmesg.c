// SPDX-License-Identifier: GPL-2.0-only
/* dmesg.c - the kernel log, line by line and as a whole; it may contain any bytes. */
#include "collectors/support/dmesg_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	const char *inner = dmesg_scan__text(text);
	struct dmesg_summary s;

	if (inner < text || inner > text + strlen(text))
		abort();
	if (dmesg_scan__line(text) > DMESG_PANIC)
		abort();
	dmesg__summarise(text, &s);
	if (s.complaints && s.worst == DMESG_NONE)
		abort();
	free(text);
	return 0;
}

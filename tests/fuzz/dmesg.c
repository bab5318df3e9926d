// SPDX-License-Identifier: GPL-2.0-only
/* dmesg.c - the kernel log, line by line, in pieces and as a whole; it may contain any bytes. */
#include "collectors/support/dmesg_line.h"
#include "collectors/support/dmesg_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(void *arg, const struct dmesg_log *log, const struct dmesg_finding *found)
{
	size_t *hash = arg;

	if (found->text < log->line || found->text + found->len > log->line + strlen(log->line))
		abort();
	*hash = *hash * 31 + log->number * 5 + found->class;
}

/* Read the log in pieces of `step` bytes; findings must not depend on where the pieces end. */
static size_t read_in_pieces(const uint8_t *data, size_t size, size_t step)
{
	size_t hash = 0;
	struct dmesg_log log = { .each = check, .arg = &hash };

	for (size_t at = 0; at < size; at += step)
		dmesg_log__feed(&log, (const char *)data + at, size - at < step ? size - at : step);
	dmesg_log__end(&log);
	return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	const char *inner = dmesg_line__text(text, NULL);
	struct dmesg_summary s;

	if (inner < text || inner > text + strlen(text))
		abort();
	if (dmesg_scan__line(text) > DMESG_PANIC)
		abort();
	if (dmesg_scan__find(text, true).class > dmesg_scan__line(text))
		abort();
	if (read_in_pieces(data, size, size + 1) != read_in_pieces(data, size, 7))
		abort();
	dmesg__summarise(text, &s);
	if ((s.complaints != 0) != (s.worst != DMESG_NONE))
		abort();
	free(text);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "runner/agent/agent.h"

#include <sys/klog.h>

#define CHUNK (WIRE_TEXT_MAX / 4) /* leaves room for what encoding replaces */
#define LOG_MAX (64 << 20)

/* syslog(2) */
enum {
	READ_ALL = 3,
	SIZE_BUFFER = 10,
};

/* How much of `text` goes into one message: whole lines where possible. */
static size_t chunk_len(const char *text, size_t left)
{
	const char *nl;

	if (left <= CHUNK)
		return left;
	nl = memrchr(text, '\n', CHUNK);
	return nl ? (size_t)(nl - text) + 1 : CHUNK;
}

int klog__send(struct agent *a)
{
	int size = klogctl(SIZE_BUFFER, NULL, 0), got = -1, err = 0;
	_free_ char *text = NULL;
	size_t len = 0;

	if (size > 0 && size <= LOG_MAX) {
		/* The size is that of the ring; timestamps come on top. */
		text = xcalloc(2, (size_t)size);
		got = klogctl(READ_ALL, text, 2 * size - 1);
	}
	if (got < 0)
		return agent__log(a, "cannot read the kernel log: %s", strerror(errno));
	for (size_t at = 0; !err && (at < (size_t)got || !at); at += len ? len : 1) {
		_free_ char *part = NULL;

		len = chunk_len(text + at, (size_t)got - at);
		part = xstrndup(text + at, len);
		err = agent__send(a, &(struct wire_msg){ .type = WIRE_TEXT, .name = (char *)"dmesg",
							 .text = part,
							 .last = at + len >= (size_t)got });
	}
	return err;
}

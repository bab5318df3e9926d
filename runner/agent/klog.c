// SPDX-License-Identifier: GPL-2.0-only
/* klog.c - read the log with syslog(2), which needs neither /dev/kmsg nor devtmpfs. */
#include "runner/agent/klog.h"

#include <sys/klog.h>

#define LOG_MAX (64 << 20)

/* Commands of syslog(2), which no header defines. */
enum {
	SYSLOG_ACTION_READ_ALL = 3,
	SYSLOG_ACTION_SIZE_BUFFER = 10,
};

int klog__send(struct agent *a)
{
	int size = klogctl(SYSLOG_ACTION_SIZE_BUFFER, NULL, 0), got = -1;
	_free_ char *text = NULL;

	if (size > 0 && size <= LOG_MAX) {
		/* This is the size of the ring buffer; the text also has timestamps. */
		text = xcalloc(2, (size_t)size);
		got = klogctl(SYSLOG_ACTION_READ_ALL, text, 2 * size - 1);
	}
	if (got < 0)
		return agent__log(a, "cannot read the kernel log: %s", strerror(errno));
	return wire__send_text(&a->out, "dmesg", text, (size_t)got, AGENT_SEND_MS);
}

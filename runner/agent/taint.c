// SPDX-License-Identifier: GPL-2.0-only
/* taint.c - read /dev/kmsg, one record per read(2). EPIPE means that records were overwritten before
 * they were read. */
#include "runner/agent/taint.h"

#include "collectors/support/dmesg_scan.h"

#include <fcntl.h>
#include <unistd.h>

#define RECORD_MAX 8192 /* maximum size of a record of /dev/kmsg, with its dictionary */

int taint__open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

bool taint__check(int fd)
{
	char record[RECORD_MAX];
	bool tainted = false;

	while (fd >= 0) {
		ssize_t n = read(fd, record, sizeof(record) - 1);

		if (n < 0 && errno == EINTR)
			continue;
		/* Records were overwritten before we read them; one may have been a warning. */
		if (n < 0 && errno == EPIPE) {
			tainted = true;
			continue;
		}
		if (n <= 0)
			break;
		record[n] = '\0';
		record[strcspn(record, "\n")] = '\0';
		if (dmesg_scan__line(record) != DMESG_NONE)
			tainted = true;
	}
	return tainted;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* console.h - follows a growing console log and notices when the kernel reports trouble. */
#ifndef KDUEL_BOOT_CONSOLE_H
#define KDUEL_BOOT_CONSOLE_H

#include "collectors/support/dmesg_read.h"
#include "lib/base.h"

/* A log is not read beyond this size: no kernel writes that much, and the guest would fill the
 * host's disk. */
#define CONSOLE_LOG_MAX (256u << 20)

struct console {
	const char *path; /* not owned */
	long offset; /* up to where it was read */
	long size; /* at the last poll */
	bool no_kernel; /* no kernel writes to it: store it, but do not search it */
	struct dmesg_log log;
	enum dmesg_class worst;
	char line[1024]; /* first line of the worst class */
	bool bug; /* there was a bug, whatever came after it */
};

void console__init(struct console *c, const char *path);
/* Read what was added, and update `worst` and `line`. True if more is left, as one poll reads at
 * most 4 MiB. */
bool console__poll(struct console *c);
bool console__is_full(const struct console *c);
/* The log up to its size at the last console__poll(), or the last 16 MiB of that; NUL-terminated,
 * with its length in *len. The caller frees. NULL: there is no log. */
char *console__read_all(const struct console *c, size_t *len);

#endif

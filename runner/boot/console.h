/* SPDX-License-Identifier: GPL-2.0-only */
/* console.h - follow a growing console log and notice when the kernel reports trouble. */
#ifndef KDUEL_BOOT_CONSOLE_H
#define KDUEL_BOOT_CONSOLE_H

#include "collectors/support/dmesg_read.h"
#include "lib/base.h"

/* A log that grows beyond this is not read on: no kernel writes that much, and a guest that does
 * fills the host's disk. */
#define CONSOLE_LOG_MAX (256u << 20)

struct console {
	const char *path; /* not owned */
	long offset; /* how far it was read */
	long size; /* when it was read last */
	bool no_kernel; /* no kernel writes to it: stored, not searched for messages */
	struct dmesg_log log;
	enum dmesg_class worst;
	char line[1024]; /* the first line of the worst class */
};

void console__init(struct console *c, const char *path);
/* Read what was added since, and update `worst` and `line`. True when there is more than one poll
 * reads, 4 MiB. */
bool console__poll(struct console *c);
bool console__is_full(const struct console *c);
/* The log as long as it was at the last console__poll() (its last 16 MiB if it is longer),
 * NUL-terminated, and its length. The caller frees; NULL when there is none. */
char *console__read_all(const struct console *c, size_t *len);

#endif

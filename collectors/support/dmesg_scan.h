/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dmesg_scan.h - what a line of the kernel log means for a measurement.
 *
 * Used by the dmesg collector, by the agent (is this iteration tainted?), by the host (did the
 * console show a crash?) and by `kduel parse dmesg`. Pure functions on one line.
 */
#ifndef KDUEL_COLLECTORS_SUPPORT_DMESG_SCAN_H
#define KDUEL_COLLECTORS_SUPPORT_DMESG_SCAN_H

#include "lib/base.h"

/* Ascending severity: the worst line of a log is the maximum. */
enum dmesg_class {
	DMESG_NONE,
	DMESG_WARNING, /* WARN(), lockdep, UBSAN, failed allocation, OOM kill, hardware error */
	DMESG_BUG, /* BUG(), oops, KASAN and its like, corruption, external abort */
	DMESG_LOCKUP, /* soft or hard lockup, RCU stall, hung task */
	DMESG_PANIC,
};

/* What a line contains. A console may have several messages in one line: the kernel does not wait
 * for the end of a line that a program has begun. */
struct dmesg_finding {
	enum dmesg_class class;
	/* The first of the worst messages, without its prefix; points into the line. */
	const char *text;
	size_t len; /* of that text, in bytes */
	bool marked; /* some message has the mark of the kernel */
};

/* Examine one line, up to its end or newline. `marked_only`: in this log the kernel's lines have
 * its mark, so a message without one is not the kernel's. */
struct dmesg_finding dmesg_scan__find(const char *line, bool marked_only);
/* The class alone, if a message without a mark may be the kernel's. */
enum dmesg_class dmesg_scan__line(const char *line);
/* "none", "warning", "bug", "lockup" or "panic". */
const char *dmesg_class__name(enum dmesg_class class);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dmesg_scan.h - what a line of the kernel log means for a measurement.
 *
 * Used by the dmesg collector, by the agent (is this iteration tainted?) and by
 * the host (did the console show a crash?). Pure functions on one line.
 */
#ifndef KDUEL_COLLECTORS_SUPPORT_DMESG_SCAN_H
#define KDUEL_COLLECTORS_SUPPORT_DMESG_SCAN_H

#include "lib/base.h"

/* Ascending severity: the worst line of a log is the maximum. */
enum dmesg_class {
	DMESG_NONE,
	DMESG_WARNING, /* WARN(), lockdep, allocation failure, OOM kill, bare call trace */
	DMESG_BUG, /* BUG(), oops, KASAN and other sanitizers, external abort */
	DMESG_LOCKUP, /* soft or hard lockup, RCU stall, hung task */
	DMESG_PANIC,
};

/* The text of a line without what was put in front of it: "<4>", "[    1.234567]", "[    T1]",
 * "[C0]", or the "4,123,456789,-;" of /dev/kmsg, in the order in which they can stand. */
const char *dmesg_scan__text(const char *line);
/* Classify one line, with or without such a prefix; a trailing newline does not matter. */
enum dmesg_class dmesg_scan__line(const char *line);
/* Is this the head of a back trace ("Call trace:")? It also follows every warning, so
 * whoever counts complaints leaves it out. */
bool dmesg_scan__is_trace(const char *line);
/* "none", "warning", "bug", "lockup" or "panic". */
const char *dmesg_class__name(enum dmesg_class class);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dmesg_line.h - who wrote a line of a log, and where its text begins.
 *
 * Known are the forms of a console, of /dev/kmsg, of syslog(2), of dmesg(1) with its options (-T, -d,
 * -e, -r, -x, --time-format iso), of journalctl -k and of syslog files. Pure functions.
 */
#ifndef KDUEL_COLLECTORS_SUPPORT_DMESG_LINE_H
#define KDUEL_COLLECTORS_SUPPORT_DMESG_LINE_H

#include "lib/base.h"

enum dmesg_origin {
	DMESG_BARE, /* nothing says who wrote it */
	DMESG_KERNEL, /* has the mark of the kernel: a time stamp, the facility, the tag "kernel:" */
	DMESG_USER, /* has the mark of something else: another facility, another tag */
};

/* The text behind what was put in front of it: "<4>", "[    1.234567]", "[    T1]", "[C0]", the
 * "4,123,456789,-;" of /dev/kmsg, the date, host and tag of syslog, in the order in which they can
 * stand. *origin (may be NULL): who wrote it. */
const char *dmesg_line__text(const char *line, enum dmesg_origin *origin);
/* Where the next message begins in a line: at a time stamp of printk or behind a CR, as the kernel
 * goes on in the line that somebody else has left unfinished. NULL: nowhere. `s` is not before the
 * beginning of a message. */
const char *dmesg_line__next(const char *s);
/* Does the text begin with the tag of a program, "systemd[1]: "? */
bool dmesg_line__has_tag(const char *text);

#endif

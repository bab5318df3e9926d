/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dmesg_line.h - finds who wrote a line of a log, and where its text begins.
 *
 * Recognizes the formats of consoles, /dev/kmsg, syslog(2), dmesg(1) with its options (-T, -d, -e,
 * -r, -x, --time-format iso), journalctl -k and syslog files. Pure functions.
 */
#ifndef KDUEL_COLLECTORS_SUPPORT_DMESG_LINE_H
#define KDUEL_COLLECTORS_SUPPORT_DMESG_LINE_H

#include "lib/base.h"

enum dmesg_origin {
	DMESG_BARE, /* nothing says who wrote it */
	DMESG_KERNEL, /* has the mark of the kernel: a time stamp, the facility, the tag "kernel:" */
	DMESG_USER, /* has the mark of something else: another facility, another tag */
};

/* The text after what was put before it: "<4>", "[    1.234567]", "[    T1]", "[C0]", the
 * "4,123,456789,-;" of /dev/kmsg, the date, host and tag of syslog, in every order that occurs.
 * *origin (may be NULL): who wrote it. */
const char *dmesg_line__text(const char *line, enum dmesg_origin *origin);
/* Find where the next message begins within a line: at a time stamp of printk or after a CR, as the
 * kernel continues a line that somebody else has left unfinished. NULL: nowhere. `s` is at or after
 * the beginning of a message. */
const char *dmesg_line__next(const char *s);
/* Does the text begin with the tag of a program, "systemd[1]: "? */
bool dmesg_line__has_tag(const char *text);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * parse.h - parses the text of arm64's /sys/kernel/debug/kernel_page_tables.
 *
 * The text may be the file itself, or a kernel log or console that contains the dump: time stamps
 * and levels before a line are skipped, and so are other lines before and after the dump.
 *
 * Pure: no I/O, no clock, no globals.
 */
#ifndef KDUEL_COLLECTORS_PTDUMP_PARSE_H
#define KDUEL_COLLECTORS_PTDUMP_PARSE_H

#include "collectors/support/layout.h"
#include "lib/err.h"

#define PTDUMP_GRANULE_AUTO (-1)

/*
 * Parse one dump of `len` bytes; `name` is for messages. `granule`: an enum layout_granule, or
 * PTDUMP_GRANULE_AUTO to detect it. 0 with *out, which the caller frees with layout__free(), or
 * -EINVAL with "NAME:LINE: ..." or "NAME:LINE:COLUMN: ..." in `err`: what was expected and what was
 * found. Rejects rows that overlap or are out of order, a second dump, and a section that begins
 * and does not end.
 */
int ptdump__parse(const char *name, const char *text, size_t len, int granule, struct layout **out,
		  struct err *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* dmesg_read.h - cut a kernel log into lines, and sum up a whole one. */
#ifndef KDUEL_COLLECTORS_SUPPORT_DMESG_READ_H
#define KDUEL_COLLECTORS_SUPPORT_DMESG_READ_H

#include "collectors/support/dmesg_scan.h"

#define DMESG_KEEP 8 /* complaints whose text is kept */

/* A log that is read piece by piece: from a console that grows, a ring buffer, a file. */
struct dmesg_log {
	bool marked; /* the kernel's lines bear its mark, as one did: those that do not are not its */
	size_t number; /* of the line that each() is called for, from 1 */
	char line[4096];
	size_t len;
	enum { LOG_TEXT, LOG_ESCAPE, LOG_SEQUENCE } state; /* of a terminal's escape sequence */
	/* Called for every line, with its end cut off. */
	void (*each)(void *arg, const struct dmesg_log *log, const struct dmesg_finding *found);
	void *arg;
};

struct dmesg_summary {
	char bbm[128]; /* what is "detected:" about BBM; "" if nothing */
	char rodata[512]; /* lines that name rodata, separated by "; " */
	char kaslr[128]; /* the line that says whether KASLR is on; "" if none */
	unsigned int complaints; /* lines that are warnings and worse */
	enum dmesg_class worst;
	char first[DMESG_KEEP][200];
	bool has_start; /* the kernel's first lines are still there */
};

/* Read on: any bytes. Zero bytes, control characters and escape sequences are dropped, as a console
 * may have them between two lines of the kernel. */
void dmesg_log__feed(struct dmesg_log *log, const char *bytes, size_t n);
/* What is left of a line without a newline. */
void dmesg_log__end(struct dmesg_log *log);
/* Does some line of the text bear the mark of the kernel? */
bool dmesg__is_marked(const char *text, size_t len);

/* Summarise the text of a log (dmesg, console, klogctl). Works on any text. */
void dmesg__summarise(const char *text, struct dmesg_summary *out);
/* The kernel's ring buffer; the caller frees. 0; -EPERM without the right to read it. */
int dmesg__read(char **text);

#endif

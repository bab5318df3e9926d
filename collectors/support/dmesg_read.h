/* SPDX-License-Identifier: GPL-2.0-only */
/* dmesg_read.h - splits a kernel log into lines, and summarises a whole one. */
#ifndef KDUEL_COLLECTORS_SUPPORT_DMESG_READ_H
#define KDUEL_COLLECTORS_SUPPORT_DMESG_READ_H

#include "collectors/support/dmesg_scan.h"

#define DMESG_KEEP 8 /* complaints whose text is kept */

/* A log that is read piece by piece: from a growing console, a ring buffer, a file. */
struct dmesg_log {
	/* The kernel's lines have its mark, as one did, so lines without it are not the
	 * kernel's. */
	bool marked;
	size_t number; /* the number of the line passed to each(), from 1 */
	char line[4096];
	size_t len;
	enum { LOG_TEXT, LOG_ESCAPE, LOG_SEQUENCE } state; /* of a terminal's escape sequence */
	/* Called for every line, without its line end. */
	void (*each)(void *arg, const struct dmesg_log *log, const struct dmesg_finding *found);
	void *arg;
};

struct dmesg_summary {
	char bbm[128]; /* what is "detected:" about BBM; "": nothing */
	char rodata[512]; /* lines that mention rodata, separated by "; " */
	char kaslr[128]; /* the line that says whether KASLR is on; "" if none */
	unsigned int complaints; /* number of lines that are warnings or worse */
	enum dmesg_class worst;
	char first[DMESG_KEEP][200];
	bool has_start; /* the kernel's first lines are still there */
};

/* Continue with any bytes. Zero bytes, control characters and escape sequences are dropped, as
 * consoles may have them between two lines of the kernel. */
void dmesg_log__feed(struct dmesg_log *log, const char *bytes, size_t n);
/* Process what is left of a line without a newline. */
void dmesg_log__end(struct dmesg_log *log);
/* Does any line of the text have the mark of the kernel? */
bool dmesg__is_marked(const char *text, size_t len);

/* Summarise the text of a log (dmesg, console, klogctl). Accepts any text. */
void dmesg__summarise(const char *text, struct dmesg_summary *out);
/* Read the kernel's ring buffer; the caller frees. 0, or -errno; -EPERM: it may not be read. */
int dmesg__read(char **text);

#endif

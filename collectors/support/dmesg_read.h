/* SPDX-License-Identifier: GPL-2.0-only */
/* dmesg_read.h - take stock of a whole kernel log. */
#ifndef KDUEL_COLLECTORS_SUPPORT_DMESG_READ_H
#define KDUEL_COLLECTORS_SUPPORT_DMESG_READ_H

#include "collectors/support/dmesg_scan.h"

#define DMESG_KEEP 8 /* complaints whose text is kept */

struct dmesg_summary {
	char bbm[128]; /* what is "detected:" about BBM; "" if nothing */
	char rodata[512]; /* lines that name rodata, separated by "; " */
	char kaslr[128]; /* the line that says whether KASLR is on; "" if none */
	unsigned int complaints; /* warnings and worse; back traces not counted on their own */
	enum dmesg_class worst;
	char first[DMESG_KEEP][200];
	bool has_start; /* the kernel's first lines are still there */
};

/* Summarise the text of a log (dmesg, console, klogctl). Works on any bytes. */
void dmesg__summarise(const char *text, struct dmesg_summary *out);
/* The kernel's ring buffer; the caller frees. 0; -EPERM without the right to read it. */
int dmesg__read(char **text);

#endif

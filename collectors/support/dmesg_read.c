// SPDX-License-Identifier: GPL-2.0-only
/* dmesg_read.c - read the ring buffer by syslog(2) and search it line by line. */
#include "collectors/support/dmesg_read.h"

#include <sys/klog.h>

#define LINE_MAX_BYTES 1024

enum { KLOG_READ_ALL = 3, KLOG_SIZE = 10 }; /* syslog(2) has no header for these */

static void note_feature(const char *text, struct dmesg_summary *out)
{
	const char *bbm = strstr(text, "detected: BBM Level ");

	if (bbm && !out->bbm[0])
		snprintf(out->bbm, sizeof(out->bbm), "%s", bbm + strlen("detected: "));
	if (strstr(text, "KASLR") && !out->kaslr[0])
		snprintf(out->kaslr, sizeof(out->kaslr), "%s", text);
}

/* The command line and the memory map name rodata on every boot and say nothing new. */
static void note_rodata(const char *text, struct dmesg_summary *out)
{
	size_t used = strlen(out->rodata);

	if (!strstr(text, "rodata") || str_starts(text, "Memory: ") ||
	    str_starts(text, "Kernel command line: "))
		return;
	snprintf(out->rodata + used, sizeof(out->rodata) - used, "%s%s", used ? "; " : "", text);
}

/* A stack trace raises the class, but it is no complaint of its own: it follows one. */
static void note_complaint(const char *line, const char *text, struct dmesg_summary *out)
{
	enum dmesg_class class = dmesg_scan__line(line);

	if (class == DMESG_NONE)
		return;
	if (class > out->worst)
		out->worst = class;
	if (dmesg_scan__is_trace(line))
		return;
	if (out->complaints < DMESG_KEEP)
		snprintf(out->first[out->complaints], sizeof(out->first[0]), "%s", text);
	out->complaints++;
}

void dmesg__summarise(const char *text, struct dmesg_summary *out)
{
	char line[LINE_MAX_BYTES];

	*out = (struct dmesg_summary){ 0 };
	while (*text) {
		size_t len = strcspn(text, "\r\n"), n = len < sizeof(line) ? len : sizeof(line) - 1;
		const char *msg;

		memcpy(line, text, n);
		line[n] = '\0';
		msg = dmesg_scan__text(line);
		if (str_starts(msg, "Linux version "))
			out->has_start = true;
		note_feature(msg, out);
		note_rodata(msg, out);
		note_complaint(line, msg, out);
		text += len + (text[len] != '\0');
	}
}

int dmesg__read(char **text)
{
	int size = klogctl(KLOG_SIZE, NULL, 0), n;
	char *buf;

	*text = NULL;
	if (size < 0)
		return -errno;
	/* The size is that of the ring; the time stamps come on top. */
	buf = xcalloc(2, (size_t)size + 1);
	n = klogctl(KLOG_READ_ALL, buf, 2 * size);
	if (n < 0) {
		n = -errno;
		free(buf);
		return n;
	}
	*text = buf;
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* dmesg_read.c - reads a log line by line; one source is the ring buffer, by syslog(2). */
#include "collectors/support/dmesg_read.h"

#include "collectors/support/dmesg_line.h"

#include <sys/klog.h>

#define STAMP_MAX 32 /* more than the length of a time stamp */

enum { KLOG_READ_ALL = 3, KLOG_SIZE = 10 }; /* syslog(2) has no header for these */

static void note_feature(const char *text, struct dmesg_summary *out)
{
	const char *bbm = strstr(text, "detected: BBM Level ");

	if (bbm && !out->bbm[0])
		snprintf(out->bbm, sizeof(out->bbm), "%s", bbm + strlen("detected: "));
	if (strstr(text, "KASLR") && !out->kaslr[0])
		snprintf(out->kaslr, sizeof(out->kaslr), "%s", text);
}

/* Skip the command line and the memory summary, which mention rodata on every boot and say nothing
 * new. */
static void note_rodata(const char *text, struct dmesg_summary *out)
{
	size_t used = strlen(out->rodata);

	if (!strstr(text, "rodata") || str_starts(text, "Memory: ") ||
	    str_starts(text, "Kernel command line: "))
		return;
	snprintf(out->rodata + used, sizeof(out->rodata) - used, "%s%s", used ? "; " : "", text);
}

static void take_line(void *arg, const struct dmesg_log *log, const struct dmesg_finding *found)
{
	struct dmesg_summary *out = arg;
	const char *msg = dmesg_line__text(log->line, NULL);

	if (str_starts(msg, "Linux version "))
		out->has_start = true;
	note_feature(msg, out);
	note_rodata(msg, out);
	if (found->class == DMESG_NONE)
		return;
	if (found->class > out->worst)
		out->worst = found->class;
	if (out->complaints < DMESG_KEEP)
		snprintf(out->first[out->complaints], sizeof(out->first[0]), "%.*s",
			 (int)found->len, found->text);
	out->complaints++;
}

/* The line is complete, or the buffer is full. */
static void end_line(struct dmesg_log *log)
{
	struct dmesg_finding found;

	while (log->len && log->line[log->len - 1] == '\r')
		log->len--;
	log->line[log->len] = '\0';
	found = dmesg_scan__find(log->line, log->marked);
	log->marked |= found.marked;
	log->each(log->arg, log, &found);
}

/* Keep only the end of a line that is too long: a time stamp may begin there, after which the
 * kernel's own message follows. */
static void cut_line(struct dmesg_log *log)
{
	size_t keep = STAMP_MAX;

	log->number++;
	end_line(log);
	log->number--;
	memmove(log->line, log->line + sizeof(log->line) - 1 - keep, keep);
	log->len = keep;
}

void dmesg_log__feed(struct dmesg_log *log, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '\n') {
			log->number++;
			end_line(log);
			log->len = 0;
			log->state = LOG_TEXT;
		} else if (c == '\033') {
			/* ESC [ digits and semicolons, then a letter. */
			log->state = LOG_ESCAPE;
		} else if (log->state == LOG_ESCAPE) {
			log->state = c == '[' ? LOG_SEQUENCE : LOG_TEXT;
		} else if (log->state == LOG_SEQUENCE) {
			if (c >= '@')
				log->state = LOG_TEXT;
		} else if (c >= ' ' || c == '\t' || c == '\r') {
			if (log->len + 1 == sizeof(log->line))
				cut_line(log);
			log->line[log->len++] = (char)c;
		}
	}
}

void dmesg_log__end(struct dmesg_log *log)
{
	if (log->len)
		dmesg_log__feed(log, "\n", 1);
}

static void look_for_mark(void *arg, const struct dmesg_log *log __unused,
			  const struct dmesg_finding *found)
{
	*(bool *)arg |= found->marked;
}

bool dmesg__is_marked(const char *text, size_t len)
{
	bool marked = false;
	struct dmesg_log log = { .each = look_for_mark, .arg = &marked };

	dmesg_log__feed(&log, text, len);
	dmesg_log__end(&log);
	return marked;
}

void dmesg__summarise(const char *text, struct dmesg_summary *out)
{
	size_t len = strlen(text);
	struct dmesg_log log = { .marked = dmesg__is_marked(text, len),
				 .each = take_line,
				 .arg = out };

	*out = (struct dmesg_summary){ 0 };
	dmesg_log__feed(&log, text, len);
	dmesg_log__end(&log);
}

int dmesg__read(char **text)
{
	int size = klogctl(KLOG_SIZE, NULL, 0), n;
	char *buf;

	*text = NULL;
	if (size < 0)
		return -errno;
	/* The size is that of the ring buffer; the time stamps are added to it. */
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

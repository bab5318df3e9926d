// SPDX-License-Identifier: GPL-2.0-only
/* console.c - read what a console log has grown by, and remember the worst that the kernel says. */
#include "runner/boot/console.h"

#include <sys/stat.h>

#define CONSOLE_MAX (16u << 20) /* bytes that are stored */
/* Read at a time: a guest that writes as fast as we read must not keep us from the deadlines. */
#define SLICE (4 << 20)

/* printk.time=1 is on kduel's command line: once a line has a time stamp, a line without one is what
 * some program prints. */
static void take_line(void *arg, const struct dmesg_log *log __unused,
		      const struct dmesg_finding *found)
{
	struct console *c = arg;

	if (found->class <= c->worst)
		return;
	c->worst = found->class;
	snprintf(c->line, sizeof(c->line), "%.*s", (int)found->len, found->text);
}

void console__init(struct console *c, const char *path)
{
	*c = (struct console){ .path = path, .worst = DMESG_NONE, .log = { .each = take_line } };
}

/* Opened anew each time: the file need not exist when the boot begins, and the log of a boot is
 * short. */
bool console__poll(struct console *c)
{
	FILE *f = fopen(c->path, "re");
	const long end = c->offset + SLICE;
	struct stat st;
	char buf[8192];
	size_t n;

	if (!f)
		return false;
	c->log.arg = c;
	if (!fseek(f, c->offset, SEEK_SET)) {
		while (c->offset < end && (n = fread(buf, 1, sizeof(buf), f)) > 0) {
			if (!c->no_kernel)
				dmesg_log__feed(&c->log, buf, n);
			c->offset += (long)n;
		}
	}
	if (!fstat(fileno(f), &st))
		c->size = st.st_size;
	fclose(f);
	return c->offset < c->size && !console__is_full(c);
}

bool console__is_full(const struct console *c)
{
	return c->size >= (long)CONSOLE_LOG_MAX;
}

char *console__read_all(const struct console *c, size_t *len)
{
	FILE *f = fopen(c->path, "re");
	char *text = NULL;

	if (!f)
		return NULL;
	*len = c->size > (long)CONSOLE_MAX ? CONSOLE_MAX : (size_t)c->size;
	/* Of a log that is too long the end is kept: that is where the trouble is. */
	if (!fseek(f, c->size - (long)*len, SEEK_SET)) {
		text = xcalloc(1, *len + 1);
		*len = fread(text, 1, *len, f);
	}
	fclose(f);
	return text;
}

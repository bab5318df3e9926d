// SPDX-License-Identifier: GPL-2.0-only
/* console.c - reads new data from a console log, and remembers the worst message of the kernel. */
#include "runner/boot/console.h"

#include <sys/stat.h>

#define CONSOLE_MAX (16u << 20) /* bytes of a log that are stored */
/* Limit for one poll: deadlines must be checked even if the guest writes as fast as we read. */
#define SLICE (4 << 20)

/* kduel's kernel command line has printk.time=1: after the first line with a timestamp, lines
 * without one are from userspace. */
static void take_line(void *arg, const struct dmesg_log *log __unused,
		      const struct dmesg_finding *found)
{
	struct console *c = arg;

	c->bug |= found->class == DMESG_BUG;
	if (found->class <= c->worst)
		return;
	c->worst = found->class;
	snprintf(c->line, sizeof(c->line), "%.*s", (int)found->len, found->text);
}

void console__init(struct console *c, const char *path)
{
	*c = (struct console){ .path = path, .worst = DMESG_NONE, .log = { .each = take_line } };
}

/* The file is opened on each poll: it may not exist when the boot begins. */
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
	/* If the log is too long, its end is kept: it shows what went wrong. */
	if (!fseek(f, c->size - (long)*len, SEEK_SET)) {
		text = xcalloc(1, *len + 1);
		*len = fread(text, 1, *len, f);
	}
	fclose(f);
	return text;
}

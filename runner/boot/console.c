// SPDX-License-Identifier: GPL-2.0-only
/* console.c - read what a console log has grown by, line by line. */
#include "runner/boot/console.h"

#define CONSOLE_MAX (16u << 20) /* bytes that are stored */

void console__init(struct console *c, const char *path)
{
	*c = (struct console){ .path = path, .worst = DMESG_NONE };
}

/* Classify each line that is complete; the rest waits in `partial`, the end of a long line is
 * cut. */
static void scan(struct console *c, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		enum dmesg_class class;

		if (p[i] != '\n') {
			/* A serial console ends lines with CR LF. */
			if (p[i] != '\r' && c->partial_len + 1 < sizeof(c->partial))
				c->partial[c->partial_len++] = p[i];
			continue;
		}
		c->partial[c->partial_len] = '\0';
		class = dmesg_scan__line(c->partial);
		if (class > c->worst) {
			c->worst = class;
			snprintf(c->line, sizeof(c->line), "%s", c->partial);
		}
		c->partial_len = 0;
	}
}

/* Opened anew each time: the file need not exist when the boot begins, and the log of a boot is
 * short. */
void console__poll(struct console *c)
{
	FILE *f = fopen(c->path, "re");
	char buf[8192];
	size_t n;

	if (!f)
		return;
	if (!fseek(f, c->offset, SEEK_SET)) {
		while (!console__is_full(c) && (n = fread(buf, 1, sizeof(buf), f)) > 0) {
			scan(c, buf, n);
			c->offset += (long)n;
		}
	}
	fclose(f);
}

bool console__is_full(const struct console *c)
{
	return c->offset >= (long)CONSOLE_LOG_MAX;
}

char *console__read_all(const struct console *c, size_t *len)
{
	FILE *f = fopen(c->path, "re");
	char *text = NULL;

	if (!f)
		return NULL;
	*len = c->offset > CONSOLE_MAX ? CONSOLE_MAX : (size_t)c->offset;
	/* Of a log that is too long the end is kept: that is where the trouble is. */
	if (!fseek(f, c->offset - (long)*len, SEEK_SET)) {
		text = xcalloc(1, *len + 1);
		*len = fread(text, 1, *len, f);
	}
	fclose(f);
	return text;
}

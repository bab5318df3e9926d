// SPDX-License-Identifier: GPL-2.0-only
/* guest.c - parses the size of a guest from its QEMU command line. */
#include "reports/analysis/guest.h"
#include "lib/units.h"

/* The text after `word` in a command line, up to a blank, comma or quote; NULL if the word is
 * missing. The caller frees. */
static char *size_after(const char *command, const char *word)
{
	const char *at = strstr(command, word);

	at = at ? at + strlen(word) : NULL;
	return at ? xstrndup(at, strcspn(at, " ,'")) : NULL;
}

/* In exact mode QEMU's "-m SIZE" includes the root image, and the kernel parameter mem=SIZE has the
 * actual RAM. */
double guest__ram(const struct campaign *c, size_t variant)
{
	for (size_t i = 0; i < c->n_boots; i++) {
		const char *command = c->boots[i].command;
		_free_ char *text = size_after(command, " mem=");
		uint64_t bytes;

		if (!text)
			text = size_after(command, " -m ");
		if (!text || c->boots[i].variant != variant)
			continue;
		/* QEMU takes a plain number as MiB. */
		if (text[strspn(text, "0123456789")] == '\0') {
			_free_ char *mib = text;

			text = xasprintf("%sM", mib);
		}
		if (!units__size(text, &bytes))
			return (double)bytes;
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* guest.c - reads a guest's size out of the command that QEMU was started with. */
#include "reports/analysis/guest.h"
#include "lib/units.h"

/* The text behind `word` in a command line up to a blank, a comma or a quote; NULL when the word
 * is not there. The caller frees. */
static char *size_after(const char *command, const char *word)
{
	const char *at = strstr(command, word);

	at = at ? at + strlen(word) : NULL;
	return at ? xstrndup(at, strcspn(at, " ,'")) : NULL;
}

/* In exact mode QEMU's " -m SIZE" has the root image in it, and the kernel's " mem=SIZE" says what of it is
 * RAM. */
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
		/* A bare number is MiB to QEMU. */
		if (text[strspn(text, "0123456789")] == '\0') {
			_free_ char *mib = text;

			text = xasprintf("%sM", mib);
		}
		if (!units__size(text, &bytes))
			return (double)bytes;
	}
	return 0;
}

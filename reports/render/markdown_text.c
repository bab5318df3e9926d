// SPDX-License-Identifier: GPL-2.0-only
/* markdown_text.c - escapes untrusted text for GitHub Flavored Markdown. */
#include "reports/render/markdown_text.h"
#include "reports/report/words.h"

#include <ctype.h>

/* Underscores inside a word are not emphasis in GitHub's dialect, and names are full of them: leave
 * those alone. */
static bool needs_escape(const char *s, const char *start)
{
	if (*s == '_' && s > start && isalnum((unsigned char)s[-1]) && isalnum((unsigned char)s[1]))
		return false;
	return strchr("\\`*_[]|~", *s) != NULL;
}

/* markdown__text() for the first `n` bytes. */
static void put_text(const char *text, size_t n, FILE *out)
{
	_free_ char *part = xstrndup(text, n), *clean = words__clean(part);

	for (const char *s = clean; *s; s++) {
		if (*s == '<')
			fputs("&lt;", out);
		else if (*s == '>')
			fputs("&gt;", out);
		else if (*s == '&')
			fputs("&amp;", out);
		else if (needs_escape(s, clean))
			fprintf(out, "\\%c", *s);
		else
			fputc(*s, out);
	}
}

void markdown__text(const char *text, FILE *out)
{
	put_text(text, strlen(text), out);
}

void markdown__prose(const char *text, FILE *out)
{
	const char *command;
	size_t len;

	while ((command = words__command(text, &len))) {
		_free_ char *part = xstrndup(command, len), *clean = words__clean(part);

		put_text(text, (size_t)(command - 1 - text), out);
		fprintf(out, "`%s`", clean);
		text = command + len + 1;
	}
	put_text(text, strlen(text), out);
}

void markdown__cell(char *text, FILE *out)
{
	fputc(' ', out);
	markdown__text(text, out);
	fputs(" |", out);
	free(text);
}

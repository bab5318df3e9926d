// SPDX-License-Identifier: GPL-2.0-only
/* markdown_text.c - text that does not come from kduel, in GitHub's Markdown. */
#include "reports/render/markdown_text.h"
#include "reports/report/words.h"

#include <ctype.h>

/* In the middle of a word an underscore is no emphasis, and names are full of them. */
static bool needs_escape(const char *s, const char *start)
{
	if (*s == '_' && s > start && isalnum((unsigned char)s[-1]) && isalnum((unsigned char)s[1]))
		return false;
	return strchr("\\`*_[]|~", *s) != NULL;
}

void markdown__text(const char *text, FILE *out)
{
	_free_ char *clean = words__clean(text);

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

void markdown__cell(char *text, FILE *out)
{
	fputc(' ', out);
	markdown__text(text, out);
	fputs(" |", out);
	free(text);
}

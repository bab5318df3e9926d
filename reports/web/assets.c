// SPDX-License-Identifier: GPL-2.0-only
/* assets.c - the files of reports/assets, embedded in the program. */
#include "reports/web/assets.h"
#include "lib/hash.h"

/* Embed a file between two symbols. The NUL after it does not belong to it; hash__text() needs
 * one. */
#define EMBED(symbol, file)                                                 \
	__asm__(".pushsection .rodata\n"                                    \
		".global " #symbol "\n" #symbol ":\n.incbin \"" file "\"\n" \
		".global " #symbol "_end\n" #symbol "_end:\n.byte 0\n"      \
		".popsection\n");                                           \
	extern const char symbol[], symbol##_end[]

EMBED(asset_css, "reports/assets/kduel.css");
EMBED(asset_js, "reports/assets/kduel.js");
EMBED(asset_svg, "reports/assets/kduel.svg");

static const struct {
	const char *stem, *ending, *type;
	const char *data, *end;
} files[] = {
	{ "kduel", "css", "text/css; charset=utf-8", asset_css, asset_css_end },
	{ "kduel", "js", "text/javascript; charset=utf-8", asset_js, asset_js_end },
	{ "kduel", "svg", "image/svg+xml", asset_svg, asset_svg_end },
};

/* File name with a hash of the content: NAME-0123456789abcdef.ENDING. */
static char *url_of(size_t i)
{
	return xasprintf("%s-%016llx.%s", files[i].stem,
			 (unsigned long long)hash__text(files[i].data), files[i].ending);
}

char *asset__url(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_free_ char *full = xasprintf("%s.%s", files[i].stem, files[i].ending);

		if (streq(full, name))
			return url_of(i);
	}
	abort(); /* a typo in a page */
}

/* A name with an outdated hash must not be found, or the reply would be cached under it forever. */
bool asset__find(const char *url, struct asset *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_free_ char *name = url_of(i);

		if (!streq(name, url))
			continue;
		*out = (struct asset){ files[i].type, files[i].data,
				       (size_t)(files[i].end - files[i].data) };
		return true;
	}
	return false;
}

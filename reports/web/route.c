// SPDX-License-Identifier: GPL-2.0-only
#include "reports/web/query.h"
#include "reports/web/route.h"

void route_args__release(struct route_args *args)
{
	for (size_t i = 0; i < args->n; i++)
		free(args->v[i]);
	*args = (struct route_args){ 0 };
}

/* Is "." or ".." between the slashes of a text, whichever way they lean? */
static bool climbs(const char *text)
{
	static const char slashes[] = "/\\";

	for (;; text++) {
		size_t len = strcspn(text, slashes);

		if ((len == 1 || len == 2) && !strncmp(text, "..", len))
			return true;
		text += len;
		if (!*text)
			return false;
	}
}

/* The decoded text of a segment. A name may have an encoded slash in it. */
static int decode(const char *seg, size_t len, char **out, struct err *err)
{
	int ret = query__decode(seg, len, false, out, err);

	if (!ret && climbs(*out)) {
		free(*out);
		*out = NULL;
		ret = err__set(err, -EINVAL, "a path without \".\" and \"..\"");
	}
	return ret;
}

/* Takes `text` over. */
static int match_segment(const char *pat, size_t plen, char *text, struct route_args *args)
{
	const char *dot = memchr(pat, '.', plen);
	size_t tail = dot ? plen - (size_t)(dot - pat) : 0, len = strlen(text);
	int fits;

	if (*pat != ':') {
		fits = plen == len && !strncmp(pat, text, len);
		free(text);
		return fits;
	}
	fits = len > tail && (!dot || !memcmp(text + len - tail, dot, tail)) &&
	       args->n < ROUTE_MAX_ARGS;
	if (fits)
		text[len - tail] = '\0';
	/* What is left without its ending may be "..", too. */
	if (!fits || climbs(text)) {
		free(text);
		return 0;
	}
	args->v[args->n++] = text;
	return 1;
}

int route__match(const char *pattern, const char *path, struct route_args *args, struct err *err)
{
	bool fits = true;

	*args = (struct route_args){ 0 };
	if (*path != '/')
		return err__set(err, -EINVAL, "a path that begins with \"/\"");
	/* To the end of the path in any case: a broken one is an error whatever it fits. */
	while (*path == '/') {
		size_t len = strcspn(++path, "/"), plen;
		char *text;
		int ret = decode(path, len, &text, err);

		if (ret || !text) {
			route_args__release(args);
			return ret;
		}
		fits = fits && *pattern == '/';
		pattern += fits;
		plen = fits ? strcspn(pattern, "/") : 0;
		if (fits)
			fits = match_segment(pattern, plen, text, args);
		else
			free(text);
		pattern += plen;
		path += len;
	}
	fits = fits && !*pattern;
	if (!fits)
		route_args__release(args);
	return fits;
}

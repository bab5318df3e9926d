// SPDX-License-Identifier: GPL-2.0-only
/* route.c - matches paths against patterns. */
#include "reports/web/query.h"
#include "reports/web/route.h"

void route_args__release(struct route_args *args)
{
	for (size_t i = 0; i < args->n; i++)
		free(args->v[i]);
	*args = (struct route_args){ 0 };
}

/* Is any component "." or ".."? A backslash separates, too, as some browsers and proxies turn it
 * into a slash. Paths become file names in a static copy and must stay inside it. */
static bool has_dot_segment(const char *text)
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

/* Decode a segment; an encoded slash is part of it. */
static int decode_segment(const char *seg, size_t len, char **out, struct err *err)
{
	int ret = query__decode(seg, len, false, out, err);

	if (!ret && has_dot_segment(*out)) {
		free(*out);
		*out = NULL;
		ret = err__set(err, -EINVAL, "a path must not have parts \".\" and \"..\"");
	}
	return ret;
}

/* Match a decoded segment against one of the pattern: 1 or 0. The value of a ":name" is appended to
 * `args`. Takes ownership of `text`. */
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
	/* Check again without the ending: "...json" leaves "..". */
	if (!fits || has_dot_segment(text)) {
		free(text);
		return 0;
	}
	args->v[args->n++] = text;
	return 1;
}

int route__match(const char *pattern, const char *path, struct route_args *args, struct err *err)
{
	bool fits = true;
	int n = 0;

	*args = (struct route_args){ 0 };
	if (*path != '/')
		return err__set(err, -EINVAL, "a path must begin with \"/\"");
	/* Go on to the end even after a mismatch: a malformed path is an error for every
	 * pattern. */
	while (*path == '/') {
		size_t len = strcspn(++path, "/"), plen;
		char *text = NULL;
		int ret = ++n > ROUTE_MAX_PARTS ?
				  err__set(err, -EINVAL, "a path has at most %d parts",
					   ROUTE_MAX_PARTS) :
				  decode_segment(path, len, &text, err);

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

// SPDX-License-Identifier: GPL-2.0-only
/* version.c - compares Debian version numbers, part by part. */
#include "runner/packages/version.h"

#include "lib/base.h"

#include <ctype.h>

/* '~' sorts before the end of a part, and letters before all other characters. */
static int rank(int c)
{
	if (c == '~')
		return -1;
	if (c == '\0' || isdigit(c))
		return 0;
	return isalpha(c) ? c : c + 256;
}

/* A number may not fit any integer type (a date with time), so compare digit strings without
 * leading zeros. */
static int cmp_digits(const char **a, const char **b)
{
	size_t m, n;
	int c;

	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	m = strspn(*a, "0123456789");
	n = strspn(*b, "0123456789");
	c = m != n ? (m < n ? -1 : 1) : strncmp(*a, *b, m);
	*a += m;
	*b += n;
	return c;
}

/* deb-version(7): alternately compare a part without digits, by rank, and a number. */
static int cmp_part(const char *a, const char *b)
{
	int c = 0;

	while (!c && (*a || *b)) {
		while ((*a && !isdigit((unsigned char)*a)) || (*b && !isdigit((unsigned char)*b))) {
			c = rank((unsigned char)*a) - rank((unsigned char)*b);
			if (c)
				return c;
			a++;
			b++;
		}
		c = cmp_digits(&a, &b);
	}
	return c;
}

/* Split "epoch:upstream-revision" in place. A missing epoch or revision is "0". */
static void split(char *v, const char **epoch, const char **upstream, const char **revision)
{
	char *colon = strchr(v, ':'), *dash = strrchr(v, '-');

	*epoch = "0";
	*upstream = v;
	*revision = "0";
	if (dash) {
		*dash = '\0';
		*revision = dash + 1;
	}
	if (colon && (!dash || colon < dash)) {
		*colon = '\0';
		*epoch = v;
		*upstream = colon + 1;
	}
}

/* This must be apt's own order, so that both agree on which version is newest. */
int debver__compare(const char *a, const char *b)
{
	_free_ char *x = xstrdup(a), *y = xstrdup(b);
	const char *xe, *xu, *xr, *ye, *yu, *yr;
	int c;

	split(x, &xe, &xu, &xr);
	split(y, &ye, &yu, &yr);
	c = cmp_part(xe, ye);
	if (!c)
		c = cmp_part(xu, yu);
	return c ? c : cmp_part(xr, yr);
}

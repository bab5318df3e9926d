// SPDX-License-Identifier: GPL-2.0-only
/* gate.c - matches rows with --fail-on. */
#include "reports/report/gate.h"

#include "lib/units.h"

#include <fnmatch.h>

#define SIBLINGS 4 /* most names of metrics that a hint lists */

bool gate__is_word(const char *what)
{
	return streq(what, "primary") || streq(what, "any") || streq(what, "none");
}

bool gate__means(const char *pattern, const struct gate_row *row)
{
	_free_ char *in_workload = xasprintf("%s/%s", row->workload, row->metric);
	_free_ char *of_source = xasprintf("%s/%s", row->source, row->metric);

	return !fnmatch(pattern, row->metric, 0) || !fnmatch(pattern, in_workload, 0) ||
	       !fnmatch(pattern, of_source, 0);
}

bool gate__names(const struct gate *g, const struct gate_row *row)
{
	for (size_t i = 0; i < g->fail_on.n; i++)
		if (!gate__is_word(g->fail_on.v[i]) && gate__means(g->fail_on.v[i], row))
			return true;
	return false;
}

/* The first few known names below the pattern's workload or source (the part up to its slash). NULL
 * if there are none; the caller frees. */
static char *siblings(const char *pattern, const struct strvec *known)
{
	size_t len = strcspn(pattern, "/"), n = 0;
	struct strvec list = { 0 };
	char *joined = NULL;

	for (size_t i = 0; pattern[len] && i < known->n; i++)
		if (!strncmp(pattern, known->v[i], len + 1) && !strvec__has(&list, known->v[i]) &&
		    n++ < SIBLINGS)
			strvec__push(&list, known->v[i]);
	if (list.n)
		joined = strvec__join(&list, ", ");
	strvec__release(&list);
	return joined;
}

char *gate__hint(const char *pattern, const struct strvec *known)
{
	bool glob = strpbrk(pattern, "*?[");
	_free_ char *plain = xstrdup(pattern), *others = siblings(pattern, known);
	size_t n = 0;
	const char *near;

	if (glob && others)
		return xasprintf("; there are %s", others);

	/* Drop wildcards before looking for a similar name. */
	for (const char *c = pattern; *c; c++)
		if (!strchr("*?[]", *c))
			plain[n++] = *c;
	plain[n] = '\0';
	near = units__nearest(plain, (const char *const *)known->v, known->n);
	if (near)
		return xasprintf(", did you mean '%s'?", near);
	return others ? xasprintf("; there are %s", others) : xstrdup("");
}

bool gate__watches(const struct gate *g, const struct gate_row *row)
{
	bool primary = !g->fail_on.n || strvec__has(&g->fail_on, "primary");

	return (primary && row->primary) || strvec__has(&g->fail_on, "any") || gate__names(g, row);
}

int gate__check(const struct gate *g, struct err *err)
{
	if (g->fail_on.n > 1 && strvec__has(&g->fail_on, "none"))
		return err__set(err, -EINVAL, "\"none\" cannot be combined with anything else");
	return 0;
}

void gate__release(struct gate *g)
{
	strvec__release(&g->fail_on);
}

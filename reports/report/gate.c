// SPDX-License-Identifier: GPL-2.0-only
/* gate.c - which rows an exit code answers for. */
#include "reports/report/gate.h"

#include <fnmatch.h>

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

bool gate__watches(const struct gate *g, const struct gate_row *row)
{
	bool watched = !g->fail_on.n && row->primary;

	for (size_t i = 0; !watched && i < g->fail_on.n; i++) {
		const char *what = g->fail_on.v[i];

		watched = streq(what, "any") || (streq(what, "primary") && row->primary) ||
			  (!gate__is_word(what) && gate__means(what, row));
	}
	return watched;
}

int gate__check(const struct gate *g, struct err *err)
{
	if (g->fail_on.n > 1 && strvec__has(&g->fail_on, "none"))
		return err__set(err, -EINVAL, "\"none\" goes with nothing else");
	return 0;
}

void gate__release(struct gate *g)
{
	strvec__release(&g->fail_on);
}

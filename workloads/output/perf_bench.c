// SPDX-License-Identifier: GPL-2.0-only
/* perf_bench.c - the line of groups and processes, and the total time. */
#include "workloads/output/perf_bench.h"

#include "lib/units.h"

#include <ctype.h>

/* The start of the number that ends right before `mark`, blanks between them skipped. */
static const char *number_before(const char *text, const char *mark, size_t *len)
{
	const char *end = strstr(text, mark), *p;

	if (!end)
		return NULL;
	for (p = end; p > text && (isdigit((unsigned char)p[-1]) || p[-1] == '.'); p--)
		;
	*len = (size_t)(end - p);
	return *len ? p : NULL;
}

/* The number before `mark`. */
static bool whole_number(const char *text, const char *mark, unsigned int *out)
{
	char buf[12];
	uint64_t v;
	size_t len;
	const char *p = number_before(text, mark, &len);

	if (!p || len >= sizeof(buf))
		return false;
	snprintf(buf, sizeof(buf), "%.*s", (int)len, p);
	if (units__u64(buf, &v) || v > UINT32_MAX)
		return false;
	*out = (unsigned int)v;
	return true;
}

/* " Total time: 0.070 [sec]" */
static bool total_time(const char *text, double *seconds)
{
	static const char head[] = "Total time: ";
	const char *p = strstr(text, head);
	char buf[32];
	size_t len;

	if (!p)
		return false;
	p += strlen(head);
	while (*p == ' ')
		p++;
	len = strcspn(p, " \n");
	if (len >= sizeof(buf) || !str_starts(p + len, " [sec]"))
		return false;
	snprintf(buf, sizeof(buf), "%.*s", (int)len, p);
	return units__double(buf, seconds) == 0 && *seconds >= 0;
}

int perf_bench__parse(const char *text, struct perf_bench *out, struct err *err)
{
	if (!whole_number(text, " groups == ", &out->groups))
		return err__set(err, -EPROTO, "perf bench: no line 'N groups == M processes run'");
	if (!whole_number(text, " processes run", &out->tasks) &&
	    !whole_number(text, " threads run", &out->tasks))
		return err__set(err, -EPROTO, "perf bench: no number before 'processes run'");
	if (!total_time(text, &out->seconds))
		return err__set(err, -EPROTO, "perf bench: no line 'Total time: S [sec]'");
	return 0;
}

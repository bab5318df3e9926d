// SPDX-License-Identifier: GPL-2.0-only
/* perf_bench.c - parses the line with groups and processes, and the total time. */
#include "workloads/output/perf_bench.h"

#include "lib/units.h"
#include "workloads/output/runs.h"

#include <ctype.h>

#define PERF_BENCH "# Running "
#define HACKBENCH "Running in "
#define OLD_HACKBENCH "Running with " /* "Running with 10*40 (== 400) tasks." */

/* The start of the number that ends right before `mark`, and its length; NULL if there is none. */
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

/* Parse the unsigned integer before `mark`. */
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

/* "Total time: 0.070 [sec]", or "Time: 0.070" of the standalone hackbench. */
static bool total_time(const char *text, const char *head, const char *tail, double *seconds)
{
	const char *p = strstr(text, head);
	char buf[32];
	size_t len;

	if (!p)
		return false;
	p += strlen(head);
	while (*p == ' ')
		p++;
	len = strcspn(p, " \n");
	if (len >= sizeof(buf) || len < 4 || p[len - 4] != '.' || !str_starts(p + len, tail))
		return false; /* missing decimals: cut off */
	snprintf(buf, sizeof(buf), "%.*s", (int)len, p);
	return units__double(buf, seconds) == 0 && *seconds >= 0;
}

/* A run that was interrupted or lost a worker still prints its time: "Signal 2 caught, longjmp'ing
 * out!", "fork() (error: Resource temporarily unavailable)". */
static int check_errors(const char *text, struct err *err)
{
	static const char *const words[] = { " caught, longjmp'ing out", "longjmp'ed out",
					     " (error: " };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const char *at = strstr(text, words[i]), *line = at;

		if (!at)
			continue;
		while (line > text && line[-1] != '\n')
			line--;
		return err__set(err, -EIO, "hackbench: %.*s", (int)strcspn(line, "\n"), line);
	}
	return 0;
}

static int parse_hackbench(const char *text, struct perf_bench *out, struct err *err)
{
	int ret = check_errors(text, err);

	if (ret)
		return ret;
	if ((!whole_number(text, " groups using", &out->groups) ||
	     !whole_number(text, " tasks)", &out->tasks)) &&
	    (!whole_number(text, "*40 (== ", &out->groups) ||
	     !whole_number(text, ") tasks.", &out->tasks)))
		return err__set(err, -EPROTO,
				"hackbench: no line 'Running in ... mode with N groups using ... "
				"(== M tasks)'");
	if (runs__twice(text, "\nTime: "))
		return err__set(err, -EPROTO, "hackbench: two lines 'Time: S' in one run");
	if (!total_time(text, "\nTime: ", "", &out->seconds))
		return err__set(err, -EPROTO, "hackbench: no line 'Time: S'");
	return 0;
}

static int parse_run(const char *text, struct perf_bench *out, struct err *err)
{
	if (runs__first(text, STRINGS(HACKBENCH, OLD_HACKBENCH)))
		return parse_hackbench(text, out, err);
	if (!whole_number(text, " groups == ", &out->groups))
		return err__set(err, -EPROTO, "perf bench: no line 'N groups == M processes run'");
	if (!whole_number(text, " processes run", &out->tasks) &&
	    !whole_number(text, " threads run", &out->tasks))
		return err__set(err, -EPROTO, "perf bench: no number before 'processes run'");
	if (runs__twice(text, " groups == ") || runs__twice(text, "Total time: "))
		return err__set(err, -EPROTO,
				"perf bench: two runs without a line '# Running ...' between them");
	if (!total_time(text, "Total time: ", " [sec]", &out->seconds))
		return err__set(err, -EPROTO, "perf bench: no line 'Total time: S [sec]'");
	return 0;
}

/* "# Running 'sched/pipe' benchmark:" heads another benchmark; output without any head may be cut
 * from one of this kind. */
static bool is_other(const char *run)
{
	const char *head = runs__line(run, PERF_BENCH);
	size_t len = head ? strcspn(head, "\n") : 0;
	const char *p;

	/* A head that is cut off may be the right one. */
	if (!head || !head[len])
		return false;
	p = memmem(head, len, "sched/messaging", strlen("sched/messaging"));
	return !p || !strchr("' ", p[strlen("sched/messaging")]);
}

int perf_bench__next(const char **text, struct perf_bench *out, struct err *err)
{
	static const char *const heads[] = { PERF_BENCH, HACKBENCH, OLD_HACKBENCH, NULL };
	char *run;
	int ret;

	while ((run = runs__cut(text, heads)) && is_other(run))
		free(run);
	if (!run)
		return err__set(err, -ENOENT,
				"perf bench: no benchmark sched/messaging in the output");
	ret = parse_run(run, out, err);
	free(run);
	return ret;
}

int perf_bench__parse(const char *text, struct perf_bench *out, struct err *err)
{
	struct perf_bench second;
	int ret = perf_bench__next(&text, out, err);

	if (ret)
		return ret == -ENOENT ? -EPROTO : ret;
	if (perf_bench__next(&text, &second, NULL) != -ENOENT)
		return err__set(err, -EPROTO, "perf bench: more than one run, expected one");
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* perf_suite.c - the benchmarks of perf bench with a single figure each, and the line that has
 * it. */
#include "workloads/output/perf_suite.h"

#include "lib/units.h"
#include "workloads/output/runs.h"

#include <ctype.h>

#define HEAD "# Running "
#define PER_OP "@ usecs/op"
#define PER_SECOND "Averaged @ operations/sec"

#define SUITE(name_, metric_, ...) ROW(.name = name_, .metric = metric_, ##__VA_ARGS__)
#define TIME(name_, metric_, ...) \
	SUITE(name_, metric_ ".time", .better = BETTER_LOWER, .factor = 1, ##__VA_ARGS__)
#define RATE(name_, metric_, ...) \
	SUITE(name_, metric_ ".rate", .better = BETTER_HIGHER, .factor = 1, ##__VA_ARGS__)

const struct perf_suite perf_suite__all[] = {
	RATE("epoll/ctl", "epoll-ctl", .unit = "op/s", .line = "Averaged @ ADD operations",
	     .what = "epoll_ctl that adds a descriptor, by each thread"),
	RATE("epoll/wait", "epoll-wait", .unit = "op/s", .line = PER_SECOND,
	     .what = "epoll_wait, by each thread"),
	RATE("futex/hash", "futex-hash", .unit = "op/s", .line = PER_SECOND,
	     .what = "futex_wait that returns at once, by each thread"),
	RATE("futex/lock-pi", "futex-lock-pi", .unit = "op/s", .line = PER_SECOND,
	     .what = "lock and unlock of one futex with priority inheritance, by each thread"),
	SUITE("futex/requeue", "futex-requeue.time", .better = BETTER_LOWER, .unit = "us",
	      .factor = 1000, .line = "Requeued # of # threads in @ ms",
	      .args = "-r %COUNT futex requeue -t %THREADS", .count = 10,
	      .what = "all threads go from one futex to another"),
	SUITE("futex/wake", "futex-wake.time", .better = BETTER_LOWER, .unit = "us", .factor = 1000,
	      .line = "Wokeup # of # threads in @ ms", .args = "-r %COUNT futex wake -t %THREADS",
	      .count = 10, .what = "all threads are woken, one after the other"),
	SUITE("futex/wake-parallel", "futex-wake-parallel.time", .better = BETTER_LOWER,
	      .unit = "us", .factor = 1000,
	      .line = "Avg per-thread latency (waking #/# threads) in @ ms",
	      .args = "-r %COUNT futex wake-parallel -t %THREADS -w %THREADS", .count = 10,
	      .what = "all threads are woken by as many others"),
	RATE("mem/memcpy", "mem-memcpy", .unit = "MB/s", .line = "@ MB/sec",
	     .args = "mem memcpy -s 1MB -l %COUNT -f default", .count = 100, .each = 1,
	     .what = "copy of 1 MiB by the C library's memcpy()"),
	RATE("mem/memset", "mem-memset", .unit = "MB/s", .line = "@ MB/sec",
	     .args = "mem memset -s 1MB -l %COUNT -f default", .count = 100, .each = 1,
	     .what = "1 MiB set by the C library's memset()"),
	TIME("sched/messaging", "sched-messaging", .unit = "s", .line = "Total time: @ [sec]",
	     .args = "sched messaging -g 1 -l %COUNT", .count = 25, .each = 400,
	     .what = "messages between 20 senders and 20 receivers"),
	TIME("sched/pipe", "sched-pipe", .unit = "us/op", .line = PER_OP,
	     .args = "sched pipe -l %COUNT", .count = 5000, .each = 1,
	     .what = "round trip between two processes over pipes"),
	TIME("syscall/basic", "syscall-basic", .unit = "us/op", .line = PER_OP,
	     .args = "syscall basic -l %COUNT", .count = 100000, .each = 1, .what = "getppid()"),
	TIME("syscall/execve", "syscall-execve", .unit = "us/op", .line = PER_OP,
	     .args = "syscall execve -l %COUNT", .count = 100, .each = 1,
	     .what = "fork and execve of true (perf 6.3)"),
	TIME("syscall/fork", "syscall-fork", .unit = "us/op", .line = PER_OP,
	     .args = "syscall fork -l %COUNT", .count = 200, .each = 1,
	     .what = "fork and wait (perf 6.3)"),
	TIME("syscall/getpgid", "syscall-getpgid", .unit = "us/op", .line = PER_OP,
	     .args = "syscall getpgid -l %COUNT", .count = 100000, .each = 1,
	     .what = "getpgid() (perf 6.2)"),
	{ .name = NULL },
};

const struct perf_suite *perf_suite__find(const char *name)
{
	for (const struct perf_suite *s = perf_suite__all; s->name; s++)
		if (streq(s->name, name))
			return s;
	return NULL;
}

/* Length of the number, in C syntax, at the beginning of the text, or 0. */
static size_t number_length(const char *p)
{
	size_t whole = strspn(p, "0123456789"), part = 0;

	if (whole && p[whole] == '.')
		part = 1 + strspn(p + whole + 1, "0123456789");
	return part == 1 ? 0 : whole + part;
}

/* Does the line match this pattern? *value is the number at '@'. */
static bool matches(const char *line, const char *pattern, double *value)
{
	char text[32];
	double number = 0;

	line += strspn(line, " ");
	for (; *pattern; pattern++) {
		size_t len = number_length(line);

		if (*pattern != '@' && *pattern != '#') {
			if (*line++ != *pattern)
				return false;
			continue;
		}
		if (!len || len >= sizeof(text))
			return false;
		snprintf(text, sizeof(text), "%.*s", (int)len, line);
		if (*pattern == '@' && units__double(text, &number))
			return false;
		line += len;
	}
	*value = number;
	return true;
}

/* The rate of the function "default", in MB/s: others are architecture-specific. */
static bool is_rate(const char *line, double *value)
{
	if (matches(line, "@ MB/sec", value))
		return true;
	if (!matches(line, "@ GB/sec", value))
		return false;
	*value *= 1024;
	return true;
}

/* Line by line, so as not to match the lines that perf prints for each of several repetitions,
 * which begin with "[Run 3]: ". */
static int find_figure(const char *run, struct perf_suite_run *out, struct err *err)
{
	const struct perf_suite *s = out->suite;
	bool memory = str_starts(s->name, "mem/"), in_default = !memory;
	size_t found = 0;

	for (const char *p = run, *nl; p; p = nl ? nl + 1 : NULL) {
		nl = strchr(p, '\n');
		if (memory && str_starts(p, "# function '"))
			in_default = str_starts(p, "# function 'default'");
		if (in_default &&
		    (memory ? is_rate(p, &out->value) : matches(p, s->line, &out->value)))
			found++;
	}
	if (found == 1)
		return 0;
	return err__set(err, -EPROTO, "perf bench %s: %s '%s', where @ is a number%s", s->name,
			found ? "more than one line" : "no line", s->line,
			found ? ": two runs without a line '# Running ...' between them" : "");
}

/* Divide a count by the number of seconds, from "for 1 secs". */
static int per_second(const char *run, struct perf_suite_run *out, struct err *err)
{
	const char *at = strstr(run, " for ");
	double seconds;

	while (at && !(matches(at + 5, "@ secs", &seconds) && seconds > 0))
		at = strstr(at + 1, " for ");
	if (!at)
		return err__set(err, -EPROTO, "perf bench %s: no 'for N secs' in its first lines",
				out->suite->name);
	out->value /= seconds;
	return 0;
}

/* "# Executed 10,000 getpgid() calls"; the locale determines whether digits are grouped. */
static uint64_t executed(const char *run)
{
	const char *p = runs__line(run, "# Executed ");
	uint64_t n = 0;

	for (p = p ? p + strlen("# Executed ") : ""; isdigit((unsigned char)*p) || *p == ','; p++)
		if (*p != ',' && n < UINT64_MAX / 100)
			n = n * 10 + (uint64_t)(*p - '0');
	return *p == ' ' ? n : 0;
}

/* The benchmark of a run according to its first line: "'sched/pipe'" or "sched/pipe", then a blank.
 * 0; -ENOENT: not in the table, skip it; -EPROTO: the line is cut off. */
static int identify(const char *run, const struct perf_suite **suite, struct err *err)
{
	const char *head = runs__line(run, HEAD);
	_free_ char *name = NULL;

	if (!head || !strchr(head, '\n'))
		return err__set(err, -EPROTO,
				"perf bench: no line \"# Running 'NAME' benchmark:\"%s",
				head ? " that is complete" : "");
	head += strlen(HEAD);
	head += *head == '\'';
	name = xstrndup(head, strcspn(head, "' \n"));
	*suite = perf_suite__find(name);
	return *suite ? 0 : -ENOENT;
}

int perf_suite__next(const char **text, struct perf_suite_run *out, struct err *err)
{
	char *run;

	*out = (struct perf_suite_run){ 0 };
	while ((run = runs__cut(text, STRINGS(HEAD)))) {
		int ret = identify(run, &out->suite, err);

		if (!ret)
			ret = find_figure(run, out, err);
		if (!ret)
			out->executed = executed(run);
		if (!ret && streq(out->suite->name, "epoll/ctl"))
			ret = per_second(run, out, err);
		out->value *= ret ? 0 : out->suite->factor;
		free(run);
		if (ret != -ENOENT)
			return ret;
	}
	return err__set(err, -ENOENT, "perf bench: no known benchmark in the output");
}

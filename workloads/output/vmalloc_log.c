// SPDX-License-Identifier: GPL-2.0-only
/* vmalloc_log.c - parses the summary lines of a run in the kernel log, averaged over workers. */
#include "workloads/output/vmalloc_log.h"

#include "lib/units.h"

#define SUMMARY "Summary: "
#define TOOK "All test took "
#define DROPPED "printk messages dropped"

const char *const vmalloc_log__tests[VMALLOC_NAMES] = {
	"fix_size_alloc_test",
	"full_fit_alloc_test",
	"long_busy_list_alloc_test",
	"random_size_alloc_test",
	"fix_align_alloc_test",
	"random_size_align_alloc_test",
	"align_shift_alloc_test",
	"pcpu_alloc_test",
	"kvfree_rcu_1_arg_vmalloc_test",
	"kvfree_rcu_2_arg_vmalloc_test",
	"vm_map_ram_test",
	"no_block_alloc_test",
	"vrealloc_test",
	"kvfree_rcu_1_arg_slab_test",
	"kvfree_rcu_2_arg_slab_test",
};

/* The values of a summary line; `avg` in microseconds. */
struct summary {
	uint64_t passed, failed, xfailed, repeat, loops, avg;
};

/* Parse an unsigned integer at `p` that is followed by `after`. */
static bool parse_number(const char *p, char after, uint64_t *out)
{
	size_t n = strspn(p, "0123456789");
	char number[20];

	if (!n || n >= sizeof(number) || p[n] != after)
		return false;
	memcpy(number, p, n);
	number[n] = '\0';
	return units__u64(number, out) == 0;
}

/* Parse " WORD: NUMBER " at *p; advances *p to the blank after it. */
static bool parse_field(const char **p, const char *word, uint64_t *out)
{
	size_t len = strlen(word);

	*p += strspn(*p, " ");
	if (strncmp(*p, word, len) || !str_starts(*p + len, ": "))
		return false;
	*p += len + 2;
	if (!parse_number(*p, ' ', out))
		return false;
	*p += strspn(*p, "0123456789");
	return true;
}

static bool read_summary(const char *p, struct summary *s)
{
	*s = (struct summary){ 0 };
	return parse_field(&p, "passed", &s->passed) && parse_field(&p, "failed", &s->failed) &&
	       (!str_starts(p, " xfailed") || parse_field(&p, "xfailed", &s->xfailed)) &&
	       parse_field(&p, "repeat", &s->repeat) && parse_field(&p, "loops", &s->loops) &&
	       parse_field(&p, "avg", &s->avg) && str_starts(p, " usec");
}

static struct vmalloc_test *find_test(struct vmalloc_log *log, const char *name, size_t len)
{
	for (size_t i = 0; i < VMALLOC_NAMES; i++)
		if (strlen(vmalloc_log__tests[i]) == len &&
		    !strncmp(vmalloc_log__tests[i], name, len))
			return &log->tests[i];
	return NULL;
}

/* Each worker prints a summary per test: update the mean over workers. */
static int add_summary(struct vmalloc_log *log, const char *line, struct err *err)
{
	const char *name = line + strlen(SUMMARY);
	size_t len = strcspn(name, " ");
	struct vmalloc_test *t = find_test(log, name, len);
	struct summary s;

	if (!t)
		return err__set(err, -EPROTO, "test_vmalloc: no test named '%.*s' is known",
				(int)(len < 60 ? len : 60), name);
	if (!read_summary(name + len, &s))
		return err__set(err, -EPROTO,
				"test_vmalloc: expected 'Summary: NAME passed: N "
				"failed: N [xfailed: N] repeat: N loops: N avg: N usec', found "
				"'%.200s'",
				line);
	if (t->workers && (t->loops != s.loops || t->repeat != s.repeat))
		return err__set(err, -EPROTO,
				"test_vmalloc: loops or repetitions of %.*s differ between workers: "
				"lines of two runs are mixed",
				(int)len, name);
	t->usec = (t->usec * t->workers + (double)s.avg) / (t->workers + 1);
	t->workers++;
	t->passed += s.passed;
	t->failed += s.failed;
	t->xfailed += s.xfailed;
	t->loops = s.loops;
	t->repeat = s.repeat;
	return 0;
}

/* Each worker that completed must have reported each test exactly once. */
static int check(const struct vmalloc_log *log, struct err *err)
{
	for (size_t i = 0; i < VMALLOC_NAMES; i++) {
		const struct vmalloc_test *t = &log->tests[i];

		if (t->failed)
			return err__set(err, -EIO, "test_vmalloc: %s failed %llu times",
					vmalloc_log__tests[i], (unsigned long long)t->failed);
		if (t->workers && t->workers != log->workers)
			return err__set(err, -EPROTO,
					"test_vmalloc: %u workers finished, "
					"%u reported %s: the log is truncated",
					log->workers, t->workers, vmalloc_log__tests[i]);
	}
	return 0;
}

/* The number in "worker0=12 cycles" or "CPU0=12 cycles". It must be that of the next worker of this
 * run after `last` (-1: none yet), or that of the first worker of the next run. Numbers of CPUs may
 * have gaps, as offline CPUs are left out. */
static int worker_number(const char *took, int64_t last, int64_t *number, struct err *err)
{
	bool by_cpu = str_starts(took, "CPU");
	const char *cycles = took + strcspn(took, "=\n");
	uint64_t n, unused;

	if ((!by_cpu && !str_starts(took, "worker")) ||
	    !parse_number(took + strcspn(took, "0123456789\n"), '=', &n) || n > INT64_MAX ||
	    !parse_number(cycles + 1, ' ', &unused) ||
	    !str_starts(cycles + 1 + strspn(cycles + 1, "0123456789"), " cycles"))
		return err__set(err, -EPROTO,
				"test_vmalloc: expected '" TOOK "workerN=M cycles', found "
				"'" TOOK "%.*s'",
				(int)(strcspn(took, "\n") < 80 ? strcspn(took, "\n") : 80), took);
	*number = (int64_t)n;
	if (!by_cpu && *number > last + 1)
		return err__set(err, -EPROTO,
				"test_vmalloc: worker%lld finished and worker%lld did not: "
				"lines of the log are missing",
				(long long)*number, (long long)last + 1);
	return 0;
}

/* The next summary of a test in [p, end). Others print summaries as well ("Summary: 12 PASSED"):
 * that of a test has a test's name, or continues like one, or is cut off in its name. */
static const char *next_summary(const char *p, const char *end)
{
	for (; (p = memmem(p, (size_t)(end - p), SUMMARY, strlen(SUMMARY))); p++) {
		const char *name = p + strlen(SUMMARY), *after = name + strcspn(name, " \r\n");

		if (!*after || str_starts(after, " passed: ") ||
		    memmem(name, (size_t)(after - name), "_test", strlen("_test")))
			return p;
	}
	return NULL;
}

/* The kernel reports messages that it could not write in time: "** 12 printk messages dropped **".
 * If that is among the lines of a worker in [p, end), some of these may be missing. */
static int check_dropped(const char *p, const char *end, struct err *err)
{
	const char *first = next_summary(p, end), *line;

	/* Otherwise it concerns messages before the test. */
	while ((p = memmem(p, (size_t)(end - p), DROPPED, strlen(DROPPED)))) {
		p += strcspn(p, "\n");
		line = p + (*p == '\n');
		line += strcspn(line, "\n");
		if ((first && p > first) || line > (first ? first : end))
			return err__set(err, -EPROTO,
					"test_vmalloc: '" DROPPED "' stands between the lines of a "
					"worker: some are missing");
	}
	return 0;
}

/* Parse the lines of one worker in [p, end). */
static int add_worker(struct vmalloc_log *log, const char *p, const char *end, struct err *err)
{
	int ret = check_dropped(p, end, err);

	log->workers++;
	while (!ret && (p = next_summary(p, end))) {
		size_t len = strcspn(p, "\r\n"), most = (size_t)(end - p);
		_free_ char *line = xstrndup(p, len < most ? len : most);

		ret = add_summary(log, line, err);
		p += strlen(line);
	}
	return ret;
}

static bool has_tests(const struct vmalloc_log *log)
{
	for (size_t i = 0; i < VMALLOC_NAMES; i++)
		if (log->tests[i].workers)
			return true;
	return false;
}

/* Parse one run, with or without tests. Workers report one after the other, in order. */
static int read_run(const char **text, struct vmalloc_log *out, struct err *err)
{
	int64_t last = -1, number = 0;
	const char *took;
	int ret = 0;

	while (!ret && (took = strstr(*text, TOOK))) {
		ret = worker_number(took + strlen(TOOK), last, &number, err);
		if (ret || number <= last)
			return ret;
		ret = add_worker(out, *text, took, err);
		*text = took + strlen(TOOK);
		last = number;
	}
	if (!ret && next_summary(*text, *text + strlen(*text)))
		return err__set(err, -EPROTO,
				"test_vmalloc: the last worker has no line '" TOOK
				"workerN=...': the log is truncated");
	if (!ret)
		*text += strlen(*text);
	return ret;
}

int vmalloc_log__next(const char **text, struct vmalloc_log *out, struct err *err)
{
	int ret = 0;

	*out = (struct vmalloc_log){ 0 }; /* result at the end of the text */
	while (!ret && **text && !has_tests(out)) {
		*out = (struct vmalloc_log){ 0 };
		ret = read_run(text, out, err);
	}
	if (!ret && !has_tests(out))
		return err__set(err, -ENOENT, "test_vmalloc: the log has no line 'Summary: ...'");
	return ret ? ret : check(out, err);
}

int vmalloc_log__parse(const char *text, struct vmalloc_log *out, struct err *err)
{
	struct vmalloc_log second;
	int ret = vmalloc_log__next(&text, out, err);

	if (ret)
		return ret == -ENOENT ? -EPROTO : ret;
	if (vmalloc_log__next(&text, &second, NULL) != -ENOENT)
		return err__set(err, -EPROTO, "test_vmalloc: more than one run, expected one");
	return 0;
}

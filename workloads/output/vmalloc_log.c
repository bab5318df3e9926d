// SPDX-License-Identifier: GPL-2.0-only
/* vmalloc_log.c - the summary lines of the last run in the log, averaged over workers. */
#include "workloads/output/vmalloc_log.h"

#include "lib/units.h"

#define SUMMARY "Summary: "
#define TOOK "All test took worker"

const char *const vmalloc_log__tests[VMALLOC_TESTS] = {
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
};

/* Figures of a summary line; `avg` in microseconds. */
struct summary {
	uint64_t passed, failed, xfailed, repeat, loops, avg;
};

/* "WORD: NUMBER" at *p, blanks before it skipped; moves on. */
static bool parse_field(const char **p, const char *word, uint64_t *out)
{
	size_t len = strlen(word), n;
	char number[24];

	*p += strspn(*p, " ");
	if (strncmp(*p, word, len) || !str_starts(*p + len, ": "))
		return false;
	*p += len + 2;
	n = strspn(*p, "0123456789");
	if (!n || n >= sizeof(number))
		return false;
	memcpy(number, *p, n);
	number[n] = '\0';
	*p += n;
	return units__u64(number, out) == 0;
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
	for (size_t i = 0; i < VMALLOC_TESTS; i++)
		if (strlen(vmalloc_log__tests[i]) == len &&
		    !strncmp(vmalloc_log__tests[i], name, len))
			return &log->tests[i];
	return NULL;
}

/* Each worker prints a summary per test: the mean over workers is kept up as they come. */
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
	t->usec = (t->usec * t->workers + (double)s.avg) / (t->workers + 1);
	t->workers++;
	t->passed += s.passed;
	t->failed += s.failed;
	t->xfailed += s.xfailed;
	t->loops = s.loops;
	return 0;
}

/* Workers report in order: the last run begins after the end of whatever came before the last
 * worker 0. */
static const char *last_run(const char *text)
{
	const char *begin = text, *after = text;

	for (const char *p = text; (p = strstr(p, TOOK)); after = p) {
		p += strlen(TOOK);
		if (str_starts(p, "0="))
			begin = after;
	}
	return begin;
}

/* Every worker that ended must have reported every test that ran. */
static int check(const struct vmalloc_log *log, struct err *err)
{
	unsigned int n = 0;

	for (size_t i = 0; i < VMALLOC_TESTS; i++) {
		const struct vmalloc_test *t = &log->tests[i];

		if (t->failed)
			return err__set(err, -EIO, "test_vmalloc: %s failed %llu times",
					vmalloc_log__tests[i], (unsigned long long)t->failed);
		if (t->workers && t->workers != log->workers)
			return err__set(err, -EPROTO,
					"test_vmalloc: %u workers came to their end, "
					"%u reported %s: the log is cut",
					log->workers, t->workers, vmalloc_log__tests[i]);
		n += t->workers;
	}
	if (!n)
		return err__set(err, -EPROTO, "test_vmalloc: the log has no line 'Summary: ...'");
	return 0;
}

int vmalloc_log__parse(const char *text, struct vmalloc_log *out, struct err *err)
{
	int ret = 0;

	*out = (struct vmalloc_log){ 0 };
	text = last_run(text);
	while (!ret && *text) {
		size_t len = strcspn(text, "\r\n");
		_free_ char *line = xstrndup(text, len);
		const char *at;

		if ((at = strstr(line, SUMMARY)))
			ret = add_summary(out, at, err);
		else
			out->workers += strstr(line, TOOK) != NULL;
		text += len + (text[len] != '\0');
	}
	return ret ? ret : check(out, err);
}

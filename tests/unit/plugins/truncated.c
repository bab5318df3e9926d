// SPDX-License-Identifier: GPL-2.0-only
/*
 * Truncated output: wherever it ends, a parser must refuse it, or find the same as in the whole
 * output, or find the runs that were complete if no other has begun; otherwise its facts must say
 * how many items the figures are based on.
 */
#include "collectors/ptdump/parse.h"
#include "collectors/support/schedstat_parse.h"
#include "lib/fs.h"
#include "workloads/workload.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct sample {
	const char *workload, *file;
	/* Text in the first line of a run, and in its last; NULL: the file has one run, or sums. */
	const char *begin, *end;
};

/* What a parser found; both are NULL if it refused. */
struct figures {
	char *values; /* lines "METRIC VALUE" */
	char *facts;
};

static void figures__release(struct figures *f)
{
	free(f->values);
	free(f->facts);
}

static void workload_figures(const struct sample *s, const char *text, size_t len,
			     struct figures *out, struct err *err)
{
	const struct workload *wl = workload__find(s->workload);
	_cleanup_(metric_list__release) struct metric_list declared = { 0 };
	_cleanup_(param_set__release) struct param_set set = { 0 };
	_cleanup_(strvec__release) struct strvec values = { 0 }, facts = { 0 };
	struct job_env env = { 0 };
	struct job job = { .source = wl->name, .params = &set, .env = &env, .iterations = 1 };
	int ret;

	param_set__init(&set, wl->params);
	if (streq(wl->name, "exec")) {
		param_set__put(&set, "command", "x", err);
		param_set__put(&set, "metrics", "iops op/s higher json /jobs/0/write/iops", err);
	}
	if (wl->declare_output) {
		ret = wl->declare_output(&set, text, &declared, err);
		job.metrics = declared.v;
	} else {
		ret = workload__metrics(wl, &set, &declared, &job.metrics, err);
	}
	if (!ret) {
		ret = wl->parse(&job, text, len);
		*err = job.err;
	}
	for (size_t i = 0; i < job.n_samples; i++)
		strvec__pushf(&values, "%s %.17g", job.samples[i].metric, job.samples[i].value);
	for (size_t i = 0; i < job.n_facts; i++)
		strvec__push(&facts, job.facts[i].value);
	if (!ret && values.n) {
		out->values = strvec__join(&values, "\n");
		out->facts = strvec__join(&facts, "\n");
	}
	job__release(&job);
}

static void ptdump_figures(const char *text, size_t len, struct figures *out, struct err *err)
{
	struct layout *l;

	if (ptdump__parse("dump", text, len, -1, &l, err))
		return;
	out->values = xstrdup(layout__granule_name(l->granule));
	for (size_t i = 0; i < l->n_sections; i++) {
		const struct layout_section *s = &l->sections[i];
		char *longer = xasprintf("%s\n%s %llu %llu %llu", out->values, s->name,
					 (unsigned long long)layout__mapped(s),
					 (unsigned long long)s->ro, (unsigned long long)s->x);

		free(out->values);
		out->values = longer;
	}
	out->facts = xasprintf("ends at %llx", (unsigned long long)l->end);
	layout__free(l);
}

/* Facts: the number of CPUs with complete lines; the file itself does not say how many there
 * are. */
static void schedstat_figures(const char *text, struct figures *out, struct err *err)
{
	struct schedstat s;

	if (schedstat__parse(text, &s, err))
		return;
	out->values = xasprintf("%llu %llu %llu", (unsigned long long)s.run_ns,
				(unsigned long long)s.delay_ns, (unsigned long long)s.timeslices);
	out->facts = xasprintf("%u CPUs", (unsigned int)s.cpus);
}

static void find(const struct sample *s, const char *text, size_t len, struct figures *out,
		 struct err *err)
{
	_free_ char *copy = xstrndup(text, len);

	*out = (struct figures){ 0 };
	*err = (struct err){ 0 };
	if (streq(s->workload, "ptdump"))
		ptdump_figures(copy, len, out, err);
	else if (streq(s->workload, "schedstat"))
		schedstat_figures(copy, out, err);
	else
		workload_figures(s, copy, len, out, err);
}

static char *load(const char *name, size_t *len)
{
	_free_ char *path = xasprintf("tests/data/%s", name);
	char *text;

	if (fs__read(path, 1u << 20, &text, len))
		fail_msg("cannot read %s: run the test from the top directory", path);
	return text;
}

/* Are these the values of the runs that are complete in the text, and has no other run begun? A
 * partial line does not count: `kduel parse` reports that the last line has no end. */
static bool are_runs(const struct sample *s, const char *text, size_t len, const char *part,
		     const char *whole)
{
	size_t n = strlen(part);
	_free_ char *copy = xstrndup(text, len);
	const char *last = copy;

	if (!s->end || strncmp(part, whole, n) != 0 || whole[n] != '\n')
		return false;
	for (const char *p = copy; (p = strstr(p, s->end)); p++)
		last = p + 1;
	return !strstr(last, s->begin);
}

/* Is this built with AddressSanitizer? gcc and clang say so in different ways. */
#if defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#elif defined(__has_feature)
#define WATCHED __has_feature(address_sanitizer)
#else
#define WATCHED 0
#endif

/* Cut at every byte; in a long text (and in slow builds with a sanitizer) only at the ends of lines
 * and at a share of the other bytes. */
static size_t next_cut(const char *text, size_t n, size_t len)
{
	const char *preload = getenv("LD_PRELOAD");
	size_t stride = 1 + len / 1000;

	stride *= WATCHED ? 8 : 1;
	if (preload && strstr(preload, "vgpreload"))
		return n + 1 + len / 16;
	do
		n++;
	while (n % stride && text[n] != '\n' && text[n - 1] != '\n' && n < len);
	return n;
}

static int cut(const struct sample *s)
{
	size_t len, told = 0, same = 0, runs = 0, said = 0;
	_free_ char *text = load(s->file, &len);
	_cleanup_(figures__release) struct figures whole;
	struct err err;
	int wrong = 0;

	find(s, text, len, &whole, &err);
	if (!whole.values) {
		print_error("%s: %s\n", s->file, err.msg);
		return 1;
	}
	for (size_t n = 0; n < len; n = next_cut(text, n, len)) {
		_cleanup_(figures__release) struct figures part;

		find(s, text, n, &part, &err);
		if (!part.values && *err.msg) {
			told++;
		} else if (part.values && streq(part.values, whole.values)) {
			same++;
		} else if (part.values && are_runs(s, text, n, part.values, whole.values)) {
			runs++;
		} else if (part.values && !streq(part.facts, whole.facts)) {
			said++;
		} else {
			print_error("%s cut at byte %zu of %zu (\"...%.*s\"):\n%s\nwhole:\n%s\n",
				    s->file, n, len, n < 20 ? (int)n : 20,
				    text + (n < 20 ? 0 : n - 20),
				    part.values ? part.values : "refused, and no reason",
				    whole.values);
			wrong++;
		}
	}
	print_message("%s: %zu bytes: %zu cuts told, %zu the same, %zu whole runs, %zu said\n",
		      s->file, len, told, same, runs, said);
	/* A cut within the figures must have been reported. */
	return wrong || !told;
}

static void every_byte(void **state __unused)
{
	static const struct sample samples[] = {
		{ "hackbench", "perf/hackbench.txt", "Running in", "\nTime: " },
		{ "hackbench", "perf/messaging.txt", NULL, NULL },
		{ "hackbench", "perf/messaging-threads.txt", NULL, NULL },
		{ "hackbench", "perf/sched-all.txt", NULL, NULL },
		{ "perf-bench", "perf/sched-all.txt", "# Running", "# Running" },
		{ "perf-bench", "perf/suites-6.1.txt", "# Running", "# Running" },
		{ "perf-bench", "perf/suites-6.12.txt", "# Running", "# Running" },
		{ "stress-ng", "stress-ng/0.15.txt", NULL, NULL },
		{ "stress-ng", "stress-ng/0.19.txt", "dispatching hogs:", "successful run" },
		{ "fio-dmcrypt", "fio/ok.json", NULL, NULL },
		{ "fio-dmcrypt", "fio/normal-and-json.txt", NULL, NULL },
		{ "fio-dmcrypt", "fio/intervals.json", NULL, NULL },
		{ "exec", "fio/ok.json", NULL, NULL },
		{ "kernbench", "time/ok.txt", NULL, NULL },
		{ "mm-selftests", "kselftest/four.txt", NULL, NULL },
		{ "pgbench", "pgbench/count.txt", NULL, NULL },
		{ "pgbench", "pgbench/time.txt", NULL, NULL },
		{ "pgbench", "pgbench/reconnect.txt", NULL, NULL },
		{ "seqread-xfs", "xfs_io/three.txt", "read ", " ops; " },
		{ "sqlite-speedtest", "speedtest1/3.40.txt", NULL, NULL },
		{ "vmalloc", "vmalloc/7.2.txt", "Summary: ", "All test took " },
		{ "vmalloc", "vmalloc/6.12-two-workers.txt", "Summary: ", "took worker1=" },
		{ "ptdump", "ptdump/mode1.txt", NULL, NULL },
		{ "ptdump", "ptdump/releases/4.19.txt", NULL, NULL },
		{ "ptdump", "ptdump/releases/5.10-hole.txt", NULL, NULL },
		{ "ptdump", "ptdump/releases/6.6-16k.txt", NULL, NULL },
		{ "ptdump", "ptdump/releases/7.x.txt", NULL, NULL },
		{ "schedstat", "proc/schedstat-6.18-arm64.txt", NULL, NULL },
	};
	int wrong = 0;

	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		wrong += cut(&samples[i]);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_byte) };

	return cmocka_run_group_tests_name("plugins/truncated", tests, NULL, NULL);
}

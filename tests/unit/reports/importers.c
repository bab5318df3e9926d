// SPDX-License-Identifier: GPL-2.0-only
/* importers.c - results of other tools: figures, names, iterations, and where errors are. */
#include "lib/text.h"
#include "reports/foreign/foreign.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define TEST(name) cmocka_unit_test(name)
#define DATA "tests/data/foreign/"

/* In the order of foreign__formats. */
enum { HYPERFINE, GBENCH, BENCHSTAT, FASTPATH, MMTESTS, PTS, LKP, PERF_STAT, FORMATS };

static struct err err;

static void take(struct foreign *f, int format, const char *variant, const char *file)
{
	_free_ char *path = xasprintf(DATA "%s", file), *text = NULL;
	size_t len;

	if (text__read(path, FOREIGN_FILE_MAX, &text, &len, &err) ||
	    foreign__parse(f, (unsigned int)format, variant, file, text, len, &err))
		fail_msg("%s", err.msg);
}

/* Parse a text in this format; returns "fine" or the error. */
static const char *verdict_on(int format, const char *text)
{
	_free_ char *copy = xstrdup(text);
	struct foreign f = { 0 };
	int ret = foreign__parse(&f, (unsigned int)format, NULL, "f", copy, strlen(copy), &err);

	foreign__release(&f);
	if (!ret)
		return "fine";
	assert_int_equal(ret, -EINVAL);
	return err.msg;
}

#define assert_says(format, text, words)                              \
	do {                                                          \
		const char *got_ = verdict_on(format, text);          \
		if (!strstr(got_, words))                             \
			fail_msg("'%s' is not in '%s'", words, got_); \
	} while (0)

static bool tells(const struct strvec *list, const char *words)
{
	for (size_t i = 0; i < list->n; i++)
		if (strstr(list->v[i], words))
			return true;
	return false;
}

static const struct foreign_metric *metric(const struct foreign *f, const char *name)
{
	for (size_t i = 0; i < f->n_metrics; i++) {
		_free_ char *whole = xasprintf("%s/%s", f->metrics[i].workload,
					       f->metrics[i].metric.name);

		if (streq(whole, name))
			return &f->metrics[i];
	}
	fail_msg("no metric %s", name);
	return NULL;
}

/* The value of a variant's metric in a file (numbered across all variants), or NAN. */
static double value(const struct foreign *f, const char *variant, const char *name, size_t file,
		    uint32_t iter)
{
	size_t m = (size_t)(metric(f, name) - f->metrics);

	for (size_t i = 0; i < f->n_samples; i++) {
		const struct foreign_sample *s = &f->samples[i];

		if (s->metric == m && s->iter == iter && f->runs[s->run].file == file &&
		    streq(f->variants.v[f->runs[s->run].variant], variant))
			return s->value;
	}
	return NAN;
}

#define assert_value(want, ...) \
	assert_float_equal(value(__VA_ARGS__), want, fabs((double)(want)) * 1e-9)

static void test_hyperfine(void **state __unused)
{
	struct foreign f = { 0 };

	take(&f, HYPERFINE, NULL, "hyperfine-two.json");
	assert_int_equal(f.variants.n, 2);
	assert_true(f.one_boot);
	assert_value(0.001259211, &f, "true", "hyperfine/time", 0, 1);
	assert_value(0.0018162060000000001, &f, "ls", "hyperfine/time", 0, 1);
	assert_true(isnan(value(&f, "ls", "hyperfine/time", 0, 5)));
	assert_value(0.0015555999999999999, &f, "ls", "hyperfine/user", 0, 0);
	assert_string_equal(metric(&f, "hyperfine/time")->metric.unit, "s");
	assert_true(metric(&f, "hyperfine/time")->metric.primary);
	assert_false(metric(&f, "hyperfine/user")->metric.primary);
	foreign__release(&f);

	/* Files with one command each are one benchmark, whatever it is called; a file with several
	 * has several. */
	take(&f, HYPERFINE, "old", "hyperfine-old-1.json");
	take(&f, HYPERFINE, "new", "hyperfine-new-1.json");
	take(&f, HYPERFINE, "old", "hyperfine-two.json");
	assert_false(f.one_boot);
	assert_int_equal(f.variants.n, 2);
	assert_false(isnan(value(&f, "new", "hyperfine/time", 1, 3)));
	assert_value(0.001259211, &f, "old", "true/time", 2, 1);
	foreign__release(&f);

	assert_says(HYPERFINE, "{\"results\": [\n{\"command\": \"a\",\n\"times\": [1,\n\"x\"]}]}",
		    "f:4: results[0].times[1]: expected a number");
	assert_says(HYPERFINE,
		    "{\"results\":[{\"command\":\"a\",\"times\":[1]},\n{\"command\":\"a\"}]}",
		    "f:2: results[1].command: 'a' occurs twice");
	assert_says(HYPERFINE, "{\"results\":[{\"command\":\"}]\\\"\",\"median\":1},\n3]}",
		    "f:2: results[1]: expected 'command'");
	assert_says(HYPERFINE, "{\"results\":[{\"command\":\"a\",\"median\":2}]}", "fine");
	assert_says(HYPERFINE, "{\n\"results\":[{]}", "f:2: not JSON as hyperfine writes it");
	assert_says(HYPERFINE, "{\"results\":[]}", "f:1: it has no value of");
	assert_says(HYPERFINE, "[1]", "expected 'results' to be an array");
}

static void test_gbench(void **state __unused)
{
	struct foreign f = { 0 };

	take(&f, GBENCH, "a", "gbench-1.json");
	assert_value(68.448010992142386, &f, "a", "bm_copy_64/real_time", 0, 0);
	assert_value(11855070278.3895592, &f, "a", "bm_copy_64/bytes_per_second", 0, 0);
	assert_false(isnan(value(&f, "a", "bm_copy_64/real_time", 0, 2)));
	assert_true(isnan(value(&f, "a", "bm_copy_64/real_time", 0, 3)));
	assert_int_equal(metric(&f, "bm_copy_64/bytes_per_second")->metric.better, BETTER_HIGHER);
	assert_true(metric(&f, "bm_null/spins")->metric.describes);
	foreign__release(&f);

	take(&f, GBENCH, NULL, "gbench-aggregates.json");
	assert_true(strvec__has(&f.variants, "gbench-aggregates"));
	assert_int_equal(f.lacks.n, 2);
	assert_true(tells(&f.lacks, "only the median"));
	assert_true(isnan(value(&f, "gbench-aggregates", "bm_null/real_time", 0, 1)));
	foreign__release(&f);

	assert_says(GBENCH,
		    "{\"context\":{},\"benchmarks\":[{\"name\":\"x\",\"real_time\":2,"
		    "\"time_unit\":\"us\"}]}",
		    "fine");
	assert_says(GBENCH,
		    "{\"context\":{},\n\"benchmarks\":[\n{\"name\":\"x\",\"real_time\":2}]}",
		    "f:3: benchmarks[0]: expected 'time_unit'");
}

static void test_go(void **state __unused)
{
	struct foreign f = { 0 };

	take(&f, BENCHSTAT, "a", "go.txt");
	assert_value(559.4, &f, "a", "index_lookup_keys_1k-4/ns_op", 0, 1);
	assert_value(1044.62, &f, "a", "index_copy-4/mb_s", 0, 0);
	assert_int_equal(metric(&f, "index_copy-4/mb_s")->metric.better, BETTER_HIGHER);
	assert_int_equal(metric(&f, "index_cache-4/hits_op")->metric.better, BETTER_HIGHER);
	assert_true(metric(&f, "index_cache-4/shards")->metric.describes);
	foreign__release(&f);
	assert_says(BENCHSTAT, "BenchmarkA 1 2 ns/op\nBenchmarkB x 2 ns/op\n",
		    "f:2: expected the number of iterations");
	assert_says(BENCHSTAT, "\nBenchmarkA 1 2\n", "f:2: expected a value and its unit");
}

static void test_fastpath(void **state __unused)
{
	struct foreign f = { 0 };

	take(&f, FASTPATH, "a", "fastpath.txt");
	assert_value(611240, &f, "a", "micromm_vmalloc/fix_size_alloc_p_1", 0, 0);
	assert_value(91022, &f, "a", "micromm_vmalloc/pcpu_alloc_p_1", 0, 0);
	assert_string_equal(metric(&f, "micromm_fork/fork_p_512_d_10")->metric.unit, "seconds");
	assert_int_equal(metric(&f, "sqlite_v3/inserts")->metric.better, BETTER_HIGHER);
	foreign__release(&f);
	assert_says(FASTPATH, "| Benchmark | Result Class | A | B |\n",
		    "f:1: expected the columns");
	assert_says(FASTPATH, "| Benchmark | Result Class | mean |\n| a | b (s) | x |\n",
		    "f:2: expected a number as mean");
	assert_says(FASTPATH, "nothing\n", "f:1: no table");
}

static void test_mmtests(void **state __unused)
{
	struct foreign f = { 0 };

	take(&f, MMTESTS, "a", "mmtests.json");
	assert_value(0.418, &f, "a", "hackbenchprocesspipes/1", 0, 3);
	assert_value(1.502, &f, "a", "hackbenchprocesspipes/4", 0, 5);
	assert_int_equal(metric(&f, "hackbenchprocesspipes/1")->metric.better, BETTER_LOWER);
	foreign__release(&f);
	assert_says(MMTESTS,
		    "[{\"_ModuleName\":\"ExtractX\",\"_ResultData\":{\n\"a\":[{\"Values\":[1,\n\"y\"]}]}}]",
		    "f:3: [0]._ResultData.a[0].Values[1]: expected a number");
	assert_says(MMTESTS, "{\"_ModuleName\":\"ExtractX\"}", "f:1: expected '_ModuleName'");
}

static void test_pts(void **state __unused)
{
	struct foreign f = { 0 };

	take(&f, PTS, NULL, "pts.xml");
	assert_int_equal(f.variants.n, 2);
	assert_true(strvec__has(&f.variants, "Linux_6.18"));
	assert_value(1255.8, &f, "Linux_6.18",
		     "pts_compress-zstd-1.6.0/level_3_-_compression_speed", 0, 1);
	assert_int_equal(metric(&f, "pts_build-linux-kernel-1.15.0/build_defconfig")->metric.better,
			 BETTER_LOWER);
	assert_int_equal(f.notes.n, 1);
	assert_true(tells(&f.notes, "has no value of Linux 6.18"));
	foreign__release(&f);
	assert_says(PTS, "<html>\n</html>", "f:1: expected <PhoronixTestSuite>");
	assert_says(PTS, "<PhoronixTestSuite>\n<Result>\n</PhoronixTestSuite>", "f:3: not XML");
	assert_says(PTS, "<!DOCTYPE x [<!ENTITY a 'b'>]>\n<PhoronixTestSuite/>",
		    "f:1: a document type");
	assert_says(PTS,
		    "<PhoronixTestSuite><Result><Identifier>t</Identifier><Data>\n<Entry>"
		    "<Value>fast</Value></Entry></Data></Result></PhoronixTestSuite>",
		    "f:2: 'fast' is not a number");
}

static void test_lkp(void **state __unused)
{
	struct foreign f = { 0 };

	take(&f, LKP, "old", "lkp-old.json");
	take(&f, LKP, "new", "lkp-new.json");
	assert_value(91777.3, &f, "new", "hackbench/throughput", 1, 2);
	assert_int_equal(metric(&f, "hackbench/throughput")->metric.better, BETTER_HIGHER);
	assert_int_equal(metric(&f, "time/elapsed_time")->metric.better, BETTER_LOWER);
	assert_true(metric(&f, "vmstat/system.cs")->metric.describes);
	foreign__release(&f);
	assert_says(LKP, "{\"a.b\": 3}", "fine");
	assert_says(LKP, "{\"a.b\": [1,\nnull]}", "f:2: a.b[1]: expected a number");
	assert_says(LKP, "{\"a.b\":\n{}}", "f:2: a.b: expected a number or an array");
}

static void test_perf(void **state __unused)
{
	struct foreign f = { 0 };

	take(&f, PERF_STAT, "a", "perf-stat.csv");
	assert_value(0.37, &f, "a", "perf-stat/task-clock", 0, 0);
	assert_false(isnan(value(&f, "a", "perf-stat/page-faults", 0, 1)));
	assert_int_equal(f.notes.n, 2);
	assert_true(tells(&f.notes, "instructions:u was <not supported>"));
	take(&f, PERF_STAT, "a", "perf-stat.json");
	assert_value(0.468048, &f, "a", "perf-stat/task-clock", 1, 0);
	take(&f, PERF_STAT, "a", "perf-stat-repeat.csv");
	assert_value(0.30, &f, "a", "perf-stat/task-clock", 2, 0);
	assert_true(tells(&f.lacks, "with -r"));
	take(&f, PERF_STAT, "a", "perf-stat-interval.csv");
	assert_value(77, &f, "a", "perf-stat/page-faults", 3, 0);
	foreign__release(&f);

	/* A counter that was multiplexed, and a decimal comma. */
	{
		char text[] = "1,5;msec;task-clock;100;25,00;;\n";

		assert_int_equal(foreign__parse(&f, PERF_STAT, "a", "f", text, strlen(text), &err),
				 0);
		assert_value(1.5, &f, "a", "perf-stat/task-clock", 0, 0);
		assert_int_equal(f.samples[0].running_ns, 100);
		assert_int_equal(f.samples[0].enabled_ns, 400);
		foreign__release(&f);
	}
	/* Times that no counter can have had are left out. */
	{
		char text[] = "1,msec,task-clock,365485444444444440,0.007,,\n"
			      "1,msec,cpu-clock,1e300,100,,\n";

		assert_int_equal(foreign__parse(&f, PERF_STAT, "a", "f", text, strlen(text), &err),
				 0);
		assert_int_equal(f.n_samples, 2);
		for (size_t i = 0; i < f.n_samples; i++)
			assert_true(!f.samples[i].running_ns && !f.samples[i].enabled_ns);
		foreign__release(&f);
	}
	assert_says(PERF_STAT, "\nCPU0,5.06,msec,task-clock,5060661,100.00,,\n",
		    "f:2: counts for each CPU");
	assert_says(PERF_STAT, "# x\n Performance counter stats for 'true':\n",
		    "f:2: expected a line of perf stat -x");
	assert_says(PERF_STAT, "{\"event\" : \"x\"}\n",
		    "f:1: expected 'event' and 'counter-value'");
}

/* Each file is accepted by only one format; the others refuse it, with the file and a line. */
static void test_wrong_kind(void **state __unused)
{
	static const char *const files[FORMATS] = {
		"hyperfine-two.json", "gbench-1.json", "go.txt",       "fastpath.txt",
		"mmtests.json",	      "pts.xml",       "lkp-old.json", "perf-stat.csv"
	};

	for (int i = 0; i < FORMATS; i++) {
		_free_ char *path = xasprintf(DATA "%s", files[i]);

		for (int format = 0; format < FORMATS; format++) {
			_free_ char *text = NULL;
			size_t len;

			assert_int_equal(text__read(path, FOREIGN_FILE_MAX, &text, &len, &err), 0);
			if (format == i)
				continue;
			if (streq(verdict_on(format, text), "fine"))
				fail_msg("%s is no file of format %d", files[i], format);
			assert_true(str_starts(err.msg, "f:") &&
				    strtoul(err.msg + 2, NULL, 10) > 0);
		}
	}
}

/* Names stay distinct even if they become the same once their characters are mapped to those of
 * kduel. */
static void test_names(void **state __unused)
{
	char text[] = "BenchmarkA/x=1 1 2 ns/op\nBenchmarkA/x_1 1 3 ns/op\nBenchmark* 1 4 ns/op\n";
	struct foreign f = { 0 };

	assert_int_equal(foreign__parse(&f, BENCHSTAT, "a b", "f", text, strlen(text), &err), 0);
	assert_value(2, &f, "a_b", "a_x_1/ns_op", 0, 0);
	assert_value(3, &f, "a_b", "a_x_1/ns_op-2", 0, 0);
	assert_value(4, &f, "a_b", "results/ns_op", 0, 0);
	foreign__release(&f);
}

/* As many names as in a hostile file; they must not be searched linearly. */
static void test_many_alike(void **state __unused)
{
	const unsigned int n = 20000;
	struct foreign f = { 0 };
	char *text = NULL, last[32];
	size_t len;
	FILE *out = xmemstream(&text, &len);

	/* Binary digits, as characters that are all mapped to '_'. */
	for (unsigned int i = 0; i < n; i++) {
		fputs("BenchmarkA", out);
		for (unsigned int bit = 1u << 14; bit; bit >>= 1)
			fputc(i & bit ? '!' : '?', out);
		fputs("x 1 2 ns/op\n", out);
	}
	fclose(out);
	assert_int_equal(foreign__parse(&f, BENCHSTAT, "a", "f", text, len, &err), 0);
	assert_int_equal(f.n_metrics, n);
	snprintf(last, sizeof(last), "ns_op-%u", n);
	assert_string_equal(f.metrics[n - 1].metric.name, last);
	foreign__release(&f);
	free(text);
}

static void test_csv(void **state __unused)
{
	struct foreign f = { 0 };
	char *csv = NULL;
	size_t len;
	FILE *out;

	take(&f, LKP, "old", "lkp-old.json");
	take(&f, LKP, "new", "lkp-new.json");
	out = xmemstream(&csv, &len);
	assert_int_equal(foreign__print_csv(&f, FOREIGN_RUN, out, &err), 0);
	fclose(out);
	assert_non_null(strstr(csv, "\nhackbench/throughput,B,5,2,0,91777.3"));
	assert_null(strstr(csv, "vmstat"));
	free(csv);
	out = xmemstream(&csv, &len);
	assert_int_equal(foreign__print_csv(&f, FOREIGN_ONE, out, &err), 0);
	fclose(out);
	assert_non_null(strstr(csv, "\nhackbench/throughput,B,1,0,2,91777.3"));
	free(csv);
	foreign__release(&f);
	assert_int_equal(foreign__check_boot(HYPERFINE, FOREIGN_RUN, &err), -EINVAL);
	assert_int_equal(foreign__check_boot(LKP, FOREIGN_RUN, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_hyperfine), TEST(test_gbench),     TEST(test_go),
		TEST(test_fastpath),  TEST(test_mmtests),    TEST(test_pts),
		TEST(test_lkp),	      TEST(test_perf),	     TEST(test_wrong_kind),
		TEST(test_names),     TEST(test_many_alike), TEST(test_csv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

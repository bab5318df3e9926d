// SPDX-License-Identifier: GPL-2.0-only
/* The collectors on the system that runs the test, and /proc/meminfo of an arm64 guest. */
/* run.sh: deadlines */
#include "collectors/collector.h"
#include "lib/meminfo.h"
#include "collectors/ptdump.h"
#include "lib/clock.h"
#include "lib/fs.h"
#include "workloads/workload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	const struct collector *col;
	struct param_set ps;
	struct job_env env;
	struct job job;
};

static void start(struct fixture *f, const char *name)
{
	f->col = collector__find(name);
	f->env = (struct job_env){ .scratch = false };
	param_set__init(&f->ps, f->col->params);
	f->job = (struct job){ .source = name, .params = &f->ps, .env = &f->env };
}

static void stop(struct fixture *f)
{
	for (size_t i = 0; i < f->job.n_samples; i++)
		assert_non_null(metric__find(f->col->metrics, f->job.samples[i].metric));
	job__release(&f->job);
	param_set__release(&f->ps);
}

static const char *fact(const struct job *job, const char *key)
{
	for (size_t i = 0; i < job->n_facts; i++)
		if (streq(job->facts[i].key, key))
			return job->facts[i].value;
	fail_msg("no fact %s", key);
	return NULL;
}

static double sample(const struct job *job, const char *metric)
{
	for (size_t i = 0; i < job->n_samples; i++)
		if (streq(job->samples[i].metric, metric))
			return job->samples[i].value;
	fail_msg("no sample of %s", metric);
	return 0;
}

static void put(struct fixture *f, const char *name, const char *text)
{
	struct err err;

	if (param_set__put(&f->ps, name, text, &err))
		fail_msg("%s", err.msg);
}

static void meminfo_unsettled(void **state __unused)
{
	struct fixture f;

	start(&f, "meminfo");
	put(&f, "settle", "false");
	assert_int_equal(f.col->collect(&f.job, COLLECT_AFTER_BOOT), 0);
	assert_string_equal(fact(&f.job, "meminfo/settled"), "off");
	assert_true(sample(&f.job, "mem_total") > 1024);
	assert_true(sample(&f.job, "mem_free") < sample(&f.job, "mem_total"));
	stop(&f);
}

static void meminfo_settles_and_says_so(void **state __unused)
{
	struct fixture f;

	start(&f, "meminfo");
	put(&f, "settle_interval", "1ms");
	put(&f, "settle_tolerance", "900M");
	assert_int_equal(f.col->collect(&f.job, COLLECT_AFTER_BOOT), 0);
	assert_true(str_starts(fact(&f.job, "meminfo/settled"), "stable after "));
	stop(&f);
}

/* The deadline passes before there can be enough stable readings. */
static void meminfo_gives_up_and_says_so(void **state __unused)
{
	uint64_t begin = clock__ns();
	struct fixture f;

	start(&f, "meminfo");
	put(&f, "settle_interval", "60ms");
	put(&f, "settle_max", "100ms");
	put(&f, "settle_tolerance", "900M");
	assert_int_equal(f.col->collect(&f.job, COLLECT_AFTER_BOOT), 0);
	assert_true(str_starts(fact(&f.job, "meminfo/settled"), "deadline after "));
	assert_true(clock__ns() - begin >= 100 * NSEC_PER_MSEC);
	stop(&f);
}

static void meminfo_of_a_guest(void **state __unused)
{
	static const char *const bad[] = {
		"MemTotal:\n",	     "MemTotal: x kB\n",  "MemTotal: 12\n",
		"MemTotal: 12 MB\n", "MemTotal: -1 kB\n", "MemTotal: 99999999999999999999 kB\n",
	};
	_free_ char *text = NULL;
	uint64_t kb;

	assert_int_equal(fs__read("tests/data/proc/meminfo-6.18-arm64.txt", 1u << 16, &text, NULL),
			 0);
	assert_int_equal(meminfo__value(text, "MemTotal", &kb), 0);
	assert_int_equal(kb, 2019752);
	assert_int_equal(meminfo__value(text, "Slab", &kb), 0);
	assert_int_equal(kb, 9216);
	assert_int_equal(meminfo__value(text, "DirectMap2M", &kb), -ENOENT);
	assert_int_equal(meminfo__value(text, "Mem", &kb), -ENOENT);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(meminfo__value(bad[i], "MemTotal", &kb), -EINVAL);
	assert_int_equal(meminfo__value("", "MemTotal", &kb), -ENOENT);
}

static void boottime_only_of_our_own_boots(void **state __unused)
{
	struct fixture f;

	start(&f, "boottime");
	f.env.agent_start_ns = 3250 * NSEC_PER_MSEC;
	assert_int_equal(f.col->collect(&f.job, COLLECT_AFTER_BOOT), -EOPNOTSUPP);
	assert_int_equal(f.job.n_samples, 0);
	f.env.scratch = true;
	assert_int_equal(f.col->collect(&f.job, COLLECT_AFTER_BOOT), 0);
	assert_true(sample(&f.job, "kernel_to_agent") == 3.25);
	stop(&f);
}

static void identity_of_this_system(void **state __unused)
{
	struct utsname u;
	struct fixture f;
	char page[32];

	start(&f, "identity");
	assert_int_equal(f.col->collect(&f.job, COLLECT_AFTER_BOOT), 0);
	assert_int_equal(uname(&u), 0);
	snprintf(page, sizeof(page), "%ld", sysconf(_SC_PAGESIZE));
	assert_string_equal(fact(&f.job, "identity/release"), u.release);
	assert_string_equal(fact(&f.job, "identity/machine"), u.machine);
	assert_string_equal(fact(&f.job, "identity/page-size"), page);
	assert_true(strlen(fact(&f.job, "identity/midr")) > 0);
	assert_true(strlen(fact(&f.job, "identity/config")) > 0);
	assert_null(strchr(fact(&f.job, "identity/cmdline"), '\n'));
	stop(&f);
}

/* If the log may be read there are facts, otherwise the reason: never an empty success. */
static void dmesg_of_this_system(void **state __unused)
{
	struct fixture f;
	int err;

	start(&f, "dmesg");
	err = f.col->collect(&f.job, COLLECT_AFTER_BOOT);
	if (err) {
		assert_int_equal(err, -EOPNOTSUPP);
		assert_non_null(strstr(f.job.err.msg, "run as root"));
	} else {
		assert_true(strlen(fact(&f.job, "dmesg/bbm")) > 0);
		assert_true(strlen(fact(&f.job, "dmesg/warnings")) > 0);
		assert_int_equal(f.col->collect(&f.job, COLLECT_AT_END), 0);
		assert_true(strlen(fact(&f.job, "dmesg/worst")) > 0);
	}
	stop(&f);
}

#define DUMP_1 "tests/data/ptdump/mode1.txt"

static void ptdump_after_boot(void **state __unused)
{
	_free_ char *text = NULL;
	struct fixture f;
	size_t len;

	start(&f, "ptdump");
	assert_int_equal(ptdump__collect(&f.job, COLLECT_AFTER_BOOT, DUMP_1), 0);
	assert_true(sample(&f.job, "linear_map.bytes_1g") == 9.0 * (1 << 30));
	assert_true(sample(&f.job, "linear_map.bytes_32m") == (960.0 + 32 + 960 + 992) * (1 << 20));
	/* 12 GiB in total; the rest is in neither 1G, 32M nor 2M. */
	assert_true(sample(&f.job, "linear_map.bytes_ro") + sample(&f.job, "linear_map.bytes_rw") ==
		    12.0 * (1 << 30));
	assert_true(sample(&f.job, "linear_map.block_share") > 99.88 &&
		    sample(&f.job, "linear_map.block_share") < 99.90);
	assert_true(sample(&f.job, "kernel.bytes_wx") == 0);
	assert_non_null(strstr(fact(&f.job, "ptdump/linear_map"), "1G 9663676416, ro "));
	assert_int_equal(f.job.n_texts, 1);
	assert_string_equal(f.job.texts[0].name, "ptdump/boot");
	assert_int_equal(fs__read(DUMP_1, 1 << 20, &text, &len), 0);
	assert_int_equal(f.job.texts[0].len, len);
	assert_memory_equal(f.job.texts[0].text, text, len);
	stop(&f);
}

/* Only the last iteration of a workload produces figures and a dump. */
static void ptdump_after_a_workload(void **state __unused)
{
	struct fixture f;

	start(&f, "ptdump");
	f.job.workload = "hackbench";
	f.job.iterations = 2;
	assert_int_equal(ptdump__collect(&f.job, COLLECT_AFTER_ITERATION, DUMP_1), 0);
	assert_int_equal(f.job.n_texts + f.job.n_samples, 0);
	f.job.iteration = 1;
	assert_int_equal(ptdump__collect(&f.job, COLLECT_AFTER_ITERATION, DUMP_1), 0);
	assert_true(sample(&f.job, "linear_map.bytes_1g") == 9.0 * (1 << 30));
	assert_string_equal(f.job.texts[0].name, "ptdump/hackbench");
	assert_int_equal(f.job.n_facts, 0);
	stop(&f);
}

static void ptdump_of_a_kernel_without(void **state __unused)
{
	struct fixture f;

	start(&f, "ptdump");
	assert_int_equal(ptdump__collect(&f.job, COLLECT_AFTER_BOOT, "/nonexistent"), 0);
	assert_int_equal(f.job.n_texts + f.job.n_samples, 0);
	assert_non_null(strstr(fact(&f.job, "ptdump/status"), "none: /nonexistent"));
	stop(&f);
	start(&f, "ptdump");
	assert_int_equal(ptdump__collect(&f.job, COLLECT_AFTER_BOOT, "/proc/meminfo"), -EINVAL);
	assert_non_null(strstr(f.job.err.msg, "expected a page-table dump"));
	stop(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ptdump_after_boot),
		cmocka_unit_test(ptdump_after_a_workload),
		cmocka_unit_test(ptdump_of_a_kernel_without),
		cmocka_unit_test(meminfo_unsettled),
		cmocka_unit_test(meminfo_settles_and_says_so),
		cmocka_unit_test(meminfo_gives_up_and_says_so),
		cmocka_unit_test(meminfo_of_a_guest),
		cmocka_unit_test(boottime_only_of_our_own_boots),
		cmocka_unit_test(identity_of_this_system),
		cmocka_unit_test(dmesg_of_this_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* The collectors schedstat, cpufreq and thermal: files as kernels print them, and artificial
 * systems. */
#include <stddef.h>
#include <stdarg.h>
#include <setjmp.h>

#include "collectors/collector.h"
#include "collectors/support/cpufreq_read.h"
#include "collectors/support/schedstat_parse.h"
#include "collectors/support/thermal_read.h"
#include "lib/fs.h"

#include <math.h>
#include <unistd.h>

#include <cmocka.h>

static void real_schedstat(void **state __unused)
{
	static const struct {
		const char *file;
		uint64_t run_ns, delay_ns, timeslices;
	} t[] = {
		{ "schedstat-6.17-arm64.txt", 25979671120, 18321704096, 1986 },
		{ "schedstat-6.18-arm64.txt", 26789516384, 14581484752, 2012 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		_free_ char *path = xasprintf("tests/data/proc/%s", t[i].file);
		_free_ char *text = NULL;
		struct schedstat s;
		struct err err;

		assert_int_equal(fs__read(path, 1u << 20, &text, NULL), 0);
		if (schedstat__parse(text, &s, &err))
			fail_msg("%s: %s", path, err.msg);
		assert_int_equal(s.cpus, 2);
		assert_int_equal(s.run_ns, t[i].run_ns);
		assert_int_equal(s.delay_ns, t[i].delay_ns);
		assert_int_equal(s.timeslices, t[i].timeslices);
		assert_true(s.wakeups >= s.local_wakeups && s.schedules >= s.idles);
	}
}

static void other_schedstat(void **state __unused)
{
	static const struct {
		const char *text, *want;
		int ret;
	} t[] = {
		{ "version 15\ntimestamp 1\ncpu0 1 0 2 3 4 5 6 7 8\n", "", 0 },
		{ "version 17\ncpu0 1 0 2 3 4 5 6 7 8", "not the line of a CPU", -EINVAL },
		{ "version 14\ncpu0 1 0 2 3 4 5 6 7 8\n", "version 14, known are 15 to 17",
		  -EPROTO },
		{ "version 18\ncpu0 1 0 2 3 4 5 6 7 8 9\n", "version 18", -EPROTO },
		{ "version 17\ncpu0 1 0 2 3 4 5 6 7 8 9\n", "not the line of a CPU: 'cpu0 1 0",
		  -EINVAL },
		{ "version 17\ncpu0 1 0 2 3 4 5 6 7\n", "not the line of a CPU", -EINVAL },
		{ "version 17\ncpu0 1 0 2 3 4 5 6 -7 8\n", "not the line of a CPU", -EINVAL },
		{ "version 17\ncpux 1 0 2 3 4 5 6 7 8\n", "not the line of a CPU", -EINVAL },
		{ "version 17\ncpu0 1 0 2 3 4 5 6 7 99999999999999999999\n", "not the line",
		  -EINVAL },
		{ "version 17\ntimestamp 1\n", "no line of a CPU", -EINVAL },
		{ "version x\n", "no line 'version'", -EINVAL },
		{ "", "no line 'version'", -EINVAL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct err err = { "" };
		struct schedstat s;

		assert_int_equal(schedstat__parse(t[i].text, &s, &err), t[i].ret);
		if (t[i].ret && !strstr(err.msg, t[i].want))
			fail_msg("%zu: %s", i, err.msg);
		if (!t[i].ret)
			assert_true(s.run_ns == 6 && s.delay_ns == 7 && s.timeslices == 8);
	}
}

struct tree {
	char root[64];
};

static void put(const struct tree *t, const char *path, const char *text)
{
	_free_ char *full = xasprintf("%s/sys/%s", t->root, path);
	_free_ char *dir = xstrdup(full);

	*strrchr(dir, '/') = '\0';
	assert_int_equal(fs__mkdir_p(dir), 0);
	assert_int_equal(fs__write_atomic(full, text, strlen(text)), 0);
}

static struct tree plant(void)
{
	struct tree t = { "/tmp/kduel-unit-XXXXXX" };

	assert_non_null(mkdtemp(t.root));
	return t;
}

static void frequencies(void **state __unused)
{
	struct tree t = plant();
	struct cpufreq a, b;

	cpufreq__read(t.root, &a);
	assert_int_equal(a.cpus, 0);
	assert_true(isnan(cpufreq__mean(&a, &a)));
	put(&t, "devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "3000000\n");
	put(&t, "devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "1500000\n");
	put(&t, "devices/system/cpu/cpu2/cpufreq/scaling_cur_freq", "<unknown>\n");
	put(&t, "devices/system/cpu/cpufreq/policy0/stats/time_in_state",
	    "1000000 10\n3000000 5\n");
	put(&t, "devices/system/cpu/cpufreq/policy1/stats/time_in_state", "1000000 0\n");
	cpufreq__read(t.root, &a);
	assert_int_equal(a.cpus, 2);
	assert_true(a.mean_mhz == 2250 && a.lowest_mhz == 1500);
	/* 10 ticks at 1 GHz and 30 at 3 GHz have passed. */
	put(&t, "devices/system/cpu/cpufreq/policy0/stats/time_in_state",
	    "1000000 20\n3000000 35\n");
	cpufreq__read(t.root, &b);
	assert_true(fabs(cpufreq__mean(&a, &b) - 2500) < 1e-9);
	a = b;
	assert_false(cpufreq__add_states("1000 1\n   From  :    To\n", &b));
	assert_false(cpufreq__add_states("1000 1 2\n", &b));
	assert_true(b.ticks == a.ticks && b.mhz_ticks == a.mhz_ticks);
	fs__rm_rf(t.root);
}

static void heat(void **state __unused)
{
	struct tree t = plant();
	struct thermal h;

	thermal__read(t.root, &h);
	assert_false(h.has_cores || h.has_packages || h.has_zones);
	for (int i = 0; i < 4; i++) {
		_free_ char *dir = xasprintf("devices/system/cpu/cpu%d", i);
		_free_ char *core = xasprintf("%s/thermal_throttle/core_throttle_count", dir);
		_free_ char *ms = xasprintf("%s/thermal_throttle/core_throttle_total_time_ms", dir);
		_free_ char *pkg = xasprintf("%s/thermal_throttle/package_throttle_count", dir);
		_free_ char *id = xasprintf("%s/topology/physical_package_id", dir);

		put(&t, core, "2\n");
		put(&t, ms, "100\n");
		put(&t, pkg, i < 2 ? "7\n" : "11\n");
		put(&t, id, i < 2 ? "0\n" : "1\n");
	}
	put(&t, "devices/system/cpu/cpufreq/nothing", "1\n");
	put(&t, "class/thermal/thermal_zone0/temp", "45000\n");
	put(&t, "class/thermal/thermal_zone10/temp", "-5000\n");
	put(&t, "class/thermal/thermal_zone2/temp", "51500\n");
	put(&t, "class/thermal/cooling_device0/temp", "99000\n");
	thermal__read(t.root, &h);
	assert_true(h.has_cores && h.has_packages && h.has_zones);
	assert_int_equal(h.cores, 8);
	assert_int_equal(h.core_ms, 400);
	assert_int_equal(h.packages, 18); /* once per package, however many CPUs it has */
	assert_int_equal(h.package_ms, 0);
	assert_true(h.hottest == 51.5);
	fs__rm_rf(t.root);
}

/* On this system each of them counts, or reports why it does not. */
static void on_this_system(void **state __unused)
{
	static const char *const names[] = { "schedstat", "cpufreq", "thermal" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct collector *col = collector__find(names[i]);
		struct param_set none = { 0 };
		struct job_env env = { 0 };
		struct job job = {
			.source = names[i], .params = &none, .env = &env, .iterations = 1
		};

		assert_non_null(col);
		assert_int_equal(col->collect(&job, COLLECT_BEFORE_ITERATION), 0);
		assert_int_equal(col->collect(&job, COLLECT_AFTER_ITERATION), 0);
		if (!job.n_samples) {
			assert_int_equal(job.n_facts, 1);
			assert_true(str_ends(job.facts[0].key, "/status"));
			assert_true(str_starts(job.facts[0].value, "unsupported: "));
		}
		col->release(&job);
		job__release(&job);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_schedstat), cmocka_unit_test(other_schedstat),
		cmocka_unit_test(frequencies),	  cmocka_unit_test(heat),
		cmocka_unit_test(on_this_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

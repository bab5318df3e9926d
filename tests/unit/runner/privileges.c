// SPDX-License-Identifier: GPL-2.0-only
/* Measurements that users may not do, by /proc of a laptop, of a server, and of root. */
#include <stddef.h>
#include <stdarg.h>
#include <setjmp.h>

#include "lib/fs.h"
#include "runner/host/privileges.h"

#include <unistd.h>

#include <cmocka.h>

static void put(const char *root, const char *path, const char *text)
{
	_free_ char *full = xasprintf("%s/%s", root, path), *dir = xstrdup(full);

	*strrchr(dir, '/') = '\0';
	assert_int_equal(fs__mkdir_p(dir), 0);
	assert_int_equal(fs__write_atomic(full, text, strlen(text)), 0);
}

/* The sentences for a user with these capabilities, one per line; caller frees. */
static char *lacks(const char *caps, const char *paranoid, const char *dmesg)
{
	char root[] = "/tmp/kduel-priv-XXXXXX";
	_free_ char *status = xasprintf("Name:\tcat\nCapEff:\t%s\nNoNewPrivs:\t0\n", caps);
	struct strvec v = { 0 };
	char *text;

	assert_non_null(mkdtemp(root));
	put(root, "proc/self/status", status);
	put(root, "proc/sys/kernel/perf_event_paranoid", paranoid);
	put(root, "proc/sys/kernel/dmesg_restrict", dmesg);
	privileges__lacks(root, &v);
	text = strvec__join(&v, "\n");
	strvec__release(&v);
	fs__rm_rf(root);
	return text;
}

static void root_lacks_nothing(void **state __unused)
{
	_free_ char *text = lacks("000001ffffffffff", "4\n", "1\n");

	assert_string_equal(text, "");
}

static void each_level_takes_its_share(void **state __unused)
{
	_free_ char *four = lacks("0000000000000000", "4\n", "1\n");
	_free_ char *two = lacks("0000000000000000", "2\n", "0\n");
	_free_ char *one = lacks("0000000000000000", "1\n", "0\n");
	_free_ char *open = lacks("0000000000000000", "-1\n", "0\n");

	assert_non_null(strstr(four, "no performance counters (kernel.perf_event_paranoid is 4)"));
	assert_non_null(strstr(four, "CAP_SYSLOG or sysctl kernel.dmesg_restrict=0"));
	assert_non_null(strstr(two, "or of the kernel"));
	assert_null(strstr(two, "kernel log"));
	assert_non_null(strstr(one, "no counters of whole CPUs, only of own processes "
				    "(kernel.perf_event_paranoid is 1)"));
	assert_null(strstr(open, "perf_event_paranoid"));
}

/* The capability is CAP_PERFMON, number 38. */
static void a_capability_allows_counters(void **state __unused)
{
	_free_ char *text = lacks("0000004000000000", "4\n", "0\n");

	assert_null(strstr(text, "perf_event_paranoid"));
	assert_non_null(strstr(text, "or create devices: root is needed"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_lacks_nothing),
		cmocka_unit_test(each_level_takes_its_share),
		cmocka_unit_test(a_capability_allows_counters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

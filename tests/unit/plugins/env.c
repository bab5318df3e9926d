// SPDX-License-Identifier: GPL-2.0-only
/* The fingerprint of a system, from files of /proc and /sys as real machines have them. */
#include <stddef.h>
#include <stdarg.h>
#include <setjmp.h>

#include "collectors/support/env_read.h"
#include "lib/fs.h"

#include <unistd.h>

#include <cmocka.h>

struct seen {
	char *keys[32], *values[32];
	size_t n;
};

static void see(void *arg, const char *key, const char *value)
{
	struct seen *s = arg;

	assert_true(s->n < ARRAY_SIZE(s->keys));
	assert_true(*value != '\0');
	s->keys[s->n] = xstrdup(key);
	s->values[s->n++] = xstrdup(value);
}

static const char *seen(const struct seen *s, const char *key)
{
	for (size_t i = 0; i < s->n; i++)
		if (streq(s->keys[i], key))
			return s->values[i];
	fail_msg("no fact %s", key);
	return NULL;
}

static void release(struct seen *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->keys[i]);
		free(s->values[i]);
	}
	s->n = 0;
}

static void put(const char *root, const char *path, const char *text)
{
	_free_ char *full = xasprintf("%s%s", root, path), *dir = xstrdup(full);

	*strrchr(dir, '/') = '\0';
	assert_int_equal(fs__mkdir_p(dir), 0);
	assert_int_equal(fs__write_atomic(full, text, strlen(text)), 0);
}

#define CPU "/sys/devices/system/cpu/"

/* As on a machine with two clusters; the files are laid out as in Linux 6.12. */
static void fill(const char *root)
{
	put(root, "/proc/sys/kernel/randomize_va_space", "2\n");
	put(root, "/proc/sys/kernel/numa_balancing", "1\n");
	put(root, "/proc/cpuinfo",
	    "processor\t: 0\nmodel name\t: AMD EPYC\nmicrocode\t: 0x1000065\n\n"
	    "processor\t: 1\nmodel name\t: AMD EPYC\nmicrocode\t: 0x1000066\n");
	put(root, "/proc/meminfo", "MemTotal:       24642560 kB\nMemFree:        1 kB\n");
	put(root, "/proc/swaps",
	    "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
	    "/dev/sda2                               partition\t8388604\t\t0\t\t-2\n");
	put(root, "/proc/modules",
	    "xfs 1843200 1 - Live 0x0000000000000000\n"
	    "dm_crypt 61440 0 - Live 0x0000000000000000\n");
	put(root, CPU "cpu0/cpufreq/scaling_governor", "performance\n");
	put(root, CPU "cpu1/cpufreq/scaling_governor", "schedutil\n");
	put(root, CPU "intel_pstate/no_turbo", "1\n");
	put(root, CPU "vulnerabilities/meltdown", "Not affected\n");
	put(root, CPU "vulnerabilities/l1tf", "Mitigation: PTE Inversion\n");
	put(root, "/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
	put(root, "/sys/class/dmi/id/bios_vendor", "SeaBIOS\n");
	put(root, "/sys/class/dmi/id/bios_version", "1.16\n");
	put(root, "/proc/device-tree/model", "linux,dummy-virt");
}

static void a_system_in_files(void **state __unused)
{
	char root[] = "/tmp/kduel-env-XXXXXX";
	struct seen s = { .n = 0 };

	assert_non_null(mkdtemp(root));
	fill(root);
	env__read(root, see, &s);
	assert_string_equal(seen(&s, "aslr"), "2");
	assert_string_equal(seen(&s, "boost"), "off");
	assert_string_equal(seen(&s, "cpu"), "AMD EPYC");
	assert_string_equal(seen(&s, "microcode"), "0x1000065 x 1, 0x1000066 x 1");
	assert_string_equal(seen(&s, "memory"), "24320 MiB");
	assert_string_equal(seen(&s, "governor"), "performance x 1, schedutil x 1");
	assert_string_equal(seen(&s, "firmware"), "SeaBIOS 1.16");
	assert_string_equal(seen(&s, "hardware"), "linux,dummy-virt");
	assert_string_equal(seen(&s, "thp"), "madvise");
	assert_string_equal(seen(&s, "modules"), "2: dm_crypt xfs");
	assert_string_equal(seen(&s, "mitigations"),
			    "l1tf: Mitigation: PTE Inversion; meltdown: Not affected");
	assert_true(strstr(seen(&s, "swap"), " in 1 area") != NULL);
	assert_string_equal(seen(&s, "smt"), "absent");
	release(&s);
	fs__rm_rf(root);
}

/* The keys are always the same, whatever the system has: a missing fact could not be compared. */
static void nothing_at_all(void **state __unused)
{
	struct seen none = { .n = 0 }, here = { .n = 0 };

	env__read("/nonexistent", see, &none);
	env__read("", see, &here);
	assert_int_equal(none.n, here.n);
	for (size_t i = 0; i < none.n; i++) {
		assert_string_equal(none.keys[i], here.keys[i]);
		assert_string_equal(none.values[i], "absent");
	}
	assert_string_not_equal(seen(&here, "memory"), "absent");
	release(&none);
	release(&here);
}

static void texts(void **state __unused)
{
	char plain[] = "2", cut[] = "a [b";
	_free_ char *none = env__swaps("Filename Type Size Used Priority\n");
	_free_ char *no_cpu = env__cpuinfo("processor : 0\n", "microcode");
	_free_ char *prefix = env__cpuinfo("model name x: 1\nmodel name: 2\n", "model name");
	_free_ char *guest = env__memory("MemTotal:        2019756 kB\n");
	_free_ char *other = env__memory("MemTotal:        2023800 kB\n");

	assert_string_equal(env__chosen(plain), "2");
	assert_string_equal(env__chosen(cut), "a [b");
	assert_string_equal(none, "none");
	assert_null(no_cpu);
	assert_string_equal(prefix, "2");
	/* Memory that the kernel reserves for itself does not make the machine different. */
	assert_string_equal(guest, "2048 MiB");
	assert_string_equal(other, guest);
	assert_null(env__memory("MemFree: 3 kB\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_system_in_files),
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

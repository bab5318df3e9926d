// SPDX-License-Identifier: GPL-2.0-only
/* The CPU table: the one that is shipped, the -cpu arguments made from it, and invalid tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "runner/config/cpus.h"
#include "runner/host/paths.h"

#include <unistd.h>

static struct cpus *shipped(void)
{
	struct cpus *cpus;
	struct err err;
	int ret = cpus__load(&cpus, &err);

	if (ret)
		print_error("%s\n", err.msg);
	assert_int_equal(ret, 0);
	return cpus;
}

static void shipped_names_become_qemu_models(void **state)
{
	static const struct {
		const char *name, *arg;
	} want[] = {
		{ "ampereone", "max,midr=0xc00fac30,pauth=off" },
		{ "max", "max,pauth=off" },
		{ "neoverse-v3", "max,midr=0x410fd842,pauth=off" },
		{ "neoverse-n3", "max,midr=0x410fd8e0,pauth=off" },
		{ "cortex-x4", "max,midr=0x410fd823,pauth=off" },
		{ "cortex-x4-r0p1", "max,midr=0x410fd821,pauth=off" },
		{ "neoverse-n1", "neoverse-n1" }, /* has no property `pauth` */
		{ "neoverse-v1", "neoverse-v1,pauth=off" },
		{ "neoverse-n2", "neoverse-n2,pauth=off" },
		{ "cortex-a57", "cortex-a57" },
		{ "cortex-a72", "cortex-a72" },
		{ "cortex-a76", "cortex-a76" },
		{ "cortex-a710", "cortex-a710,pauth=off" },
		{ "a64fx", "a64fx" },
		{ "host", "host" },
	};
	struct cpus *cpus = shipped();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		const struct cpu_model *m = cpus__find(cpus, want[i].name, NULL);
		_free_ char *arg = NULL;

		assert_non_null(m);
		arg = cpu_model__arg(m, false);
		assert_string_equal(arg, want[i].arg);
		assert_true(m->kvm == streq(want[i].name, "host"));
		assert_true(strvec__has(&cpus->names, want[i].name));
	}
	assert_int_equal(cpus->n, cpus->names.n);
	assert_null(cpus__find(cpus, "AmpereOne", NULL));
	cpus__free(cpus);
	cpus__free(NULL);
}

/* The same name stands for different models on different architectures. On amd64, exact mode turns off
 * fast string instructions, of which each iteration would count. */
static void names_are_of_an_architecture(void **state)
{
	static const struct {
		const char *name, *arch, *timed, *exact;
	} want[] = {
		{ "max", "arm64", "max,pauth=off", "max,pauth=off" },
		{ "max", "amd64", "max", "max,erms=off,fsrm=off,fsrs=off,fzrm=off,fsrc=off" },
		{ "epyc-milan", "amd64", "EPYC-Milan",
		  "EPYC-Milan,erms=off,fsrm=off,fsrs=off,fzrm=off,fsrc=off" },
	};
	struct cpus *cpus = shipped();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		const struct cpu_model *m = cpus__find(cpus, want[i].name, want[i].arch);
		_free_ char *timed = cpu_model__arg(m, false), *exact = cpu_model__arg(m, true);

		assert_string_equal(timed, want[i].timed);
		assert_string_equal(exact, want[i].exact);
	}
	assert_null(cpus__find(cpus, "ampereone", "amd64"));
	assert_null(cpus__find(cpus, "haswell", "arm64"));
	/* RDRAND is the only way for a seed to reach an amd64 guest. */
	assert_true(cpus__find(cpus, "max", "amd64")->rdrand);
	assert_false(cpus__find(cpus, "qemu64", "amd64")->rdrand);
	cpus__free(cpus);
}

static void releases_compare_as_numbers(void **state)
{
	struct cpus *cpus = shipped();
	const struct cpu_model *v1 = cpus__find(cpus, "neoverse-v1", "arm64");
	struct err err;

	(void)state;
	assert_string_equal(v1->min_qemu, "8.1");
	assert_int_equal(cpu_model__check_qemu(v1, "8.1", &err), 0);
	assert_int_equal(cpu_model__check_qemu(v1, "8.2.4", &err), 0);
	assert_int_equal(cpu_model__check_qemu(v1, "10.0.2", &err), 0);
	assert_int_equal(cpu_model__check_qemu(v1, "7.2.22", &err), -EOPNOTSUPP);
	assert_string_equal(err.msg, "CPU 'neoverse-v1' needs QEMU 8.1 or newer, found 7.2.22");
	assert_int_equal(cpu_model__check_qemu(v1, "8.0.5", &err), -EOPNOTSUPP);
	assert_int_equal(cpu_model__check_qemu(v1, "unknown", &err), -EOPNOTSUPP);
	assert_int_equal(cpu_model__check_qemu(v1, "", NULL), -EOPNOTSUPP);
	cpus__free(cpus);
}

static void wrong_tables_are_refused(void **state)
{
#define CPU "- {name: a, model: max, min_qemu: 6.0, note: n"
	static const struct {
		const char *text, *want;
	} bad[] = {
		{ "", "t:1:1: the file is empty" },
		{ "cpus: 3", "t:1:7: 'cpus' must be a list, found a single value" },
		{ "cpu: []", "t:1:1: unknown key 'cpu' in the CPU table, did you mean 'cpus'?\n"
			     "t:1:1: the CPU table lacks 'cpus'" },
		{ "cpus:\n- {model: max, min_qemu: 6.0, note: n}", "t:2:3: a CPU lacks 'name'" },
		{ "cpus:\n" CPU "}\n" CPU "}", "t:3:3: CPU 'a' is defined twice" },
		{ "cpus:\n" CPU ", midr: c00fac30}",
		  "t:2:3: 'midr' must be a register value such as 0xc00fac30, not 'c00fac30'" },
		{ "cpus:\n" CPU ", midr: 0x}",
		  "t:2:3: 'midr' must be a register value such as 0xc00fac30, not '0x'" },
		{ "cpus:\n" CPU ", midr: \"0xc,x=y\"}",
		  "t:2:3: 'midr' must be a register value such as 0xc00fac30, not '0xc,x=y'" },
		{ "cpus:\n- {name: a, model: max, min_qemu: new, note: n}",
		  "t:2:3: 'min_qemu' must be a release such as 8.1, not 'new'" },
		{ "cpus:\n" CPU ", arch: x86}", "t:2:3: 'arch' must be arm64 or amd64, not 'x86'" },
		{ "cpus:\n" CPU ", rdrand: true}",
		  "t:2:3: 'rdrand' is for CPUs of amd64, not of arm64" },
		{ "cpus:\n" CPU ", arch: amd64, midr: 0x1}",
		  "t:2:3: 'midr' and 'pauth' are for CPUs of arm64, not of amd64" },
		{ "cpus:\n" CPU ", pauth: on}", "t:2:56: 'pauth' must be true or false, not 'on'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct cpus *cpus;
		struct err err;
		const char *text = bad[i].text;

		assert_int_equal(cpus__parse("t", text, strlen(text), &cpus, &err), -EINVAL);
		assert_string_equal(err.msg, bad[i].want);
		assert_null(cpus);
	}
}

static void the_variable_names_the_directory(void **state)
{
	char dir[] = "/tmp/kduel-where-XXXXXX";
	struct cpus *cpus;
	struct err err;

	(void)state;
	assert_non_null(mkdtemp(dir));
	_free_ char *file = xasprintf("%s/cpus.yaml", dir);

	setenv("KDUEL_CONFIG_DIR", dir, 1);
	assert_null(paths__config("cpus.yaml"));
	assert_int_equal(cpus__load(&cpus, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "KDUEL_CONFIG_DIR"));
	assert_int_equal(fs__write_atomic(file, "cpus: [x]", 9), 0);
	_free_ char *found = paths__config("cpus.yaml");

	assert_string_equal(found, file);
	assert_int_equal(cpus__load(&cpus, &err), -EINVAL);
	setenv("KDUEL_CONFIG_DIR", "configs", 1);
	assert_int_equal(fs__rm_rf(dir), 0);
}

static void the_program_knows_its_place(void **state)
{
	_free_ char *dir = paths__exe_dir();

	(void)state;
	assert_non_null(dir);
	assert_int_equal(dir[0], '/');
	assert_true(fs__exists(dir));
	unsetenv("KDUEL_CONFIG_DIR");
	assert_null(paths__config("no-such-file"));
	setenv("KDUEL_CONFIG_DIR", "configs", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shipped_names_become_qemu_models),
		cmocka_unit_test(names_are_of_an_architecture),
		cmocka_unit_test(releases_compare_as_numbers),
		cmocka_unit_test(wrong_tables_are_refused),
		cmocka_unit_test(the_variable_names_the_directory),
		cmocka_unit_test(the_program_knows_its_place),
	};

	setenv("KDUEL_CONFIG_DIR", "configs", 1);
	return cmocka_run_group_tests_name("runner/cpus", tests, NULL, NULL);
}

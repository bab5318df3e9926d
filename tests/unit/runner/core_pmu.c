// SPDX-License-Identifier: GPL-2.0-only
/* Event tables in configs/cores: those that are shipped, how they are found for a CPU, and invalid
 * files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "runner/config/core.h"
#include "runner/plan/perf.h"
#include "runner/plan/read.h"

static void each_cpu_finds_its_table(void **state __unused)
{
	static const struct {
		const char *cpu, *core;
		enum pmc_event event;
		uint64_t code;
	} want[] = {
		{ "0x410fd0c0", "neoverse-n1", PMC_dtlb_walk, 0x34 },
		{ "0x410fd490", "neoverse-n2", PMC_dtlb_steps, 0 },
		{ "0x410fd400", "neoverse-v1", PMC_l2_tlb_refill, 0x2d },
		{ "0x410fd4f0", "neoverse-v2", PMC_instructions, 0x08 },
		{ "0x410fd830", "neoverse-v3", PMC_dtlb_walk_large, 0x8138 },
		{ "0x410fd8e0", "neoverse-n3", PMC_dtlb_walk_small, 0x813a },
		{ "0xc00fac30", "ampereone", PMC_dtlb_steps, 0xd80d },
		{ "0xc00fac30", "ampereone", PMC_stall_backend_tlb, 0xd20e },
		{ "0xc00fac40", "ampereonex", PMC_stall_backend_tlb, 0x8167 },
		{ "GenuineIntel-6-85", "intel-skylake", PMC_dtlb_walk, 0x0e08 },
		{ "GenuineIntel-6-106", "intel-skylake", PMC_dtlb_walk, 0x0e08 },
		{ "GenuineIntel-6-143", "intel-sapphirerapids", PMC_dtlb_walk, 0x0e12 },
		{ "AuthenticAMD-25-17", "amd-zen", PMC_dtlb_walk, 0xf045 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		struct core_pmu pmu;
		struct err err;
		char *name = core__find_pmu(want[i].cpu, &pmu, &err);

		assert_non_null(name);
		assert_string_equal(name, want[i].core);
		assert_int_equal(pmu.codes[want[i].event], want[i].code);
		assert_true(strlen(pmu.source) > 20);
		free(name);
		core_pmu__release(&pmu);
	}
}

static void other_cpus_find_none(void **state __unused)
{
	static const char *const none[] = { "0x410fd4e0", "GenuineIntel-6-8", "GenuineIntel-6-1430",
					    "AuthenticAMD-21-2", "" };

	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		struct core_pmu pmu;
		struct err err;

		assert_null(core__find_pmu(none[i], &pmu, &err));
		assert_string_equal(err.msg, "");
		core_pmu__release(&pmu);
	}
}

static void names_of_cpus(void **state __unused)
{
	static const struct {
		const char *midr, *info, *want;
	} t[] = {
		{ "0x00000000413fd0c1\n", NULL, "0x410fd0c0" }, /* Graviton2: r3p1 */
		{ "0x00000000c00fac30\n", NULL, "0xc00fac30" },
		{ NULL,
		  "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 17\n"
		  "model name\t: AMD EPYC\n",
		  "AuthenticAMD-25-17" },
		{ "junk", NULL, NULL },
		{ NULL, "processor : 0\nCPU implementer : 0x41\n", NULL },
		{ NULL, "", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char *got = core_pmu__cpu(t[i].midr, t[i].info);

		if (t[i].want) {
			assert_non_null(got);
			assert_string_equal(got, t[i].want);
		} else {
			assert_null(got);
		}
		free(got);
	}
}

#define HEAD "name: x\nnote: \"y\"\n"
#define PMU HEAD "pmu:\n  source: \"s\"\n  cpu: [\"0x410fd0c0\"]\n"

static void mistakes_have_their_place(void **state __unused)
{
	static const struct {
		const char *text, *where, *what;
	} t[] = {
		{ PMU "  events:\n    dtlb_wlak: 0x34\n",
		  "x.yaml:7:5: ", "did you mean 'dtlb_walk'" },
		{ PMU "  events:\n    dtlb_walk: many\n", "x.yaml:7:16: ", "'many'" },
		{ PMU "  events:\n    dtlb_walk: [1]\n", "x.yaml:7:16: ", "a list" },
		{ PMU "  events:\n    page_faults: 2\n", "x.yaml:7:", "page_faults" },
		{ PMU "  events: 7\n", "x.yaml:6:11: ", "events" },
		{ PMU, "x.yaml:4:3: ", "events" },
		{ HEAD "pmu:\n  source: \"s\"\n  cpu: [\"0x413fd0c1\"]\n  events: {cycles: 0x11}\n",
		  "x.yaml:4:3: ", "without variant and revision" },
		{ HEAD
		  "pmu:\n  source: \"s\"\n  cpus: [\"0x410fd0c0\"]\n  events: {cycles: 0x11}\n",
		  "x.yaml:5:3: ", "did you mean 'cpu'" },
		{ HEAD, "x.yaml:1:1: ", "'tlb', 'pmu' or both" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct core core;
		struct err err;

		assert_int_equal(core__parse("x.yaml", t[i].text, strlen(t[i].text), NULL, &core,
					     &err),
				 -EINVAL);
		if (!strstr(err.msg, t[i].where) || !strstr(err.msg, t[i].what))
			fail_msg("%zu: %s", i, err.msg);
	}
}

static void tables_travel(void **state __unused)
{
	uint64_t codes[PMC_MAX];
	struct core core;
	struct err err;
	char *table;

	assert_int_equal(core__load("ampereone", &core, &err), 0);
	table = core_pmu__table(&core.pmu);
	assert_int_equal(pmc__parse_table(table, codes, &err), 0);
	assert_memory_equal(codes, core.pmu.codes, sizeof(codes));
	free(table);
	core__release(&core);
}

static const char *param_of(const char *target, const char *more, const char *name,
			    struct plan **plan)
{
	_free_ char *text =
		xasprintf("name: t\n%s\nvariants:\n  - {name: a, cpu: ampereone, kernel: "
			  "{packages: [x], suites: [y]}}\nworkloads: [boot]\n"
			  "collectors: [perf%s]\nboots: 1\nseed: 1\n",
			  target, more);
	struct plan_diag diag = { 0 };

	if (plan__parse("p.yaml", text, strlen(text), plan, &diag))
		fail_msg("%s", diag.msgs.v[0]);
	for (size_t i = 0; i < (*plan)->n_collectors; i++)
		if (streq((*plan)->collectors[i].col->name, "perf"))
			return param_set__get(&(*plan)->collectors[i].params, name)->text;
	fail();
	return NULL;
}

/* An emulated CPU gets no table, whatever its MIDR: it only has architected events. */
static void no_table_under_emulation(void **state __unused)
{
	struct plan *plan;

	assert_string_equal(param_of("target: {kind: qemu, cpus: 1}", "", "table", &plan), "");
	plan__free(plan);
	assert_string_equal(param_of("exact: true\ntarget: {kind: qemu, cpus: 1}", "", "hardware",
				     &plan),
			    "");
	plan__free(plan);
	assert_non_null(strstr(param_of("exact: true\ntarget: {kind: qemu, cpus: 2}", "",
					"hardware", &plan),
			       "whole machine"));
	plan__free(plan);
}

/* The CPU of a real machine is known only after copying files of the machine into a directory. */
static void the_machines_table(void **state __unused)
{
	static const char *const cores[][2] = { { "", "neoverse-n1" },
						{ ": {core: ampereone}", "ampereone" } };

	for (size_t i = 0; i < ARRAY_SIZE(cores); i++) {
		_free_ char *text = xasprintf("name: t\ntarget: {kind: ssh, machine: m}\n"
					      "variants: [{name: a}]\nworkloads: [hackbench]\n"
					      "collectors: [perf%s]\nboots: 1\n",
					      cores[i][0]);
		_cleanup_(plan__freep) struct plan *plan = NULL;
		struct plan_diag diag = { 0 };
		char root[] = "/tmp/kduel-core-XXXXXX";
		_free_ char *dir = NULL, *midr = NULL;
		const struct param_set *params;
		struct err err;

		if (plan__parse("p.yaml", text, strlen(text), &plan, &diag))
			fail_msg("%s", diag.msgs.v[0]);
		assert_non_null(mkdtemp(root));
		params = &plan->collectors[0].params;
		/* The CPU of this host must not be used. */
		if (!i)
			assert_string_equal(param_set__get(params, "table")->text, "");
		assert_int_equal(plan_perf__use_machine(plan, root, &err), 0);
		dir = xasprintf("%s/sys/devices/system/cpu/cpu0/regs/identification", root);
		assert_int_equal(fs__mkdir_p(dir), 0);
		midr = xasprintf("%s/midr_el1", dir);
		assert_int_equal(fs__write_atomic(midr, "0x00000000413fd0c1\n", 19), 0);
		assert_int_equal(plan_perf__use_machine(plan, root, &err), 0);
		assert_string_equal(param_set__get(params, "core")->text, cores[i][1]);
		assert_non_null(strstr(param_set__get(params, "table")->text, "dtlb_walk=0x34"));
		fs__rm_rf(root);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_cpu_finds_its_table),
		cmocka_unit_test(other_cpus_find_none),
		cmocka_unit_test(names_of_cpus),
		cmocka_unit_test(mistakes_have_their_place),
		cmocka_unit_test(tables_travel),
		cmocka_unit_test(no_table_under_emulation),
		cmocka_unit_test(the_machines_table),
	};

	return setenv("KDUEL_CONFIG_DIR", "configs", 1) ||
	       cmocka_run_group_tests(tests, NULL, NULL);
}

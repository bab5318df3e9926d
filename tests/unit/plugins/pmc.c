// SPDX-License-Identifier: GPL-2.0-only
/* Which counters are grouped, what readings mean, and which events a PMU is assumed to have. */
#include "collectors/pmc/pmu.h"
#include "collectors/pmc/proof.h"
#include "lib/fs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

/* A PMU with a number of counters; events with a fixed counter need none of them. */
struct fake_pmu {
	size_t counters;
	bool fixed_cycles;
	enum pmc_event broken; /* opens but never runs */
	size_t asked;
};

static bool fits(void *arg, const struct pmc_group *g, size_t n)
{
	struct fake_pmu *pmu = arg;
	size_t used = 0;

	pmu->asked++;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < g[i].n; k++) {
			enum pmc_event e = g[i].slots[k]->spec.event;

			if (e == pmu->broken)
				return false;
			used += !pmc_event__software(e) && !(e == PMC_cycles && pmu->fixed_cycles);
		}
	return used <= pmu->counters;
}

static size_t make(struct pmc_slot *s, enum pmc_side side, const enum pmc_event *e, size_t n)
{
	for (size_t i = 0; i < n; i++)
		s[i] = (struct pmc_slot){ .spec = { .event = e[i], .side = side } };
	return n;
}

static const enum pmc_event seven[] = { PMC_instructions, PMC_cycles, PMC_dtlb_walk,	PMC_l1d_tlb,
					PMC_itlb_walk,	  PMC_l2_tlb, PMC_l2_tlb_refill };

static void groups_lead_with_instructions(void **state __unused)
{
	struct fake_pmu pmu = { .counters = 4, .fixed_cycles = true, .broken = PMC_NONE };
	struct pmc_slot s[16];
	struct pmc_group *g;
	size_t n = make(s, PMC_KERNEL, seven, ARRAY_SIZE(seven));
	size_t groups = pmc__group(s, n, fits, &pmu, &g);

	assert_int_equal(groups, 2);
	assert_int_equal(g[0].n, 5); /* the cycles have a counter of their own */
	assert_int_equal(g[1].n, 3);
	for (size_t i = 0; i < groups; i++)
		assert_ptr_equal(g[i].slots[0], &s[0]);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(s[i].status, "");
	assert_int_equal(pmc__turns(g, groups, fits, &pmu), 2);
	assert_int_equal(g[0].turn, 0);
	assert_int_equal(g[1].turn, 1);
	free(g);
}

static void sides_share_a_turn_if_they_fit(void **state __unused)
{
	static const enum pmc_event two[] = { PMC_instructions, PMC_cycles };
	static const enum pmc_event soft[] = { PMC_page_faults };
	struct fake_pmu pmu = { .counters = 4, .broken = PMC_NONE };
	struct pmc_slot s[5];
	struct pmc_group *g;
	size_t n;

	make(s, PMC_KERNEL, two, 2);
	make(s + 2, PMC_USER, two, 2);
	make(s + 4, PMC_ALL, soft, 1);
	n = pmc__group(s, 5, fits, &pmu, &g);
	assert_int_equal(n, 3);
	assert_int_equal(pmc__turns(g, n, fits, &pmu), 1);
	assert_int_equal(g[1].turn, 0);
	assert_int_equal(g[2].turn, PMC_EVERY_TURN);
	pmu.counters = 3;
	assert_int_equal(pmc__turns(g, n, fits, &pmu), 2);
	assert_int_equal(g[1].turn, 1);
	assert_int_equal(g[2].turn, PMC_EVERY_TURN);
	free(g);
}

static void what_never_runs_gets_a_status(void **state __unused)
{
	struct fake_pmu pmu = { .counters = 6, .broken = PMC_dtlb_walk };
	struct pmc_slot s[16];
	struct pmc_group *g;
	size_t n = make(s, PMC_KERNEL, seven, ARRAY_SIZE(seven));

	assert_int_equal(pmc__group(s, n, fits, &pmu, &g), 1);
	assert_int_equal(g[0].n, 6);
	assert_non_null(strstr(s[2].status, "never runs"));
	free(g);

	/* No counter at all: no group is left, and each slot says so. */
	pmu = (struct fake_pmu){ .counters = 0, .broken = PMC_NONE };
	make(s, PMC_KERNEL, seven, ARRAY_SIZE(seven));
	assert_int_equal(pmc__group(s, n, fits, &pmu, &g), 0);
	for (size_t i = 0; i < n; i++)
		assert_non_null(strstr(s[i].status, "not counted"));
	assert_int_equal(pmc__turns(g, 0, fits, &pmu), 1);
	free(g);
}

static void without_instructions_and_with_one_counter(void **state __unused)
{
	struct fake_pmu pmu = { .counters = 1, .broken = PMC_NONE };
	struct pmc_slot s[16];
	struct pmc_group *g;
	size_t n = make(s, PMC_USER, seven, 3);

	/* The leader alone, then each of the others alone: there is no counter left beside the
	 * leader. */
	assert_int_equal(pmc__group(s, n, fits, &pmu, &g), 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(g[i].n, 1);
	assert_int_equal(pmc__turns(g, 3, fits, &pmu), 3);
	free(g);

	make(s, PMC_USER, seven, 3);
	snprintf(s[0].status, sizeof(s[0].status), "unsupported");
	pmu.counters = 2;
	assert_int_equal(pmc__group(s, n, fits, &pmu, &g), 1);
	assert_int_equal(g[0].n, 2);
	assert_string_equal(s[0].status, "unsupported");
	free(g);
}

static void totals(void **state __unused)
{
	const struct pmc_reading before[] = { { 10, 100, 100 }, { 0, 50, 20 } };
	struct pmc_reading after[] = { { 1010, 1100, 1100 }, { 600, 1050, 520 } };
	struct pmc_total t;
	const char *why;

	assert_int_equal(pmc__total(before, after, 2, false, &t, &why), 0);
	assert_true(t.value == 1000 + 600 * 2.0); /* the second ran for half the time */
	assert_int_equal(t.enabled_ns, 2000);
	assert_int_equal(t.running_ns, 1500);

	after[1].running_ns = before[1].running_ns;
	assert_int_equal(pmc__total(before, after, 2, false, &t, &why), -ENODATA);
	assert_non_null(strstr(why, "never ran"));
	assert_true(t.running_ns == 0 && t.value == 0);

	/* In error state neither a counter nor its times advance. */
	after[1] = before[1];
	assert_int_equal(pmc__total(before, after, 2, false, &t, &why), -ENODATA);
	assert_non_null(strstr(why, "in error"));
	assert_int_equal(pmc__total(before, after, 2, true, &t, &why), 0);
	assert_true(t.value == 1000);
	assert_int_equal(pmc__total(before, before, 2, true, &t, &why), -ENODATA);
}

static const struct pmc_ratio *ratio(const char *name)
{
	for (size_t i = 0; i < pmc_n_ratios; i++)
		if (streq(pmc_ratios[i].name, name))
			return &pmc_ratios[i];
	fail();
	return NULL;
}

static void ratios(void **state __unused)
{
	struct pmc_total by[PMC_MAX] = { 0 }, t;

	by[PMC_instructions] = (struct pmc_total){ 2e6, 100, 100 };
	assert_int_equal(pmc_ratio__value(ratio("dtlb_walk_mpki"), by, &t), -ENODATA);
	by[PMC_dtlb_walk] = (struct pmc_total){ 500, 100, 50 };
	assert_int_equal(pmc_ratio__value(ratio("dtlb_walk_mpki"), by, &t), 0);
	assert_true(t.value == 0.25 && t.enabled_ns == 100 && t.running_ns == 50);
	by[PMC_dtlb_steps] = (struct pmc_total){ 1750, 100, 100 };
	assert_int_equal(pmc_ratio__value(ratio("dtlb_steps_per_walk"), by, &t), 0);
	assert_true(t.value == 3.5);

	by[PMC_dtlb_walk_large] = (struct pmc_total){ 30, 100, 100 };
	assert_int_equal(pmc_ratio__value(ratio("dtlb_walk_large_share"), by, &t), -ENODATA);
	by[PMC_dtlb_walk_small] = (struct pmc_total){ 10, 100, 100 };
	assert_int_equal(pmc_ratio__value(ratio("dtlb_walk_large_share"), by, &t), 0);
	assert_true(t.value == 0.75);
	/* Counted, but the counts are 0: there is no ratio, rather than 0. */
	by[PMC_dtlb_walk_large].value = by[PMC_dtlb_walk_small].value = 0;
	assert_int_equal(pmc_ratio__value(ratio("dtlb_walk_large_share"), by, &t), -ENODATA);
}

static void wanted(void **state __unused)
{
	bool want[PMC_MAX];
	struct err err;

	assert_int_equal(pmc__parse_wanted("dtlb_walk_mpki, page_faults", want, &err), 0);
	for (unsigned int i = 0; i < PMC_MAX; i++)
		assert_int_equal(want[i], i == PMC_dtlb_walk || i == PMC_instructions ||
						  i == PMC_page_faults);
	assert_int_equal(pmc__parse_wanted("all", want, &err), 0);
	assert_true(want[0] && want[PMC_MAX - 1]);
	assert_int_equal(pmc__parse_wanted("dtlb_walks", want, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "did you mean 'dtlb_walk'?"));
	assert_int_equal(pmc__parse_wanted("itlb_walk_mpk", want, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "'itlb_walk_mpki'"));
	assert_int_equal(pmc__parse_wanted(" ,", want, &err), -EINVAL);
}

static void tables(void **state __unused)
{
	static const char *const bad[] = {
		"dtlb_walk",	 "dtlb_walk=",	    "dtlb_walk=x",
		"dtlb_walk=-1",	 "dtlb_walk=0x34z", "dtlb_walk=0",
		"page_faults=2", "walks=0x34",	    "cycles=0x1ffffffffffffffff"
	};
	uint64_t codes[PMC_MAX];
	struct err err;

	assert_int_equal(pmc__parse_table("dtlb_walk=0x34 dtlb_steps=0xd80d", codes, &err), 0);
	assert_int_equal(codes[PMC_dtlb_walk], 0x34);
	assert_int_equal(codes[PMC_dtlb_steps], 0xd80d);
	assert_int_equal(codes[PMC_cycles], 0);
	assert_int_equal(pmc__parse_table("", codes, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(pmc__parse_table(bad[i], codes, &err), -EINVAL);
}

static void put(const char *root, const char *pmu, const char *file, const char *text)
{
	_free_ char *dir = xasprintf("%s/%s", root, pmu);
	_free_ char *events = xasprintf("%s/events", dir);
	_free_ char *path = xasprintf("%s/%s", dir, file);

	mkdir(dir, 0755);
	mkdir(events, 0755);
	assert_int_equal(fs__write_atomic(path, text, strlen(text)), 0);
}

static const char *judged(const struct pmc_pmu *pmu, const uint64_t *codes, enum pmc_event e,
			  struct pmc_slot *slot)
{
	*slot = (struct pmc_slot){ .spec = { .event = e } };
	pmc_pmu__judge(pmu, codes, NULL, slot);
	return slot->status;
}

/* As shown by QEMU's "max" in exact mode, and CPUs of a second kind. */
static void pmu_of_arm(void **state __unused)
{
	char root[] = "/tmp/kduel-pmu-XXXXXX";
	uint64_t codes[PMC_MAX] = { 0 };
	struct pmc_slot s;
	struct pmc_pmu pmu;

	assert_non_null(mkdtemp(root));
	put(root, "armv8_pmuv3_0", "type", "8\n");
	put(root, "armv8_pmuv3_0", "events/inst_retired", "event=0x008\n");
	put(root, "armv8_pmuv3_0", "events/cpu_cycles", "event=0x011\n");
	put(root, "armv8_pmuv3_0", "events/odd", "event=0x034,long=1\n");
	put(root, "armv8_pmuv3_1", "type", "9\n");
	put(root, "arm_cmn_0", "type", "10\n");
	put(root, "software", "type", "1\n");
	pmc_pmu__find(root, &pmu);
	assert_string_equal(pmu.name, "armv8_pmuv3_0");
	assert_true(pmu.arm && pmu.type == 8 && pmu.others == 1);

	assert_string_equal(judged(&pmu, codes, PMC_instructions, &s), "");
	assert_true(s.spec.type == 8 && s.spec.config == 8 && !s.proof);
	assert_non_null(strstr(judged(&pmu, codes, PMC_dtlb_walk, &s), "has no event 0x34"));
	assert_non_null(strstr(judged(&pmu, codes, PMC_dtlb_steps, &s), "no table"));
	codes[PMC_dtlb_steps] = 0xd80d;
	assert_string_equal(judged(&pmu, codes, PMC_dtlb_steps, &s), "");
	assert_true(s.proof && s.spec.config == 0xd80d);
	/* A table does not make a CPU count what its ID registers deny. */
	codes[PMC_dtlb_walk] = 0x34;
	assert_non_null(strstr(judged(&pmu, codes, PMC_dtlb_walk, &s), "has no event"));
	assert_string_equal(judged(&pmu, codes, PMC_page_faults, &s), "");
	assert_true(s.spec.type == 1);
	pmc_pmu__judge(&pmu, codes, "of vCPUs", &s);
	assert_string_equal(s.status, "");
	s.spec.event = PMC_instructions;
	pmc_pmu__judge(&pmu, codes, "of vCPUs", &s);
	assert_string_equal(s.status, "unsupported: of vCPUs");
	pmc_pmu__release(&pmu);
	fs__rm_rf(root);
}

static void no_pmu(void **state __unused)
{
	uint64_t codes[PMC_MAX] = { 0 };
	struct pmc_slot s;
	struct pmc_pmu pmu;

	pmc_pmu__find("/nowhere", &pmu);
	assert_non_null(strstr(judged(&pmu, codes, PMC_cycles, &s), "no PMU"));
	assert_string_equal(judged(&pmu, codes, PMC_context_switches, &s), "");
	pmc_pmu__release(&pmu);
	assert_true(pmc_code__architected(0x3f) && pmc_code__architected(0x4000));
	assert_false(pmc_code__architected(0x40) || pmc_code__architected(0x4040));
	assert_false(pmc_code__architected(0xd80d) || pmc_code__architected(0x8136));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_lead_with_instructions),
		cmocka_unit_test(sides_share_a_turn_if_they_fit),
		cmocka_unit_test(what_never_runs_gets_a_status),
		cmocka_unit_test(without_instructions_and_with_one_counter),
		cmocka_unit_test(totals),
		cmocka_unit_test(ratios),
		cmocka_unit_test(wanted),
		cmocka_unit_test(tables),
		cmocka_unit_test(pmu_of_arm),
		cmocka_unit_test(no_pmu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Deriving an A/A plan: its variants are the baseline twice, the rest is kept, and its text is complete. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "runner/plan/aa.h"

/* Parse a plan and derive the A/A plan, like `kduel aa`. */
static int parse_and_make(const char *path, const char *text, unsigned int boots,
			  struct plan **plan, struct plan_diag *diag)
{
	struct plan *old;
	int ret = plan__parse(path, text, strlen(text), &old, diag);

	*plan = NULL;
	return ret ? ret : plan_aa__make(old, boots, plan, diag);
}

static struct plan *make(const char *text, unsigned int boots)
{
	struct plan_diag diag = { 0 };
	struct plan *plan = NULL;
	int ret = parse_and_make("dir/p.yaml", text, boots, &plan, &diag);

	if (ret)
		print_error("%s\n", diag.msgs.n ? diag.msgs.v[0] : "no message");
	assert_int_equal(ret, 0);
	plan_diag__release(&diag);
	return plan;
}

static const char full[] = "name: \"trial\"\n"
			   "target: {kind: fake, memory: 4G}\n"
			   "variants:\n"
			   "  - name: new\n"
			   "    cmdline: &opts \"quiet # loglevel=3\"\n"
			   "  - {name: old, cmdline: *opts, fake: {boot_sd: 0.25}}\n"
			   "  - {name: third}\n"
			   "  - {name: fourth}\n"
			   "baseline: old\n"
			   "compare:\n"
			   "  - {title: x, candidate: new, baseline: third}\n"
			   "factorial: [{both: new, first: third, second: fourth, neither: old}]\n"
			   "workloads:\n"
			   "  - hackbench: {iterations: 7, warmup: 2}\n"
			   "collectors: []\n"
			   "boots: 3\n"
			   "seed: 99\n";

static void check_full(const struct plan *p)
{
	assert_string_equal(p->name, "trial-aa");
	assert_string_equal(p->path, "dir/p.yaml");
	assert_int_equal(p->n_variants, 2);
	assert_string_equal(p->variants[0].name, "old-a");
	assert_string_equal(p->variants[1].name, "old-b");
	assert_int_equal(p->baseline, 0);
	for (int i = 0; i < 2; i++) {
		assert_string_equal(p->variants[i].cmdline, "quiet # loglevel=3");
		assert_true(p->variants[i].fake.boot_sd == 0.25);
	}
	assert_int_equal(p->n_compares, 1);
	assert_int_equal(p->n_factorials, 0);
	assert_int_equal(p->boots, 12);
	assert_int_equal(p->seed, 99);
	assert_int_equal(p->target.memory, 4ull << 30);
	assert_int_equal(p->n_workloads, 1);
	assert_int_equal(p->workloads[0].iterations, 7);
	assert_int_equal(p->workloads[0].warmup, 2);
	assert_int_equal(p->n_collectors, 0);
}

static void baseline_twice(void **state)
{
	struct plan *p = make(full, 12);

	(void)state;
	check_full(p);
	plan__free(p);
}

/* The text of the plan can be parsed again, as --resume does. */
static void text_is_complete(void **state)
{
	struct plan *p = make(full, 12), *again = NULL;
	struct plan_diag diag = { 0 };

	(void)state;
	assert_int_equal(plan__parse(p->path, p->text, strlen(p->text), &again, &diag), 0);
	check_full(again);
	assert_string_equal(again->text, p->text);
	plan__free(again);
	plan__free(p);
}

static void single_variant(void **state)
{
	struct plan *p = make("target: {kind: fake}\nvariants: [{name: only}]\n"
			      "workloads: [boot]\n",
			      4);

	(void)state;
	assert_string_equal(p->name, "p-aa");
	assert_string_equal(p->variants[1].name, "only-b");
	assert_int_equal(p->boots, 4);
	plan__free(p);
}

static void long_names(void **state)
{
	struct plan *p;
	char name[65] = "", text[512];

	(void)state;
	memset(name, 'n', 64);
	snprintf(text, sizeof(text),
		 "name: %s\ntarget: {kind: fake}\nvariants: [{name: %s}]\n"
		 "workloads: [boot]\n",
		 name, name);
	p = make(text, 4);
	assert_int_equal(strlen(p->name), 64);
	assert_int_equal(strlen(p->variants[1].name), 64);
	plan__free(p);
}

/* Mistakes are reported with the lines of the original file. */
static void broken_plan(void **state)
{
	static const char text[] =
		"target: {kind: fake}\nvariants: [{name: a}]\nworkload: [boot]\n";
	struct plan_diag diag = { 0 };
	struct plan *p = NULL;

	(void)state;
	assert_int_equal(parse_and_make("p.yaml", text, 4, &p, &diag), -EINVAL);
	assert_null(p);
	assert_true(diag.msgs.n >= 1);
	assert_non_null(strstr(diag.msgs.v[diag.msgs.n - 1], "p.yaml:3:1:"));
	plan_diag__release(&diag);
	assert_int_equal(plan__load("/nonexistent/p.yaml", &p, &diag), -ENOENT);
	assert_null(p);
	plan_diag__release(&diag);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(baseline_twice), cmocka_unit_test(text_is_complete),
		cmocka_unit_test(single_variant), cmocka_unit_test(long_names),
		cmocka_unit_test(broken_plan),
	};

	setenv("KDUEL_CONFIG_DIR", "configs", 1);
	return cmocka_run_group_tests_name("runner/plan-aa", tests, NULL, NULL);
}

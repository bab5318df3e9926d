// SPDX-License-Identifier: GPL-2.0-only
/* Valid plans: every value is read, and every default is set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "lib/fs.h"
#include "reports/stats/factorial.h"
#include "runner/plan/read.h"

#include <glob.h>
#include <unistd.h>

#define SHORT                                                                                \
	"variants:\n- {name: a, kernel: {packages: [linux-image-6.18], suites: [trixie]}}\n" \
	"- {name: b, kernel: {packages: [linux-image-6.17], suites: [trixie]}}\n"            \
	"baseline: b\nworkloads:\n- boot\n- null\n"

static struct plan *parse(const char *text)
{
	struct plan_diag diag = { 0 };
	struct plan *plan;
	int ret = plan__parse("dir/my plan.v2.yaml", text, strlen(text), &plan, &diag);

	for (size_t i = 0; i < diag.msgs.n; i++)
		print_error("%s\n", diag.msgs.v[i]);
	assert_int_equal(ret, 0);
	assert_int_equal(diag.msgs.n, 0);
	plan_diag__release(&diag);
	return plan;
}

static void defaults_are_filled_in(void **state)
{
	struct plan *p = parse(SHORT);

	(void)state;
	assert_string_equal(p->name, "myxplan");
	assert_string_equal(p->text, SHORT);
	assert_int_equal(p->target.kind, TARGET_QEMU);
	assert_int_equal(p->target.accel, ACCEL_AUTO);
	assert_true(p->target.memory == 2ull << 30);
	assert_int_equal(p->target.cpus, 2);
	assert_int_equal(p->target.host_cpus.n, 0);
	assert_true(p->target.boot_timeout_ns == 120 * NSEC_PER_SEC);
	assert_true(p->target.agent_timeout_ns == 30 * NSEC_PER_SEC);
	assert_true(p->target.min_free == 512ull << 20);
	assert_null(p->target.qemu);
	assert_string_equal(p->variants[0].cpu, "max");
	assert_string_equal(p->variants[0].cmdline, "");
	assert_string_equal(p->variants[0].kernel.arch, "arm64");
	assert_int_equal(p->variants[0].line, 2);
	assert_int_equal(p->variants[0].col, 3);
	assert_int_equal(p->variants[0].kernel.col, 21);
	assert_int_equal(p->guest_suites.n, 2);
	assert_string_equal(p->guest_suites.v[0], "bookworm");
	assert_int_equal(p->guest_packages.n, 0);
	assert_null(p->guest_initramfs);
	assert_int_equal(p->n_collectors, 6);
	assert_string_equal(p->collectors[0].col->name, "meminfo");
	assert_int_equal(p->boots, 3);
	assert_true(p->seed == 1);
	assert_false(p->stop_on_failure);
	plan__free(p);
}

static void exact_has_defaults_of_its_own(void **state)
{
	struct plan *p = parse(SHORT);

	(void)state;
	assert_false(p->exact);
	assert_false(p->profile);
	assert_int_equal(p->parallel, 1);
	plan__free(p);
	p = parse(SHORT "exact: true\n");
	assert_true(p->exact);
	assert_true(p->profile);
	assert_int_equal(p->parallel, 0); /* as many as fit */
	assert_int_equal(p->workloads[1].iterations, 1);
	assert_int_equal(p->workloads[1].warmup, 0);
	plan__free(p);
	p = parse(SHORT "exact: true\nparallel: 3\niterations: 2\nprofile: false\n");
	assert_false(p->profile);
	assert_int_equal(p->parallel, 3);
	assert_int_equal(p->workloads[1].iterations, 2);
	plan__free(p);
	/* The TLB model becomes the innermost collector, wherever the plan lists it. */
	p = parse(SHORT "exact: true\ncollectors: [tlbmodel, dmesg, meminfo: {settle: false}]\n");
	assert_int_equal(p->n_collectors, 3);
	assert_string_equal(p->collectors[1].col->name, "meminfo");
	assert_true(param_set__get(&p->collectors[1].params, "settle")->u == 0);
	assert_string_equal(p->collectors[2].col->name, "tlbmodel");
	plan__free(p);
}

static void workloads_get_counts_and_bounds(void **state)
{
	struct plan *p = parse(SHORT);

	(void)state;
	assert_int_equal(p->n_workloads, 2);
	assert_string_equal(p->workloads[0].wl->name, "boot");
	assert_int_equal(p->workloads[0].iterations, 1); /* happens once per boot */
	assert_int_equal(p->workloads[0].warmup, 0);
	assert_int_equal(p->workloads[1].iterations, 4);
	assert_int_equal(p->workloads[1].warmup, 1);
	assert_true(p->workloads[1].max_ns == p->workloads[1].wl->iteration_max_s * NSEC_PER_SEC);
	assert_true(p->workloads[1].setup_ns == p->workloads[1].wl->setup_max_s * NSEC_PER_SEC);
	plan__free(p);
}

static uint64_t groups_of(const char *text)
{
	struct plan *p = parse(text);
	uint64_t groups = param_set__get(&p->workloads[2].params, "groups")->u;

	assert_true(p->workloads[2].max_ns == (p->full ? 20 : 1) * 120 * NSEC_PER_SEC);
	plan__free(p);
	return groups;
}

static void size_chooses_the_defaults(void **state)
{
	(void)state;
	assert_int_equal(groups_of(SHORT "- hackbench\n"), 2);
	assert_int_equal(groups_of(SHORT "- hackbench\nsize: quick\n"), 2);
	assert_int_equal(groups_of(SHORT "- hackbench\nsize: full\n"), 30);
	assert_int_equal(groups_of(SHORT "- hackbench: {groups: 3}\nsize: full\n"), 3);
}

static void every_variant_against_the_baseline(void **state)
{
	struct plan *p = parse(SHORT);

	(void)state;
	assert_int_equal(p->baseline, 1);
	assert_int_equal(p->n_compares, 1);
	assert_string_equal(p->compares[0].title, "a against b");
	assert_int_equal(p->compares[0].candidate, 0);
	assert_int_equal(p->compares[0].baseline, 1);
	plan__free(p);
}

static void values_arrive(void **state)
{
	struct plan *p = parse(
		"name: night-1\n"
		"target: {kind: fake, accel: tcg, memory: 512M, cpus: 512, host_cpus: '0,2-3',\n"
		"  boot_timeout: 1.5m, agent_timeout: 4s, min_free: 0, qemu: bin/qemu}\n"
		"variants:\n"
		"- name: a\n"
		"  cpu: ampereone\n"
		"  cmdline: \"debug_pagealloc=on # quoted\"\n"
		"  fake: {scale: 1.1, boot_sd: 0, iter_sd: 5e-3, fail: panic, fail_every: 2}\n"
		"- name: b\n"
		"- name: c\n"
		"baseline: b\n"
		"compare:\n"
		"- {title: 'effect, alone', candidate: c, baseline: a}\n"
		"- candidate: a\n"
		"guest: {suites: [trixie], packages: [strace, libc6-dev]}\n"
		"workloads:\n"
		"- null: {work: 5ms, fault: exit, iterations: 7, warmup: 0, timeout: 3s,\n"
		"    setup_timeout: 4s}\n"
		"- boot:\n"
		"collectors: [dmesg, meminfo: {settle: false}]\n"
		"boots: 1000\niterations: 10000\nwarmup: 9999\n"
		"seed: 18446744073709551615\nstop_on_failure: true\n");
	const struct plan_variant *v = &p->variants[0];
	const struct plan_workload *w = &p->workloads[0];

	(void)state;
	assert_string_equal(p->name, "night-1");
	assert_int_equal(p->target.kind, TARGET_FAKE);
	assert_int_equal(p->target.accel, ACCEL_TCG);
	assert_true(p->target.memory == 512ull << 20);
	assert_string_equal(p->target.host_cpus.v[0], "0,2-3");
	assert_true(p->target.boot_timeout_ns == 90 * NSEC_PER_SEC);
	assert_true(p->target.agent_timeout_ns == 4 * NSEC_PER_SEC);
	assert_true(p->target.min_free == 0);
	assert_string_equal(p->target.qemu, "dir/bin/qemu"); /* relative to the plan */
	assert_string_equal(v->cpu, "ampereone");
	assert_string_equal(v->cmdline, "debug_pagealloc=on # quoted");
	assert_true(v->fake.scale == 1.1 && v->fake.boot_sd == 0 && v->fake.iter_sd == 5e-3);
	assert_string_equal(v->fake.fail, "panic");
	assert_int_equal(v->fake.fail_every, 2);
	assert_true(p->variants[1].fake.scale == 1);
	assert_null(p->variants[1].fake.fail);
	assert_int_equal(p->n_compares, 2);
	assert_string_equal(p->compares[0].title, "effect, alone");
	assert_int_equal(p->compares[0].candidate, 2);
	assert_int_equal(p->compares[0].baseline, 0);
	assert_int_equal(p->compares[1].baseline, 1);
	assert_int_equal(p->guest_suites.n, 1);
	assert_int_equal(p->guest_packages.n, 2);
	assert_int_equal(w->iterations, 7);
	assert_int_equal(w->warmup, 0);
	assert_true(w->max_ns == 3 * NSEC_PER_SEC && w->setup_ns == 4 * NSEC_PER_SEC);
	assert_true(param_set__get(&w->params, "work")->u == 5 * NSEC_PER_MSEC);
	assert_string_equal(param_set__get(&w->params, "fault")->text, "exit");
	assert_int_equal(p->n_collectors, 2);
	assert_true(param_set__get(&p->collectors[1].params, "settle")->u == 0);
	assert_int_equal(p->boots, 1000);
	assert_true(p->seed == UINT64_MAX);
	assert_true(p->stop_on_failure);
	plan__free(p);
}

static void anchors_save_typing(void **state)
{
	struct plan *p = parse(
		"variants:\n"
		"- {name: a, kernel: &k {packages: [x-1], suites: [sid]}, cpu: ampereone}\n"
		"- {name: b, kernel: *k, cpu: neoverse-n1}\n"
		"baseline: b\nworkloads: [boot]\ncollectors: []\n");

	(void)state;
	assert_string_equal(p->variants[1].kernel.packages.v[0], "x-1");
	assert_int_equal(p->n_collectors, 0);
	plan__free(p);
}

static void one_variant_needs_no_baseline(void **state)
{
	struct plan *p = parse("target: {kind: fake}\nvariants: [name: only]\nworkloads: [boot]\n");

	(void)state;
	assert_int_equal(p->n_compares, 0);
	assert_int_equal(p->baseline, 0);
	plan__free(p);
}

static void host_means_kvm(void **state)
{
	struct plan *p = parse("target: {accel: kvm}\nvariants:\n"
			       "- {name: a, cpu: host, kernel: {packages: [x], suites: [sid]}}\n"
			       "workloads: [boot]\n");

	(void)state;
	assert_int_equal(p->target.accel, ACCEL_KVM);
	plan__free(p);
}

static void put(const char *dir, const char *name, const void *data, size_t len)
{
	_free_ char *path = xasprintf("%s/%s", dir, name);

	assert_int_equal(fs__write_atomic(path, data, len), 0);
}

/* An initramfs with one empty file. */
static size_t make_cpio(char *out, size_t size)
{
	static const char *const names[] = { "x", "TRAILER!!!" };
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		size_t len = strlen(names[i]) + 1;

		/* ino mode uid gid nlink mtime filesize dev(2) rdev(2) namesize check */
		n += (size_t)snprintf(out + n, size - n, "070701%08X%08X%048X%032X%08zX%08X", 1,
				      0100644, 0, 0, len, 0);
		n += (size_t)snprintf(out + n, size - n, "%s", names[i]) + 1;
		while (n % 4)
			out[n++] = '\0';
	}
	return n;
}

/* Paths are relative to the plan, not to the current directory. */
static void files_beside_the_plan(void **state)
{
	char dir[] = "/tmp/kduel-plan-XXXXXX", image[64] = { 0 }, cpio[512];
	const char *text = "variants:\n"
			   "- {name: a, kernel: {image: sub/Image, modules: sub}}\n"
			   "guest: {initramfs: sub/init.cpio}\nworkloads: [boot]\n";
	struct plan_diag diag = { 0 };
	struct plan *p;

	(void)state;
	assert_non_null(mkdtemp(dir));
	_free_ char *path = xasprintf("%s/plan.yaml", dir);
	_free_ char *sub = xasprintf("%s/sub", dir);
	_free_ char *modules = xasprintf("%s/lib/modules", sub);
	_free_ char *want = xasprintf("%s/Image", sub);

	snprintf(image + 56, sizeof(image) - 56, "ARMd"); /* the header's magic */
	assert_int_equal(fs__mkdir_p(modules), 0);
	put(sub, "Image", image, sizeof(image));
	put(sub, "init.cpio", cpio, make_cpio(cpio, sizeof(cpio)));
	put(dir, "plan.yaml", text, strlen(text));
	assert_int_equal(plan__load(path, &p, &diag), 0);
	assert_string_equal(p->variants[0].kernel.image, want);
	assert_string_equal(p->variants[0].kernel.modules, sub);
	assert_int_equal(p->variants[0].kernel.packages.n, 0);
	assert_true(str_starts(p->guest_initramfs, sub));
	assert_string_equal(p->name, "plan");
	plan__free(p);
	assert_int_equal(fs__rm_rf(dir), 0);
}

/* The rules of exec are one per line; parameters of other kinds cannot have several lines. */
static void texts_of_several_lines(void **state)
{
	struct plan *p = parse(
		"target: {kind: fake}\nvariants: [name: a]\nworkloads:\n  - exec:\n"
		"      command: make\n      metrics: |\n        a s lower regex (1)\n"
		"        b s lower regex (2)\n");
	const struct plan_workload *w = &p->workloads[0];

	(void)state;
	assert_string_equal(param_set__get(&w->params, "metrics")->text,
			    "a s lower regex (1)\nb s lower regex (2)\n");
	assert_int_equal(w->declared.n, 2);
	plan__free(p);
}

static void unions_are_sorted(void **state)
{
	struct plan *p = parse("target: {kind: fake}\nvariants: [name: a]\n"
			       "guest: {packages: [zsh, memcached]}\n"
			       "workloads: [memcached, hackbench, fio-dmcrypt, boot]\n");
	struct strvec packages = { 0 }, modules = { 0 };

	(void)state;
	plan__guest_packages(p, &packages);
	plan__modules(p, &modules);
	for (size_t i = 1; i < packages.n; i++)
		assert_true(strcmp(packages.v[i - 1], packages.v[i]) < 0);
	assert_true(strvec__has(&packages, "zsh"));
	assert_true(strvec__has(&packages, "memcached"));
	assert_true(strvec__has(&packages, "fio"));
	assert_true(strvec__has(&modules, "dm-crypt"));
	strvec__release(&packages);
	strvec__release(&modules);
	plan__free(p);
}

/* The 2x2 plan for TLB figures: exact mode, one factorial, only workloads with a fixed amount of work. */
static void the_tlb_plan(void **state)
{
	struct plan_diag diag = { 0 };
	struct plan *p;

	(void)state;
	if (plan__load("configs/tlb.yaml", &p, &diag))
		fail_msg("%s", diag.msgs.v[0]);
	assert_true(p->exact);
	assert_int_equal(p->boots, 5);
	assert_int_equal(p->n_factorials, 1);
	assert_string_equal(p->variants[p->factorials[0].cell[CELL_BOTH]].name, "new-ampere");
	for (size_t i = 0; i < p->n_workloads; i++)
		assert_int_equal(p->workloads[i].iterations, 1);
	plan__free(p);
	plan_diag__release(&diag);
}

/* All plans in configs/; tables there are skipped. */
static void the_plans_that_come_with_kduel(void **state)
{
	glob_t g;

	(void)state;
	assert_int_equal(glob("configs/*.yaml", 0, NULL, &g), 0);
	assert_true(g.gl_pathc > 6);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		struct plan_diag diag = { 0 };
		struct plan *p;

		if (str_ends(g.gl_pathv[i], "/cpus.yaml") ||
		    str_ends(g.gl_pathv[i], "/published.yaml"))
			continue;
		if (plan__load(g.gl_pathv[i], &p, &diag))
			fail_msg("%s", diag.msgs.v[0]);
		plan__free(p);
		plan_diag__release(&diag);
	}
	globfree(&g);
}

/* The plan for the TLB model's prediction and the plan for the measurement have the same workloads and
 * kernels. */
static void the_model_predicts_what_is_measured(void **state)
{
	struct plan *p[2];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct plan_diag diag = { 0 };

		if (plan__load(i ? "configs/validate-n1-model.yaml" : "configs/validate-n1.yaml",
			       &p[i], &diag))
			fail_msg("%s", diag.msgs.v[0]);
		plan_diag__release(&diag);
	}
	assert_true(p[0]->target.boots && p[1]->exact);
	assert_int_equal(p[0]->n_variants, p[1]->n_variants);
	for (size_t i = 0; i < p[0]->n_variants; i++) {
		assert_string_equal(p[0]->variants[i].name, p[1]->variants[i].name);
		assert_string_equal(p[0]->variants[i].cmdline, p[1]->variants[i].cmdline);
	}
	assert_int_equal(p[0]->n_workloads, p[1]->n_workloads);
	for (size_t i = 0; i < p[0]->n_workloads; i++)
		assert_string_equal(p[0]->workloads[i].wl->name, p[1]->workloads[i].wl->name);
	plan__free(p[0]);
	plan__free(p[1]);
}

/* It has the machine and parameters of the published figures, and counts TLB events. */
static void the_full_plan(void **state)
{
	struct plan_diag diag = { 0 };
	bool perf = false;
	struct plan *p;

	(void)state;
	if (plan__load("configs/series-full.yaml", &p, &diag))
		fail_msg("%s", diag.msgs.v[0]);
	assert_true(p->full);
	assert_int_equal(p->target.cpus, 192);
	for (size_t i = 0; i < p->n_collectors; i++)
		perf |= streq(p->collectors[i].col->name, "perf");
	assert_true(perf);
	for (size_t i = 0; i < p->n_workloads; i++)
		if (streq(p->workloads[i].wl->name, "kernbench"))
			assert_int_equal(param_set__get(&p->workloads[i].params, "jobs")->u, 192);
	plan__free(p);
	plan_diag__release(&diag);
}

/* Each example in the manual is a valid plan. */
static void the_manual_tells_the_truth(void **state)
{
	_free_ char *text = NULL;
	unsigned int n = 0;

	(void)state;
	assert_int_equal(fs__read("docs/PLAN.md", 1 << 20, &text, NULL), 0);
	for (char *at = text; (at = strstr(at, "```yaml\n")); n++) {
		char *end = strstr(at += 8, "```");

		assert_non_null(end);
		*end = '\0';
		plan__free(parse(at));
		at = end + 1;
	}
	assert_true(n >= 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_filled_in),
		cmocka_unit_test(exact_has_defaults_of_its_own),
		cmocka_unit_test(workloads_get_counts_and_bounds),
		cmocka_unit_test(size_chooses_the_defaults),
		cmocka_unit_test(every_variant_against_the_baseline),
		cmocka_unit_test(values_arrive),
		cmocka_unit_test(anchors_save_typing),
		cmocka_unit_test(one_variant_needs_no_baseline),
		cmocka_unit_test(host_means_kvm),
		cmocka_unit_test(files_beside_the_plan),
		cmocka_unit_test(texts_of_several_lines),
		cmocka_unit_test(unions_are_sorted),
		cmocka_unit_test(the_tlb_plan),
		cmocka_unit_test(the_plans_that_come_with_kduel),
		cmocka_unit_test(the_model_predicts_what_is_measured),
		cmocka_unit_test(the_full_plan),
		cmocka_unit_test(the_manual_tells_the_truth),
	};

	setenv("KDUEL_CONFIG_DIR", "configs", 1);
	return cmocka_run_group_tests_name("runner/plan", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The protocol of an exact boot, without a kernel: the host writes a list of jobs, an agent works
 * through it without reading anything else, and the host reads its messages from a growing file.
 */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/agent/loop.h"
#include "runner/agent/process_tree.h"
#include "runner/boot/jobs.h"
#include "runner/plan/read.h"
#include "runner/boot/record.h"
#include "tests/unit/patience.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static const char plan_text[] = "name: one-way\n"
				"exact: true\n"
				"target: {kind: fake}\n"
				"variants: [{name: a}]\n"
				"baseline: a\n"
				"workloads: [{'null': {work: 2ms}}, hackbench]\n"
				"collectors: [dmesg]\n"
				"boots: 1\n"
				"seed: 1\n";

static char tmp[] = "/tmp/kduel-one-way-XXXXXX";

static struct plan *load(void)
{
	struct plan_diag diag = { 0 };
	struct plan *plan = NULL;

	if (plan__parse("p.yaml", plan_text, strlen(plan_text), &plan, &diag))
		fail_msg("%s", diag.msgs.v[0]);
	plan_diag__release(&diag);
	return plan;
}

/* A boot runs only its own workload, but all collectors. */
static void test_jobs(void **state __unused)
{
	struct plan *plan = load();
	struct boot_spec spec = {
		.plan = plan, .variant = plan->variants, .exact = true, .workload = 0
	};
	unsigned int workloads = 0, at_end = 0;
	struct boot_jobs jobs;

	boot_jobs__build(&spec, 7, &jobs);
	for (size_t i = 0; i < jobs.n; i++) {
		const struct wire_msg *m = &jobs.v[i].order;

		assert_int_equal(m->seed, 7);
		at_end += m->kind == WIRE_COLLECTOR && m->phase == COLLECT_AT_END;
		if (m->kind != WIRE_WORKLOAD)
			continue;
		workloads++;
		assert_int_equal(at_end, 0);
		assert_string_equal(m->name, "null");
		assert_string_equal(jobs.v[i].as, "null");
		assert_int_equal(m->iterations, 1);
	}
	assert_int_equal(workloads, 1);
	assert_true(at_end > 0);
	boot_jobs__release(&jobs);
	spec.workload = -1;
	boot_jobs__build(&spec, 7, &jobs);
	workloads = 0;
	for (size_t i = 0; i < jobs.n; i++)
		workloads += jobs.v[i].order.kind == WIRE_WORKLOAD;
	assert_int_equal(workloads, 2);
	boot_jobs__release(&jobs);
	plan__free(plan);
}

static void __noreturn be_agent(const char *list, const char *output)
{
	struct agent a = { .one_way = true, .env.agent_start_ns = 1 };
	struct err err = { "" };

	wire__init(&a.in, open(list, O_RDONLY | O_CLOEXEC));
	wire__init(&a.out, open(output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
	process_tree__adopt();
	_exit(loop__serve(&a, &err) ? 1 : 0);
}

/* What was received so far. */
struct heard {
	unsigned int jobs, samples, texts;
	bool bye;
};

static void take(const struct wire_msg *m, const struct boot_jobs *jobs, struct heard *h)
{
	assert_int_not_equal(m->type, WIRE_BEAT);
	assert_false(h->bye);
	h->samples += m->type == WIRE_SAMPLE;
	h->texts += m->type == WIRE_TEXT;
	h->bye = m->type == WIRE_BYE;
	if (m->type != WIRE_DONE)
		return;
	assert_true(h->jobs < jobs->n);
	assert_int_equal(m->job, jobs->v[h->jobs].order.job);
	if (m->status != WIRE_OK)
		fail_msg("job %d: %s", m->job, m->text);
	h->jobs++;
}

static void follow(const char *output, const struct boot_jobs *jobs, struct heard *h)
{
	int fd = open(output, O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
	struct err err = { "" };
	struct wire_msg m;
	struct wire w;

	wire__follow(&w, fd);
	while (!h->bye) {
		if (wire__recv(&w, &m, WAIT_MS, &err))
			fail_msg("the agent fell silent after %u jobs: %s", h->jobs, err.msg);
		take(&m, jobs, h);
		wire_msg__release(&m);
	}
	wire__release(&w);
	close(fd);
}

static void test_agent_works_through_its_list(void **state __unused)
{
	_free_ char *list = xasprintf("%s/" TARGET_JOBS, tmp), *output = xasprintf("%s/out", tmp);
	struct plan *plan = load();
	struct boot_spec spec = {
		.plan = plan, .variant = plan->variants, .exact = true, .workload = 0
	};
	struct heard h = { 0 };
	struct boot_jobs jobs;
	struct err err;
	pid_t pid;

	boot_jobs__build(&spec, 7, &jobs);
	assert_int_equal(boot_jobs__write(&jobs, list, &err), 0);
	pid = proc__fork_tied();
	assert_true(pid >= 0);
	if (!pid)
		be_agent(list, output);
	follow(output, &jobs, &h);
	assert_int_equal(proc__wait_ms(pid, WAIT_MS), 0);
	assert_int_equal(h.jobs, jobs.n);
	assert_true(h.samples > 0);
	boot_jobs__release(&jobs);
	plan__free(plan);
	unlink(list);
	unlink(output);
}

/* The agent fails if the list of jobs does not end with quit. */
static void test_list_without_an_end(void **state __unused)
{
	_free_ char *list = xasprintf("%s/" TARGET_JOBS, tmp), *output = xasprintf("%s/out", tmp);
	pid_t pid;

	assert_int_equal(fs__write_atomic(list, "", 0), 0);
	pid = proc__fork_tied();
	assert_true(pid >= 0);
	if (!pid)
		be_agent(list, output);
	assert_int_equal(proc__wait_ms(pid, WAIT_MS), 1);
	unlink(list);
	unlink(output);
}

static void test_operations_are_kept(void **state __unused)
{
	struct record r;

	record__init(&r, PLATFORM_ICOUNT);
	record__iteration(&r, &(struct store_iteration){ .workload = "a" }, 8000);
	record__iteration(&r, &(struct store_iteration){ .workload = "a", .iter = 1 }, 9000);
	assert_int_equal(record__operations(&r, "a", 0), 8000);
	assert_int_equal(record__operations(&r, "a", 1), 9000);
	assert_int_equal(record__operations(&r, "a", 2), 0);
	assert_int_equal(record__operations(&r, "b", 0), 0);
	record__release(&r);
}

static int make_tmp(void **state __unused)
{
	signal(SIGPIPE, SIG_IGN);
	return mkdtemp(tmp) && !setenv("TMPDIR", tmp, 1) &&
			       !setenv("KDUEL_CONFIG_DIR", "configs", 1) ?
		       0 :
		       -1;
}

static int remove_tmp(void **state __unused)
{
	return rmdir(tmp); /* fails if something was left behind */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_jobs),
		cmocka_unit_test(test_agent_works_through_its_list),
		cmocka_unit_test(test_list_without_an_end),
		cmocka_unit_test(test_operations_are_kept),
	};

	return cmocka_run_group_tests(tests, make_tmp, remove_tmp);
}

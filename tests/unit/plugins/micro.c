// SPDX-License-Identifier: GPL-2.0-only
/*
 * micro: every operation on the kernel that runs the tests, alone and in several threads; each
 * notices if it was not done; and what a kernel lacks.
 */
/* run.sh: deadlines */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/job_fixture.h"
#include "tests/unit/valgrind.h"
#include "workloads/micro/op.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The stages that the job reported. */
struct heard {
	size_t begun, ended, metric;
	uint64_t operations;
};

static void hear(void *arg, bool begin, size_t metric, uint64_t operations)
{
	struct heard *h = arg;

	if (begin) {
		assert_int_equal(h->begun, h->ended);
		h->begun++;
		h->metric = metric;
		return;
	}
	assert_int_equal(metric, h->metric);
	h->ended++;
	h->operations += operations;
}

/* The agent removes the directory: nothing must be left in it. */
static void finish(struct fixture *f)
{
	f->wl->teardown(&f->job);
	if (rmdir(f->job.dir))
		fail_msg("something is left in the job's directory: %s", strerror(errno));
	fixture__end(f);
}

/* Does the fact name the operation? */
static bool lacks(const struct fixture *f, const char *op)
{
	for (size_t i = 0; i < f->job.n_facts; i++)
		if (streq(f->job.facts[i].key, "micro/unsupported"))
			return strstr(f->job.facts[i].value, op);
	return false;
}

/*
 * Run two iterations of one operation. False: this kernel lacks it, and the workload says so.
 *
 * Under valgrind a fork takes 20 ms, and threads run one at a time. So each operation is done only
 * once there, and the slow ones, with low counts, are not run in threads. AddressSanitizer covers
 * everything.
 */
static bool iterate(const struct micro_op *op, const char *threads)
{
	struct heard heard = { 0 };
	const uint64_t workers = strtoull(threads, NULL, 10), operations = op->count * workers;
	/* Several threads are compared with a single one. */
	const uint64_t alone = workers > 1 ? op->count : 0;
	_free_ char *time = xasprintf("%s.time", op->name);
	_free_ char *scaling = xasprintf("%s.scaling", op->name);
	struct fixture f;
	int ret;

	fixture__begin(&f, "micro", "ops", op->name, "threads", threads, NULL);
	f.job.stage = hear;
	f.job.stage_arg = &heard;
	ret = f.wl->supported(&f.job);
	assert_int_equal(heard.begun, 0);
	if (ret) {
		fixture__expects(&f, ret, -EOPNOTSUPP, op->name);
		fixture__end(&f);
		return false;
	}
	for (int i = 0; i < (under_valgrind() ? 1 : 2); i++) {
		job__clear_samples(&f.job);
		f.job.operations = 0;
		heard = (struct heard){ 0 };
		if (f.wl->run(&f.job) || f.wl->verify(&f.job))
			fail_msg("%s", f.job.err.msg);
		assert_int_equal(f.job.operations, operations + alone);
		assert_int_equal(f.job.n_samples, alone ? 2 : 1);
		if (alone)
			assert_true(fixture__value(&f, scaling) > 0);
		assert_int_equal(metric__find(f.job.metrics, scaling) != NULL, alone != 0);
		assert_true(fixture__value(&f, time) > 0);
		assert_true(heard.begun == 1 && heard.ended == 1);
		assert_int_equal(heard.operations, operations);
		assert_string_equal(f.job.metrics[heard.metric].name + strlen(op->name),
				    ".kernel_insns");
	}
	/* An iteration that was not run has no figures. */
	fixture__expects(&f, f.wl->verify(&f.job), -EIO, op->name);
	finish(&f);
	return true;
}

static void each_operation(void **state)
{
	const struct micro_op *op;
	size_t n = 0;

	(void)state;
	for (; (op = micro__op(n)); n++)
		if (!iterate(op, "1"))
			print_message("%s: not here\n", op->name);
	assert_true(n >= 30);
}

static void each_operation_in_threads(void **state)
{
	const struct micro_op *op;

	(void)state;
	for (size_t n = 0; (op = micro__op(n)); n++) {
		if (under_valgrind() && op->count < 1000)
			continue;

		const bool done = iterate(op, "3");

		assert_false(done && op->alone);
		if (!done)
			print_message("%s: not here\n", op->name);
	}
}

/* Each operation reports it if fewer were done than requested. */
static void fall_short(const struct micro_op *op, const char *dir)
{
	struct micro m = { .dir = dir, .fd = { -1, -1, -1 }, .done = 2 };

	if (!op->open(&m) && !op->run(&m, 2)) {
		if (op->check(&m))
			fail_msg("%s: %s", op->name, m.err.msg);
		m.done = 1000;
		if (op->check(&m) != -EIO || !m.err.msg[0])
			fail_msg("%s: 2 operations pass for 1000", op->name);
	} else {
		print_message("%s: %s\n", op->name, m.err.msg);
	}
	if (op->close)
		op->close(&m);
	for (size_t i = 0; i < ARRAY_SIZE(m.fd); i++)
		if (m.fd[i] >= 0)
			close(m.fd[i]);
	if (m.peer) {
		kill(m.peer, SIGKILL);
		waitpid(m.peer, NULL, 0);
	}
}

static void work_that_was_not_done(void **state)
{
	char dir[] = "/tmp/kduel-micro-XXXXXX";
	const struct micro_op *op;

	(void)state;
	assert_non_null(mkdtemp(dir));
	for (size_t n = 0; (op = micro__op(n)); n++)
		fall_short(op, dir);
	assert_int_equal(rmdir(dir), 0);
}

static void names_of_operations(void **state)
{
	static const struct {
		const char *ops, *want; /* the metrics' names, or what is wrong */
	} cases[] = {
		{ "pipe, getppid",
		  "getppid.time getppid.kernel_insns pipe.time pipe.kernel_insns" },
		{ "stat", "stat.time stat.kernel_insns" },
		{ "", "ops: there is none; " },
		{ " , ", "ops: there is none; " },
		{ "pipe pipe", "ops: 'pipe' is listed twice" },
		{ "all pipe", "ops: 'all' goes with no other" },
		{ "pip", "ops: there is no operation 'pip'; there are getppid, read-null, " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct workload *wl = workload__find("micro");
		_cleanup_(strvec__release) struct strvec names = { 0 };
		_free_ char *got = NULL;
		struct metric_list list = { 0 };
		struct param_set ps;
		struct err err = { "" };

		param_set__init(&ps, wl->params);
		assert_int_equal(param_set__put(&ps, "ops", cases[i].ops, &err), 0);
		if (!wl->declare(&ps, &list, &err))
			for (size_t k = 0; k < list.n; k++)
				strvec__push(&names, list.v[k].name);
		got = names.n ? strvec__join(&names, " ") : xstrdup(err.msg);
		if (!str_starts(got, cases[i].want) || (names.n && !streq(got, cases[i].want)))
			fail_msg("'%s': %s", cases[i].ops, got);
		metric_list__release(&list);
		param_set__release(&ps);
	}
}

#define REFUSE(nr, error)                              \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), \
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))

/* Make this process see a kernel without io_uring and without sockets. */
static bool forget_calls(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		REFUSE(SYS_io_uring_setup, ENOSYS),
		REFUSE(SYS_socket, EAFNOSUPPORT),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { ARRAY_SIZE(code), code };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog);
}

/* Runs in a process of its own. Returns 0, or the line of the check that failed. */
static int try_lacking(void)
{
	struct fixture f;

	fixture__begin(&f, "micro", "ops", "io-uring tcp getppid", NULL);
	if (f.wl->supported(&f.job) || !lacks(&f, "io-uring: io_uring_setup") ||
	    !lacks(&f, "tcp: socket: Address family"))
		return __LINE__ % 250 + 1;
	if (f.wl->run(&f.job) || f.wl->verify(&f.job) || f.job.n_samples != 1 ||
	    !(fixture__value(&f, "getppid.time") > 0))
		return __LINE__ % 250 + 1;
	finish(&f);
	fixture__begin(&f, "micro", "ops", "io-uring tcp", NULL);
	if (f.wl->supported(&f.job) != -EOPNOTSUPP || !strstr(f.job.err.msg, "io-uring: ") ||
	    !strstr(f.job.err.msg, "tcp: "))
		return __LINE__ % 250 + 1;
	fixture__end(&f);
	return 0;
}

static void kernel_that_lacks_some(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (!pid)
		_exit(forget_calls() ? try_lacking() : 0xff);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0xff) {
		print_message("no seccomp filter can be set here\n");
		skip();
	}
	assert_int_equal(status, 0);
}

/* There is only one end of the heap, whichever thread moves it. */
static void what_threads_share(void **state)
{
	struct fixture f;

	(void)state;
	fixture__begin(&f, "micro", "ops", "brk getppid", "threads", "2", NULL);
	assert_int_equal(f.wl->supported(&f.job), 0);
	assert_true(lacks(&f, "brk: "));
	assert_int_equal(f.wl->run(&f.job), 0);
	assert_int_equal(f.wl->verify(&f.job), 0);
	assert_int_equal(f.job.n_samples, 2);
	finish(&f);
}

/* How the two figures are related: scaling is the time of one thread divided by that of all. */
static void scaling(void **state)
{
	struct fixture f;
	double value;

	(void)state;
	fixture__begin(&f, "micro", "ops", "getppid pipe", "threads", "4", NULL);
	assert_int_equal(f.wl->supported(&f.job), 0);
	assert_int_equal(f.wl->run(&f.job), 0);
	assert_int_equal(f.wl->verify(&f.job), 0);
	assert_int_equal(f.job.n_samples, 4);
	/* How well it scales is up to the machine: if that is busy, even one thread may seem slower
	 * than four. */
	value = fixture__value(&f, "getppid.scaling");
	assert_true(isfinite(value) && value > 0);
	finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_operation),
		cmocka_unit_test(each_operation_in_threads),
		cmocka_unit_test(work_that_was_not_done),
		cmocka_unit_test(names_of_operations),
		cmocka_unit_test(kernel_that_lacks_some),
		cmocka_unit_test(what_threads_share),
		cmocka_unit_test(scaling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Whoever dies, the supervisor must end the program and remove the run directory. */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/proc.h"
#include "runner/host/rundir.h"
#include "runner/host/supervise.h"
#include "tests/unit/patience.h"

#include <sched.h>
#include <signal.h>
#include <unistd.h>

struct fixture {
	struct tmpdir run;
	char *dir, *output;
	struct supervised s;
};

static void set_up(struct fixture *f)
{
	struct err err;

	assert_int_equal(rundir__make(&f->run, &err), 0);
	f->dir = xstrdup(f->run.path);
	f->output = xasprintf("%s/output.log", f->dir);
}

static void tear_down(struct fixture *f)
{
	supervise__stop(&f->s);
	assert_false(fs__exists(f->dir));
	tmpdir__remove(&f->run);
	free(f->dir);
	free(f->output);
}

static int begin(struct fixture *f, const char *script)
{
	char *argv[] = { (char *)"/bin/sh", (char *)"-c", (char *)script, NULL };
	struct err err;

	return supervise__start(&(struct supervise_opts){ .argv = argv,
							  .run_dir = f->dir,
							  .output = f->output,
							  .channel = -1 },
				&f->s, &err);
}

static bool alive(pid_t pid)
{
	return pid > 0 && kill(pid, 0) == 0;
}

/* The process id of the program, which it writes to its output. */
static pid_t program_pid(const struct fixture *f)
{
	for (int i = 0; i < WAIT_MS / 10; i++) {
		_free_ char *text = NULL;

		if (!fs__read(f->output, 64, &text, NULL) && strchr(text, '\n'))
			return (pid_t)strtol(text, NULL, 10);
		usleep(10000);
	}
	return -1;
}

static bool gone(pid_t pid)
{
	for (int i = 0; i < WAIT_MS / 10; i++) {
		if (!alive(pid))
			return true;
		usleep(10000);
	}
	return false;
}

static void test_status(void **state)
{
	struct fixture f = { 0 };
	int status = -1;

	(void)state;
	set_up(&f);
	assert_int_equal(begin(&f, "exit 7"), 0);
	assert_int_equal(supervise__wait(&f.s, WAIT_MS, &status), 0);
	assert_int_equal(status, 7);
	assert_true(fs__exists(f.dir));
	tear_down(&f);
}

static void test_signal_status(void **state)
{
	struct fixture f = { 0 };
	int status = -1;

	(void)state;
	set_up(&f);
	assert_int_equal(begin(&f, "kill -9 $$"), 0);
	assert_int_equal(supervise__wait(&f.s, WAIT_MS, &status), 0);
	assert_int_equal(status, 128 + SIGKILL);
	tear_down(&f);
}

static void test_missing_program(void **state)
{
	char *argv[] = { (char *)"/nonexistent/qemu", NULL };
	struct fixture f = { 0 };
	struct err err;

	(void)state;
	set_up(&f);
	assert_int_equal(supervise__start(&(struct supervise_opts){ .argv = argv,
								    .run_dir = f.dir,
								    .output = f.output,
								    .channel = -1 },
					  &f.s, &err),
			 -ENOENT);
	assert_non_null(strstr(err.msg, "/nonexistent/qemu"));
	tear_down(&f);
}

/* Added variables are in the program's environment, but not in ours. */
static void test_environment(void **state)
{
	char *argv[] = { (char *)"/bin/sh", (char *)"-c",
			 (char *)"[ \"$KDUEL_ONE$KDUEL_TWO\" = 12 ]", NULL };
	char *env[] = { (char *)"KDUEL_ONE=1", (char *)"KDUEL_TWO=2", NULL };
	struct fixture f = { 0 };
	int status = -1;

	(void)state;
	set_up(&f);
	assert_int_equal(supervise__start(&(struct supervise_opts){ .argv = argv,
								    .env = env,
								    .run_dir = f.dir,
								    .output = f.output,
								    .channel = -1 },
					  &f.s, NULL),
			 0);
	assert_int_equal(supervise__wait(&f.s, WAIT_MS, &status), 0);
	assert_int_equal(status, 0);
	assert_null(getenv("KDUEL_ONE"));
	tear_down(&f);
}

static void test_stop_deaf_program(void **state)
{
	struct fixture f = { 0 };
	pid_t pid;

	(void)state;
	set_up(&f);
	assert_int_equal(begin(&f, "trap '' TERM; echo $$; while :; do sleep 1; done"), 0);
	pid = program_pid(&f);
	assert_true(alive(pid));
	tear_down(&f);
	assert_true(gone(pid));
}

/* The program leaves a daemon behind that has its own session and ignores signals. The program itself
 * ends, or has to be stopped. */
static void test_orphans(void **state)
{
	static const char *const ends[] = { "", "sleep 1000" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		struct fixture f = { 0 };
		_free_ char *script = xasprintf("(setsid sh -c 'trap \"\" TERM HUP; echo $$; "
						"sleep 1000' &); sleep 0.2; %s",
						ends[i]);
		int status;
		pid_t pid;

		set_up(&f);
		assert_int_equal(begin(&f, script), 0);
		pid = program_pid(&f);
		assert_true(alive(pid));
		if (!*ends[i])
			assert_int_equal(supervise__wait(&f.s, WAIT_MS, &status), 0);
		assert_true(alive(pid));
		tear_down(&f);
		assert_true(gone(pid));
	}
}

static void test_killed_supervisor(void **state)
{
	struct fixture f = { 0 };
	int status;
	pid_t pid;

	(void)state;
	set_up(&f);
	assert_int_equal(begin(&f, "echo $$; exec sleep 1000"), 0);
	pid = program_pid(&f);
	assert_true(alive(pid));
	kill(f.s.pid, SIGKILL);
	assert_true(gone(pid));
	assert_int_equal(supervise__wait(&f.s, WAIT_MS, &status), -ECHILD);
	supervise__stop(&f.s);
	/* The supervisor is dead, so its owner has to remove the directory. */
	fs__rm_rf(f.dir);
	tear_down(&f);
}

/* The owner dies by SIGKILL: the supervisor must end the program and clean up. */
static void test_killed_owner(void **state)
{
	struct fixture f = { 0 };
	pid_t owner, pid;

	(void)state;
	set_up(&f);
	owner = fork();
	if (owner == 0) {
		if (begin(&f, "trap '' TERM; echo $$; while :; do sleep 1; done"))
			_exit(1);
		for (;;)
			pause();
	}
	pid = program_pid(&f);
	assert_true(alive(pid));
	kill(owner, SIGKILL);
	proc__wait(owner);
	assert_true(gone(pid));
	for (int i = 0; i < WAIT_MS / 10 && fs__exists(f.dir); i++)
		usleep(10000);
	tear_down(&f);
}

/* A run directory belongs to the process that has it locked, whatever pid is in its name. */
static void test_sweep(void **state)
{
	struct tmpdir mine, other;
	char theirs[4096] = "";
	int p[2], held;
	struct err err;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(p), 0);
	assert_int_equal(rundir__make(&mine, &err), 0);
	pid = fork();
	if (pid == 0) {
		rundir__make(&other, NULL);
		_exit(write(p[1], other.path, strlen(other.path)) < 0 ? 1 : 0);
	}
	assert_int_equal(proc__wait(pid), 0);
	assert_true(read(p[0], theirs, sizeof(theirs) - 1) > 0);
	close(p[0]);
	close(p[1]);
	assert_true(fs__exists(theirs));
	/* Lock it, like the supervisor of a kduel that was killed. */
	held = tmpdir__hold(theirs);
	assert_true(held >= 0);
	rundir__sweep();
	assert_true(fs__exists(theirs));
	close(held);
	assert_true(rundir__sweep() >= 1);
	assert_false(fs__exists(theirs));
	assert_true(fs__exists(mine.path));
	assert_int_equal(tmpdir__hold(theirs), -ENOENT);
	tmpdir__remove(&mine);
	tmpdir__remove(&mine);
}

/* Two busy programs on one CPU: each waits half of the time. */
static void test_starved(void **state)
{
	static const char busy[] = "echo $$; while :; do :; done";
	struct fixture f = { 0 }, g = { 0 };
	char cpu[8];
	char *argv[] = { (char *)"/bin/sh", (char *)"-c", (char *)busy, NULL };
	struct fixture *both[] = { &f, &g };
	struct err err;

	(void)state;
	snprintf(cpu, sizeof(cpu), "%d", sched_getcpu());
	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		set_up(both[i]);
		assert_int_equal(supervise__start(&(struct supervise_opts){ .argv = argv,
									    .run_dir = both[i]->dir,
									    .output =
										    both[i]->output,
									    .cpus = cpu,
									    .channel = -1 },
						  &both[i]->s, &err),
				 0);
	}
	while (supervise__starved_ns(f.s.pid) < 20 * NSEC_PER_MSEC)
		usleep(1000);
	for (size_t i = 0; i < ARRAY_SIZE(both); i++)
		tear_down(both[i]);
	assert_int_equal(supervise__starved_ns(0), 0);
}

/* A sleeping program does not wait for a CPU. */
static void test_not_starved(void **state)
{
	struct fixture f = { 0 };
	uint64_t before = 0, last = 1;

	(void)state;
	set_up(&f);
	assert_int_equal(begin(&f, "echo $$; exec sleep 100"), 0);
	assert_true(program_pid(&f) > 0);
	/* It may have to wait for a CPU before it sleeps. */
	for (int i = 0; i < 500 && last != before; i++) {
		before = last;
		usleep(50000);
		last = supervise__starved_ns(f.s.pid);
	}
	assert_int_equal(last, before);
	tear_down(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_signal_status),
		cmocka_unit_test(test_missing_program),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_stop_deaf_program),
		cmocka_unit_test(test_orphans),
		cmocka_unit_test(test_killed_supervisor),
		cmocka_unit_test(test_killed_owner),
		cmocka_unit_test(test_sweep),
		cmocka_unit_test(test_starved),
		cmocka_unit_test(test_not_starved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

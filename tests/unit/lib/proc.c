// SPDX-License-Identifier: GPL-2.0-only
/* Programs that are really run: their output, how they end, and what is left of them. */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/proc.h"
#include "tests/unit/patience.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Run a shell command with the given limits. */
static int sh(const char *script, struct proc_opts o, struct proc_result *res)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)script, NULL };

	o.argv = argv;
	return proc__run(&o, res);
}

#define SH(script, res, ...) assert_int_equal(sh(script, (struct proc_opts){ __VA_ARGS__ }, res), 0)

static void output_and_status(void **state)
{
	struct proc_result r;

	(void)state;
	SH("echo out; echo err >&2; exit 3", &r, .timeout_ms = WAIT_MS);
	assert_int_equal(r.status, 3);
	assert_false(r.timed_out);
	assert_string_equal(r.out, "out\n");
	assert_string_equal(r.err, "err\n");
	assert_int_equal(r.out_len, 4);
	proc_result__release(&r);
	SH("true", &r, .timeout_ms = 0);
	assert_int_equal(r.status, 0);
	assert_string_equal(r.out, "");
	assert_string_equal(r.err, "");
	proc_result__release(&r);
	SH("kill -TERM $$", &r, .timeout_ms = WAIT_MS);
	assert_int_equal(r.status, 128 + SIGTERM);
	assert_false(r.timed_out);
	proc_result__release(&r);
}

static void streams_can_be_merged_or_filed(void **state)
{
	char path[] = "/tmp/kduel-proc-XXXXXX";
	_free_ char *text = NULL;
	struct proc_result r;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	SH("echo 1; echo 2 >&2; echo 3", &r, .merge_stderr = true);
	assert_string_equal(r.out, "1\n2\n3\n");
	assert_string_equal(r.err, "");
	proc_result__release(&r);
	SH("echo filed; echo kept >&2", &r, .stdout_path = path);
	assert_string_equal(r.out, "");
	assert_string_equal(r.err, "kept\n");
	proc_result__release(&r);
	assert_int_equal(fs__read(path, 100, &text, NULL), 0);
	assert_string_equal(text, "filed\n");
	SH("cat; cat", &r, .stdin_path = path);
	assert_string_equal(r.out, "filed\n");
	proc_result__release(&r);
	SH("cat", &r, .timeout_ms = WAIT_MS); /* standard input is empty, not ours */
	assert_int_equal(r.status, 0);
	proc_result__release(&r);
	unlink(path);
}

static void place_and_environment(void **state)
{
	char *env[] = { (char *)"KDUEL_A=1", (char *)"KDUEL_B=x y", NULL };
	struct proc_result r;

	(void)state;
	setenv("KDUEL_A", "0", 1);
	SH("pwd; echo $KDUEL_A,$KDUEL_B", &r, .cwd = "/usr", .env = env);
	assert_string_equal(r.out, "/usr\n1,x y\n");
	assert_string_equal(getenv("KDUEL_A"), "0");
	proc_result__release(&r);
}

static void more_output_than_wanted(void **state)
{
	struct proc_result r;

	(void)state;
	SH("head -c 1000000 /dev/zero | tr '\\0' x; echo end >&2", &r, .max_output = 10);
	assert_int_equal(r.status, 0); /* drained, not blocked and not killed */
	assert_int_equal(r.out_len, 10);
	assert_string_equal(r.out, "xxxxxxxxxx");
	assert_string_equal(r.err, "end\n");
	proc_result__release(&r);
	SH("head -c 1000000 /dev/zero", &r, .max_output = 0);
	assert_int_equal(r.out_len, 1000000);
	proc_result__release(&r);
}

static void what_cannot_be_started(void **state)
{
	char *none[] = { (char *)"kduel-no-such-program", NULL };
	char broken[] = "/tmp/kduel-proc-XXXXXX";
	struct proc_result r;
	int fd = mkstemp(broken);

	(void)state;
	assert_int_equal(proc__run(&(struct proc_opts){ .argv = none }, &r), -ENOENT);
	proc_result__release(&r);
	assert_int_equal(sh("true", (struct proc_opts){ .cwd = "/no/such" }, &r), -ENOENT);
	proc_result__release(&r);
	assert_int_equal(sh("true", (struct proc_opts){ .stdout_path = "/no/such/f" }, &r),
			 -ENOENT);
	proc_result__release(&r);
	assert_true(fd >= 0);
	assert_int_equal(write(fd,
			       "\x7f"
			       "ELF\0\0\0\0\0",
			       9),
			 9);
	assert_int_equal(fchmod(fd, 0700), 0);
	close(fd);
	char *bad[] = { broken, NULL };

	assert_int_equal(proc__run(&(struct proc_opts){ .argv = bad }, &r), -ENOEXEC);
	proc_result__release(&r);
	unlink(broken);
}

/* Does the process exist, and is it not a zombie? */
static bool alive(pid_t pid)
{
	_free_ char *path = xasprintf("/proc/%d/stat", pid), *text = NULL;
	const char *after;

	if (fs__read(path, 4096, &text, NULL))
		return false;
	after = strrchr(text, ')');
	return after && after[2] != 'Z' && after[2] != 'X';
}

static bool gone(pid_t pid)
{
	uint64_t end = clock__ns() + WAIT_MS * NSEC_PER_MSEC;

	while (alive(pid)) {
		if (clock__ns() > end)
			return false;
		usleep(2000);
	}
	return true;
}

/* The whole group is killed: also a grandchild that holds the pipe, and one that ignores TERM. */
static void a_timeout_ends_the_group(void **state)
{
	uint64_t start = clock__ns();
	struct proc_result r;
	pid_t pid;

	(void)state;
	SH("trap '' TERM; sleep 1000 & echo $!; sleep 1000", &r, .timeout_ms = 200);
	assert_true(r.timed_out);
	assert_int_equal(r.status, 128 + SIGKILL);
	assert_true(clock__ns() - start < WAIT_MS * NSEC_PER_MSEC);
	pid = (pid_t)strtol(r.out, NULL, 10);
	assert_true(pid > 1);
	assert_true(gone(pid));
	proc_result__release(&r);
}

/* A program that closes its output and does not end is bounded as well. */
static void a_silent_program_is_bounded(void **state)
{
	uint64_t start = clock__ns();
	struct proc_result r;

	(void)state;
	SH("exec >&- 2>&-; sleep 1000", &r, .timeout_ms = 200);
	assert_true(r.timed_out);
	assert_int_equal(r.status, 128 + SIGKILL);
	assert_true(clock__ns() - start < WAIT_MS * NSEC_PER_MSEC);
	proc_result__release(&r);
}

/* If a program is killed, its children are killed too, though they hold the output; if it ended by
 * itself, they continue. */
static void a_killed_program_takes_its_group_along(void **state)
{
	int pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	uint64_t start = clock__ns();
	struct proc_result r;
	pid_t pid;

	(void)state;
	if (pidfd < 0)
		skip();
	close(pidfd);
	SH("echo before; sleep 1000 & echo $!; kill -KILL $$", &r, .timeout_ms = WAIT_MS);
	assert_false(r.timed_out);
	assert_int_equal(r.status, 128 + SIGKILL);
	assert_true(clock__ns() - start < WAIT_MS * NSEC_PER_MSEC);
	assert_true(str_starts(r.out, "before\n"));
	pid = (pid_t)strtol(r.out + strlen("before\n"), NULL, 10);
	assert_true(pid > 1);
	assert_true(gone(pid));
	proc_result__release(&r);
	SH("{ sleep 0.3; echo after; } &", &r, .timeout_ms = WAIT_MS);
	assert_int_equal(r.status, 0);
	assert_string_equal(r.out, "after\n");
	proc_result__release(&r);
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* Signals that we handle interrupt system calls; the run continues. */
static void signals_do_not_disturb(void **state)
{
	struct sigaction sa = { .sa_handler = on_alarm }, old;
	struct proc_result r;

	(void)state;
	sigaction(SIGALRM, &sa, &old);
	ualarm(5000, 5000);
	SH("for i in 1 2 3 4 5; do echo $i; sleep 0.02; done", &r, .timeout_ms = WAIT_MS);
	ualarm(0, 0);
	sigaction(SIGALRM, &old, NULL);
	assert_int_equal(r.status, 0);
	assert_string_equal(r.out, "1\n2\n3\n4\n5\n");
	proc_result__release(&r);
}

static void no_descriptor_is_left(void **state)
{
	int before = dup(0), after;
	struct proc_result r;

	(void)state;
	close(before);
	for (int i = 0; i < 20; i++) {
		char *none[] = { (char *)"/etc/passwd", NULL };

		SH("echo x", &r, .timeout_ms = WAIT_MS);
		proc_result__release(&r);
		assert_int_equal(proc__run(&(struct proc_opts){ .argv = none }, &r), -ENOENT);
		proc_result__release(&r);
	}
	after = dup(0);
	close(after);
	assert_int_equal(after, before);
}

static void waiting_with_a_bound(void **state)
{
	pid_t pid = proc__fork_tied();

	(void)state;
	if (pid == 0) {
		pause();
		_exit(0);
	}
	assert_true(pid > 0);
	assert_int_equal(getpgid(pid), pid);
	assert_int_equal(proc__wait_ms(pid, 0), -ETIMEDOUT);
	assert_int_equal(proc__wait_ms(pid, 20), -ETIMEDOUT);
	assert_int_equal(kill(-pid, SIGUSR1), 0);
	assert_int_equal(proc__wait_ms(pid, 5000), 128 + SIGUSR1);
	assert_int_equal(proc__wait(pid), -ECHILD);
	assert_int_equal(proc__wait_ms(pid, 10), -ECHILD);
}

/* A tied child cannot outlive us, however we end. */
static void tied_children_die_with_the_parent(void **state)
{
	int fd[2];
	pid_t parent, child;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	parent = fork();
	if (parent == 0) {
		pid_t pid = proc__fork_tied();

		if (pid == 0) {
			pause();
			_exit(0);
		}
		(void)!write(fd[1], &pid, sizeof(pid));
		raise(SIGKILL);
	}
	assert_int_equal(read(fd[0], &child, sizeof(child)), sizeof(child));
	assert_int_equal(proc__wait(parent), 128 + SIGKILL);
	assert_true(gone(child));
	close(fd[0]);
	close(fd[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_and_status),
		cmocka_unit_test(streams_can_be_merged_or_filed),
		cmocka_unit_test(place_and_environment),
		cmocka_unit_test(more_output_than_wanted),
		cmocka_unit_test(what_cannot_be_started),
		cmocka_unit_test(a_timeout_ends_the_group),
		cmocka_unit_test(a_silent_program_is_bounded),
		cmocka_unit_test(a_killed_program_takes_its_group_along),
		cmocka_unit_test(signals_do_not_disturb),
		cmocka_unit_test(no_descriptor_is_left),
		cmocka_unit_test(waiting_with_a_bound),
		cmocka_unit_test(tied_children_die_with_the_parent),
	};

	return cmocka_run_group_tests_name("lib/proc", tests, NULL, NULL);
}

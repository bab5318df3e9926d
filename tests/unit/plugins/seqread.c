// SPDX-License-Identifier: GPL-2.0-only
/*
 * seqread-xfs through its hooks, on this machine's own XFS if it has one, and the parsers of its
 * inputs: it works, it notices work that was not done, and leaves nothing behind.
 */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "tests/unit/fake_program.h"
#include "workloads/workload.h"
#include "workloads/output/xfs_io.h"

#include <fcntl.h>
#include <glob.h>
#include <math.h>
#include <unistd.h>

#define SIZE (8u << 20)

struct fixture {
	const struct workload *w;
	struct param_set ps;
	struct job job;
};

/* Nothing needs to be loaded here, but the file system or loop devices may be missing. */
static int modprobe(void *arg __unused, const char *name, const char *options __unused,
		    struct err *err)
{
	_free_ char *fs = NULL;

	if (streq(name, "loop") && fs__exists("/dev/loop-control"))
		return 0;
	if (streq(name, "xfs") && !fs__read("/proc/filesystems", 1 << 16, &fs, NULL) &&
	    strstr(fs, "\txfs\n"))
		return 0;
	return err__set(err, -ENOENT, "no module %s here", name);
}

static const struct job_env env = { .modprobe = modprobe };

static void start(struct fixture *f, const char *name, const char *value)
{
	struct err err;

	f->w = workload__find("seqread-xfs");
	param_set__init(&f->ps, f->w->params);
	assert_int_equal(param_set__put(&f->ps, "size", "8M", &err), 0);
	if (name)
		assert_int_equal(param_set__put(&f->ps, name, value, &err), 0);
	f->job = (struct job){
		.source = f->w->name, .params = &f->ps, .env = &env, .iterations = 2
	};
	snprintf(f->job.dir, sizeof(f->job.dir), "/tmp/kduel-test-XXXXXX");
	assert_non_null(mkdtemp(f->job.dir));
}

static size_t attached_loops(void)
{
	glob_t g;
	size_t n;

	assert_int_not_equal(glob("/sys/block/loop*/loop/backing_file", 0, NULL, &g), GLOB_NOSPACE);
	n = g.gl_pathc;
	globfree(&g);
	return n;
}

static size_t loops_before;

/* A mount would make rmdir() fail; the loop device disappears shortly after its last user. */
static void stop(struct fixture *f)
{
	f->w->teardown(&f->job);
	assert_null(f->job.priv);
	if (rmdir(f->job.dir))
		fail_msg("%s: %s", f->job.dir, strerror(errno));
	for (int i = 0; i < 100 && attached_loops() > loops_before; i++)
		usleep(20 * 1000);
	assert_int_equal(attached_loops(), loops_before);
	job__release(&f->job);
	param_set__release(&f->ps);
}

/* Set up; without XFS, only check that this is reported. */
static bool ready(struct fixture *f)
{
	int err = f->w->supported(&f->job);

	if (!err)
		err = f->w->setup(&f->job);
	if (!err)
		return true;
	if (err != -EOPNOTSUPP && err != -ENOENT)
		fail_msg("%d: %s", err, f->job.err.msg);
	print_message("not possible on this machine: %s\n", f->job.err.msg);
	return false;
}

static void check_iteration(struct fixture *f, uint64_t operations, size_t samples)
{
	struct job *job = &f->job;

	job__clear_samples(job);
	if (f->w->run(job) || f->w->verify(job))
		fail_msg("iteration %u: %s", job->iteration, job->err.msg);
	assert_int_equal(job->operations, operations);
	assert_int_equal(job->n_samples, samples);
	for (size_t i = 0; i < samples; i++) {
		assert_non_null(metric__find(f->w->metrics, job->samples[i].metric));
		assert_true(job->samples[i].value > 0);
	}
	job->iteration++;
}

static void it_works(void **state __unused)
{
	struct fixture f;

	start(&f, NULL, NULL);
	if (ready(&f)) {
		check_iteration(&f, SIZE / 4096 + SIZE / 65536 + SIZE / (1 << 20), 3);
		check_iteration(&f, SIZE / 4096 + SIZE / 65536 + SIZE / (1 << 20), 3);
	}
	stop(&f);
	start(&f, "blocks", "64k");
	if (ready(&f)) {
		check_iteration(&f, SIZE / 65536, 1);
		assert_string_equal(f.job.samples[0].metric, "bw_64k");
	}
	stop(&f);
}

static void expect(struct fixture *f, int got, int want, const char *says)
{
	if (got != want || !strstr(f->job.err.msg, says))
		fail_msg("%d: '%s'", got, f->job.err.msg);
}

/* Take the file out of the page cache. */
static void evict(const struct fixture *f)
{
	_free_ char *path = xasprintf("%s/mnt/file", f->job.dir);
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
}

static void what_was_not_done_is_noticed(void **state __unused)
{
	struct fixture f;

	start(&f, NULL, NULL);
	if (ready(&f)) {
		expect(&f, f.w->verify(&f.job), -EPROTO, "there is no line 'read");
		check_iteration(&f, SIZE / 4096 + SIZE / 65536 + SIZE / (1 << 20), 3);
		expect(&f, f.w->verify(&f.job), -EPROTO, "there is no line 'read");
		assert_int_equal(f.w->run(&f.job), 0);
		evict(&f);
		expect(&f, f.w->verify(&f.job), -EIO, " pages of the file are not in the page");
		assert_int_equal(f.w->run(&f.job), 0);
		expect(&f, f.w->verify(&f.job), -EIO, "reads went to the disk");
	}
	stop(&f);
}

/* Each step of set-up and work fails once; nothing is left of it, and the next run works. */
static void failing_in_the_middle(void **state __unused)
{
	static const struct {
		const char *program, *script;
		bool in_setup;
		const char *says;
	} cases[] = {
		{ "mkfs.xfs", "echo no >&2; exit 3", true, "mkfs.xfs exited with 3: no" },
		{ "mkfs.xfs", "exit 0", true, "cannot mount" },
		{ "xfs_io", "exit 1", true, "xfs_io exited with 1" },
		{ "xfs_io", "kill -9 $$", false, "xfs_io was killed by signal 9" },
		{ "xfs_io",
		  "echo 'read 4096/8388608 bytes at offset 0\n4 KiB, 2048 ops; 0.1 sec "
		  "(1 MiB/sec and 2 ops/sec)'",
		  false, "read 4096 bytes of 8388608" },
		{ "xfs_io",
		  "echo 'read 8388608/8388608 bytes at offset 0\n8 MiB, 8 ops; 0.1 sec "
		  "(80 MiB/sec and 8 ops/sec)'",
		  false, "did not read the file with -b 4k" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture f;
		char *fake = NULL;
		int ret;

		start(&f, NULL, NULL);
		if (cases[i].in_setup)
			fake = fake_program(cases[i].program, cases[i].script);
		ret = f.w->supported(&f.job) ? -EOPNOTSUPP : f.w->setup(&f.job);
		if (!ret && !cases[i].in_setup) {
			fake = fake_program(cases[i].program, cases[i].script);
			ret = f.w->run(&f.job) ? -EIO : f.w->verify(&f.job);
		}
		if (ret != -EOPNOTSUPP && ret != -ENOENT && !strstr(f.job.err.msg, cases[i].says))
			fail_msg("case %zu: %d, '%s'", i, ret, f.job.err.msg);
		assert_true(ret < 0);
		if (fake)
			remove_fake(fake);
		stop(&f);
	}
	it_works(NULL);
}

static void misuse_is_explained(void **state __unused)
{
	struct fixture f;

	start(&f, "size", "1500000");
	expect(&f, f.w->setup(&f.job), -EINVAL, "must be a multiple of 1M");
	stop(&f);
	start(&f, "size", "16T");
	expect(&f, f.w->setup(&f.job), -ENOMEM, "size 16T needs 32.0 TiB of free memory, ");
	stop(&f);
}

static char *load(const char *name)
{
	_free_ char *path = xasprintf("tests/data/xfs_io/%s", name);
	char *text;

	if (fs__read(path, 1u << 16, &text, NULL))
		fail_msg("cannot read %s: run the test from the top directory", path);
	return text;
}

static void recorded_output(void **state __unused)
{
	static const struct xfs_io_read want[] = {
		{ SIZE * 2, SIZE * 2, 4096, 634.543 },
		{ SIZE * 2, SIZE * 2, 256, 4.948 * 1024 },
		{ SIZE * 2, SIZE * 2, 16, 3.481 * 1024 },
	};
	_free_ char *three = load("three.txt"), *cut = load("short.txt"), *bad = load("failed.txt");
	const char *p = three;
	struct xfs_io_read r;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		assert_int_equal(xfs_io__next(&p, &r, &err), 0);
		assert_int_equal(r.bytes, want[i].bytes);
		assert_int_equal(r.asked, want[i].asked);
		assert_int_equal(r.ops, want[i].ops);
		assert_true(fabs(r.rate - want[i].rate) < 1e-9);
	}
	assert_int_equal(xfs_io__next(&p, &r, &err), -ENOENT);
	p = cut;
	assert_int_equal(xfs_io__next(&p, &r, &err), 0);
	assert_true(r.bytes == SIZE * 2 && r.asked == SIZE * 4);
	p = bad;
	assert_int_equal(xfs_io__next(&p, &r, &err), -EIO);
	assert_string_equal(err.msg, "xfs_io: /nonexistent: No such file or directory");
	p = "read 8192/8192 bytes at offset 0\n"
	    "8 KiB, 2 ops; 0:00:02.00 (4 KiB/sec and 1 ops/sec)\npread: Input/output error\n";
	assert_int_equal(xfs_io__next(&p, &r, &err), 0);
	assert_true(r.rate == 4.0 / 1024);
	assert_int_equal(xfs_io__next(&p, &r, &err), -EIO);
	assert_string_equal(err.msg, "xfs_io: pread: Input/output error");
	three[60] = '\0'; /* in the middle of the second line */
	p = three;
	assert_int_equal(xfs_io__next(&p, &r, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "expected 'N ops; T sec"));
}

static void rubbish(void **state __unused)
{
	static const char *const bad[] = {
		"read ",
		"read /",
		"read 1/2",
		"read x/1 bytes at offset 0\n",
		"read 1/1 bytes at offset 0\n",
		"read 1/1 bytes at offset 0\n1 bytes, 1 ops; 1 sec (",
		"read 1/1 bytes at offset 0\n1 bytes, 1 ops; 1 sec (1 XiB/sec and 1 ops/sec)\n",
		"read 1/1 bytes at offset 0\n1 bytes, -1 ops; 1 sec (1 MiB/sec and 1 ops/sec)\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *p = bad[i];
		struct xfs_io_read r;
		struct err err = { "" };

		assert_int_equal(xfs_io__next(&p, &r, &err), -EPROTO);
		assert_true(str_starts(err.msg, "xfs_io: expected"));
	}
}

static void a_long_line_is_shown_in_part(void **state __unused)
{
	_free_ char *text = xasprintf("read %0600d\n", 7);
	const char *p = text;
	struct xfs_io_read r;
	struct err err = { "" };

	assert_int_equal(xfs_io__next(&p, &r, &err), -EPROTO);
	assert_non_null(strstr(err.msg, "'read 0000000000"));
	assert_true(strlen(err.msg) < 200);
}

static void reads_of_a_disk(void **state __unused)
{
	_free_ char *text = NULL;
	uint64_t n;

	if (fs__read("tests/data/proc/diskstats.txt", 1 << 16, &text, NULL))
		fail_msg("run the test from the top directory");
	assert_int_equal(diskstats__reads(text, "vda", &n), 0);
	assert_int_equal(n, 1061971);
	assert_int_equal(diskstats__reads(text, "loop0", &n), 0);
	assert_int_equal(n, 814);
	assert_int_equal(diskstats__reads(text, "loop", &n), -ENOENT);
	assert_int_equal(diskstats__reads("7 0 loop0", "loop0", &n), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_works),
		cmocka_unit_test(what_was_not_done_is_noticed),
		cmocka_unit_test(failing_in_the_middle),
		cmocka_unit_test(misuse_is_explained),
		cmocka_unit_test(recorded_output),
		cmocka_unit_test(rubbish),
		cmocka_unit_test(a_long_line_is_shown_in_part),
		cmocka_unit_test(reads_of_a_disk),
	};

	loops_before = attached_loops();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

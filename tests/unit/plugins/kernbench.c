// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernbench through its hooks, with this machine's compiler: a build that was skipped, in whole, in
 * part or by a fake compiler, is noticed; a build that fails leaves nothing behind for the next
 * one.
 */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "tests/unit/job_fixture.h"

#include "tests/unit/fake_program.h"

/* False, after printing why, if the compiler or the source is missing. */
static bool begin(struct fixture *f)
{
	fixture__begin(f, "kernbench", "jobs", "2", NULL);
	if (!f->wl->supported(&f->job)) {
		if (f->wl->setup(&f->job))
			fail_msg("%s", f->job.err.msg);
		return true;
	}
	assert_non_null(strstr(f->job.err.msg, "(package "));
	print_message("not possible on this machine: %s\n", f->job.err.msg);
	fixture__end(f);
	return false;
}

static void end(struct fixture *f)
{
	f->wl->teardown(&f->job);
	assert_null(f->job.priv);
	fixture__end(f);
}

/* A compiler that only claims to have worked. In the Makefile's rule the object is the fourth
 * argument. */
static const char empty_objects[] = ": >\"$4\"";

/* The real compiler, except that it makes nothing of one file. */
static char *all_but_one(void)
{
	_free_ char *gcc = fs__find_program("gcc");
	_free_ char *script =
		xasprintf("[ \"$4\" = ds.o ] && exit 0\nexec %s -O0 -c -o \"$4\" -x c "
			  "/dev/null",
			  gcc);

	return fake_program("gcc", script);
}

static void skipped_work_is_noticed(void **state __unused)
{
	struct fixture f;
	char *fake;

	if (!begin(&f))
		return;
	fixture__expects(&f, f.wl->verify(&f.job), -EIO, "the build was to make ");
	fake = fake_program("gcc", empty_objects);
	assert_int_equal(f.wl->run(&f.job), 0);
	fixture__expects(&f, f.wl->verify(&f.job), -EIO,
			 "divide.o: it is not an object file of this machine");
	remove_fake(fake);
	end(&f);
	assert_true(begin(&f));
	fake = all_but_one();
	assert_int_equal(f.wl->run(&f.job), 0);
	fixture__expects(&f, f.wl->verify(&f.job), -EIO, "ds.o: No such file");
	remove_fake(fake);
	end(&f);
}

static void failing_in_the_middle(void **state __unused)
{
	struct fixture f;
	char *fake;

	if (!begin(&f))
		return;
	fake = fake_program("gcc", "echo 'internal compiler error' >&2; exit 4");
	fixture__expects(&f, f.wl->run(&f.job), -EIO, "internal compiler error");
	remove_fake(fake);
	end(&f);
	assert_true(begin(&f));
	assert_int_equal(f.wl->run(&f.job), 0);
	if (f.wl->verify(&f.job))
		fail_msg("%s", f.job.err.msg);
	assert_int_equal(f.job.operations, 1);
	assert_true(fixture__value(&f, "user") > 0 && fixture__value(&f, "elapsed") > 0);
	job__clear_samples(&f.job);
	fixture__expects(&f, f.wl->verify(&f.job), -EIO, "the build was to make ");
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(skipped_work_is_noticed),
		cmocka_unit_test(failing_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

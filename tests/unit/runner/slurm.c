// SPDX-License-Identifier: GPL-2.0-only
/* Parsing the output of Slurm's programs: job numbers, lists of jobs and nodes, reasons, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "runner/cli/fleet/slurm.h"

static void test_id(void **state __unused)
{
	static const char *const bad[] = { "",
					   "\n",
					   ";lab\n",
					   "12",
					   "-1\n",
					   " 12\n",
					   "12 ;lab\n",
					   "0x12\n",
					   "12.0\n",
					   "12_3\n",
					   "Submitted batch job 12\n",
					   "1234567890123456\n" };
	char id[SLURM_ID_MAX];
	struct err err;

	assert_int_equal(slurm__parse_id("12\n", id, &err), 0);
	assert_string_equal(id, "12");
	assert_int_equal(slurm__parse_id("4294967295;lab\n", id, &err), 0);
	assert_string_equal(id, "4294967295");
	assert_int_equal(slurm__parse_id("123456789012345;", id, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		/* sbatch prints a newline: without it, the number may be truncated. */
		if (slurm__parse_id(bad[i], id, &err) != -EPROTO)
			fail_msg("\"%s\" is taken for a job", bad[i]);
		assert_non_null(strstr(err.msg, "sbatch: expected a job number"));
	}
}

static void test_list(void **state __unused)
{
	_free_ char *name = xcalloc(1, 80), *state_name = xcalloc(1, 80), *reason = xcalloc(1, 500);
	_free_ char *text = NULL;
	struct slurm_list l;

	slurm__parse_list("sut1|IDLE|none\n"
			  "sut2|DRAINED*|kduel: machine not back | on known-good\n"
			  "17|PENDING|(Resources)\n"
			  "17_[1-4]|PENDING|None\n" /* a job array: not ours */
			  "sut1|MIXED|none\n" /* a node in two partitions */
			  "slurm_load_jobs error: Unable to contact slurm controller\n"
			  "a|b\n|RUNNING|x\nc||x\n\n"
			  "sut 3|IDLE|none\n"
			  "sut4|IDLE|tab\there \xff\x1b[31m\n"
			  "last|UNKNOWN|",
			  &l);
	assert_int_equal(l.n, 6);
	assert_string_equal(slurm_list__find(&l, "sut1")->state, "idle");
	assert_string_equal(slurm_list__find(&l, "sut2")->state, "drained*");
	assert_string_equal(slurm_list__find(&l, "sut2")->reason,
			    "kduel: machine not back | on known-good");
	assert_string_equal(slurm_list__find(&l, "17")->state, "pending");
	assert_string_equal(slurm_list__find(&l, "sut4")->reason, "tab?here ??[31m");
	assert_string_equal(slurm_list__find(&l, "last")->reason, "");
	assert_null(slurm_list__find(&l, "sut"));
	assert_null(slurm_list__find(&l, "17_[1-4]"));
	free(l.v);

	slurm__parse_list("", &l);
	assert_int_equal(l.n, 0);

	/* The longest fields that fit, then one byte more. */
	memset(name, 'n', sizeof(l.v->name) - 1);
	memset(state_name, 'S', SLURM_STATE_MAX - 1);
	memset(reason, 'r', 400);
	text = xasprintf("%s|%s|%s\n%sn|IDLE|x\nm|%sS|x\n", name, state_name, reason, name,
			 state_name);
	slurm__parse_list(text, &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].name, name);
	assert_int_equal(strlen(l.v[0].state), SLURM_STATE_MAX - 1);
	assert_int_equal(strlen(l.v[0].reason), SLURM_REASON_MAX - 1);
	free(l.v);
}

static void test_reason(void **state __unused)
{
	_free_ char *plain = slurm__reason("kduel: machine sut1 not back");
	_free_ char *odd = slurm__reason("a\n\tb \"c\" `d` $(e) \\ 'f' \x7f\xc3\xa4");
	_free_ char *text = xcalloc(1, 1000), *cut = NULL;

	assert_string_equal(plain, "kduel: machine sut1 not back");
	assert_string_equal(odd, "a  b ?c? ?d? ?(e) ? ?f? ???");
	memset(text, 'x', 999);
	cut = slurm__reason(text);
	assert_int_equal(strlen(cut), SLURM_REASON_MAX - 1);
}

static void test_limits(void **state __unused)
{
	static const char *const never[] = {
		"25:00",
		"07:60",
		"7",
		":",
		"T",
		"7:05",
		"07:5",
		"07:05:60",
		"07:05:",
		"T07:05",
		"07:05-0100",
		"2026-02-30",
		"2027-02-29",
		"2026-13-01T07:00",
		"2026-11-29T",
		"2026-11-29T24:00",
		"2026-11-29T07:00-0100",
		"2026-11-29T07:00:00-0100",
		"2026-11-29T07:00T",
		"2026-1-29",
		"99999999",
	};
	struct err err;

	assert_int_equal(slurm__minutes(60 * NSEC_PER_SEC), 1);
	assert_int_equal(slurm__minutes(60 * NSEC_PER_SEC + 1), 2);
	assert_int_equal(slurm__minutes(1), 1);
	assert_true(slurm__is_moment("22:00"));
	assert_true(slurm__is_moment("2026-11-29T06:30"));
	assert_false(slurm__is_moment(""));
	assert_true(slurm__is_moment("2026-11-29"));
	assert_true(slurm__is_moment("22:00:30"));
	assert_true(slurm__is_moment("00:00"));
	assert_true(slurm__is_moment("23:59:59"));
	assert_true(slurm__is_moment("2028-02-29T06:30:15"));
	for (size_t i = 0; i < ARRAY_SIZE(never); i++)
		assert_false(slurm__is_moment(never[i]));
	assert_false(slurm__is_moment("now+1hour"));
	assert_false(slurm__is_moment("22:00 --wrap=x"));
	assert_int_equal(slurm__check_name("sut1", &err), 0);
	assert_int_equal(slurm__check_name("default", &err), -EINVAL);
	assert_int_equal(slurm__check_name("All", &err), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_id),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_reason),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

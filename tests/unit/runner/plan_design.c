// SPDX-License-Identifier: GPL-2.0-only
/* Comparisons, 2x2 designs and margins of a plan, and mistakes in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "reports/stats/factorial.h"
#include "runner/plan/read.h"

#define HEAD                                                                                 \
	"target: {kind: fake}\nvariants: [{name: n1}, {name: n0}, {name: o1}, {name: o0}]\n" \
	"baseline: o0\nworkloads: [boot, hackbench, fio-dmcrypt]\n"

static struct plan *parse(const char *text, struct plan_diag *diag)
{
	struct plan *plan;

	plan__parse("p.yaml", text, strlen(text), &plan, diag);
	return plan;
}

static void everything(void **state)
{
	struct plan_diag diag = { 0 };
	struct plan *p = parse(HEAD
			       "design: paired\n"
			       "factorial:\n- {both: n1, first: n0, second: o1, neither: o0}\n"
			       "- {title: turned, both: o0, first: n0, second: o1, neither: n1}\n"
			       "margins:\n  hackbench/time: 5%\n  meminfo/mem_total: 128 kB\n"
			       "  fio-dmcrypt/iops: 0.5 %\n",
			       &diag);

	(void)state;
	for (size_t i = 0; i < diag.msgs.n; i++)
		print_error("%s\n", diag.msgs.v[i]);
	assert_non_null(p);
	assert_true(p->paired);
	assert_int_equal(p->n_factorials, 2);
	assert_string_equal(p->factorials[0].title, "n1 net of n0 and o1");
	assert_int_equal(p->factorials[0].cell[CELL_BOTH], 0);
	assert_int_equal(p->factorials[0].cell[CELL_FIRST], 1);
	assert_int_equal(p->factorials[0].cell[CELL_SECOND], 2);
	assert_int_equal(p->factorials[0].cell[CELL_NEITHER], 3);
	assert_string_equal(p->factorials[1].title, "turned");
	assert_int_equal(p->n_margins, 3);
	assert_string_equal(p->margins[0].source, "hackbench");
	assert_string_equal(p->margins[0].metric, "time");
	assert_true(p->margins[0].rel == 0.05 && p->margins[0].abs == 0);
	assert_string_equal(p->margins[1].source, "meminfo");
	assert_true(p->margins[1].abs == 128 && p->margins[1].rel == 0);
	assert_true(p->margins[2].rel == 0.005);
	plan__free(p);
	plan_diag__release(&diag);
}

/* Margins of shares are in percentage points, whatever the unit. */
static void margins_of_shares(void **state)
{
	struct plan_diag diag = { 0 };
	struct plan *p = parse("workloads: [memcached]\n"
			       "collectors: [ptdump]\n"
			       "target: {kind: fake}\nvariants: [{name: a}]\n"
			       "margins:\n  memcached/hit_ratio: 5%\n"
			       "  ptdump/linear_map.block_share: 0.5 points\n",
			       &diag);

	(void)state;
	for (size_t i = 0; i < diag.msgs.n; i++)
		print_error("%s\n", diag.msgs.v[i]);
	assert_non_null(p);
	assert_int_equal(p->n_margins, 2);
	assert_true(p->margins[0].abs == 0.05 && p->margins[0].rel == 0);
	assert_true(p->margins[1].abs == 0.5 && p->margins[1].rel == 0);
	plan__free(p);
	plan_diag__release(&diag);
}

static void nothing(void **state)
{
	struct plan_diag diag = { 0 };
	struct plan *p = parse(HEAD "design: unpaired\n", &diag);

	(void)state;
	assert_non_null(p);
	assert_false(p->paired);
	assert_int_equal(p->n_factorials, 0);
	assert_int_equal(p->n_margins, 0);
	plan__free(p);
	plan_diag__release(&diag);
}

static void mistakes(void **state)
{
	static const struct {
		const char *text, *message;
	} v[] = {
		{ "design: pared\n", "p.yaml:5:9: 'design' must be one of unpaired|paired" },
		{ "factorial: []\n", "p.yaml:5:12: 'factorial' is empty: leave it out" },
		{ "factorial: yes\n", "p.yaml:5:12: " },
		{ "factorial: [{both: n1, first: n0, second: o1}]\n",
		  "p.yaml:5:13: a 2x2 lacks 'neither'" },
		{ "factorial: [{both: n1, first: n0, second: n1, neither: o0}]\n",
		  "p.yaml:5:43: variant 'n1' cannot be both 'both' and 'second'" },
		{ "factorial: [{both: n2, first: n0, second: o1, neither: o0}]\n",
		  "p.yaml:5:20: unknown variant 'n2'" },
		{ "factorial: [{title: '', both: n1, first: n0, second: o1, neither: o0}]\n",
		  "p.yaml:5:13: 'title' must have 1 to 120 bytes" },
		{ "margins: [5%]\n", "p.yaml:5:10: " },
		{ "margins: {hackbench/tim: 5%}\n",
		  "p.yaml:5:11: unknown metric 'hackbench/tim' (SOURCE/METRIC), did you mean "
		  "'hackbench/time'?" },
		{ "margins: {time: 5%}\n", "p.yaml:5:11: unknown metric 'time'" },
		{ "margins: {memcached/ops: 5%}\n", "p.yaml:5:11: unknown metric" },
		{ "margins: {hackbench/time: 5}\n",
		  "p.yaml:5:27: the margin of hackbench/time must be above 0 and in per cent "
		  "(at most 1000%) or s, such as 5% or 64 s, not '5'" },
		{ "margins: {hackbench/time: 5 kB}\n", "p.yaml:5:27: the margin of" },
		{ "collectors: [ptdump]\nmargins: {ptdump/linear_map.block_share: 101%}\n",
		  "p.yaml:6:42: the margin of ptdump/linear_map.block_share must be above 0 and in "
		  "points (at most 100%) or %, such as 5% or 64 %, not '101%'" },
		{ "margins: {hackbench/time: 0%}\n", "p.yaml:5:27: the margin of" },
		{ "margins: {hackbench/time: -1%}\n", "p.yaml:5:27: the margin of" },
		{ "margins: {hackbench/time: 1001%}\n", "p.yaml:5:27: the margin of" },
		{ "margins: {hackbench/time: [1%]}\n", "p.yaml:5:27: " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		_free_ char *text = xasprintf("%s%s", HEAD, v[i].text);
		struct plan_diag diag = { 0 };

		assert_null(parse(text, &diag));
		assert_int_equal(diag.msgs.n, 1);
		if (!str_starts(diag.msgs.v[0], v[i].message))
			fail_msg("got '%s', want '%s'", diag.msgs.v[0], v[i].message);
		plan_diag__release(&diag);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything),
		cmocka_unit_test(margins_of_shares),
		cmocka_unit_test(nothing),
		cmocka_unit_test(mistakes),
	};

	setenv("KDUEL_CONFIG_DIR", "configs", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

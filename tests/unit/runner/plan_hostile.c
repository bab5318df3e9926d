// SPDX-License-Identifier: GPL-2.0-only
/* Files that are not plans: nested too deeply, too long, full of mistakes, unreadable. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "runner/plan/read.h"

#define FAKE "target: {kind: fake}\n"
#define TWO "variants: [name: a, name: b]\nbaseline: b\n"
#define WORK "workloads: [boot]\n"

/* Parse `head` followed by `n` times `unit`. `want` is the first message. */
static void hostile(const char *head, const char *unit, size_t n, const char *want)
{
	struct plan_diag diag = { 0 };
	struct plan *plan;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	fputs(head, f);
	for (size_t i = 0; i < n; i++)
		fputs(unit, f);
	fclose(f);
	assert_int_equal(plan__parse("p.yaml", text, len, &plan, &diag), -EINVAL);
	assert_true(diag.msgs.n >= 1 && diag.msgs.n <= 101);
	assert_string_equal(diag.msgs.v[0], want);
	for (size_t i = 0; i < diag.msgs.n; i++)
		assert_null(strstr(diag.msgs.v[i], "is empty"));
	plan_diag__release(&diag);
	free(text);
}

static void hostile_files_end_soon(void **state)
{
	(void)state;
	hostile("", "[", 1 << 19, "p.yaml:1:33: nested too deeply");
	hostile("", "- ", 1 << 19, "p.yaml:1:65: nested too deeply");
	hostile("", "- &a a\n", 100000, "p.yaml:1001:3: too many anchors");
	hostile("name: ", "a", 1 << 19, "p.yaml:1:1: a plan lacks 'variants'");
	hostile("", "a", (1 << 20) + 1, "p.yaml:1:1: larger than 1048576 bytes");
	hostile(FAKE TWO "workloads:\n", "- q\n", 2000,
		"p.yaml:5:1: 'workloads' has 2000 entries, more than 1000");
	hostile("&a [*a]", "", 0,
		"p.yaml:1:1: a plan must be a mapping (key: value), found a list");
	hostile(FAKE "variants: &v [*v, name: a]\nbaseline: a\n" WORK, "", 0,
		"p.yaml:2:11: a variant must be a mapping (key: value), found a list");
}

static void a_flood_of_mistakes_is_cut(void **state)
{
	struct plan_diag diag = { 0 };
	struct plan *plan;
	char text[8192] = FAKE TWO "workloads:\n";
	size_t len = strlen(text);

	(void)state;
	for (int i = 0; i < 500; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "- w%d\n", i);
	assert_int_equal(plan__parse("p.yaml", text, len, &plan, &diag), -EINVAL);
	assert_int_equal(diag.msgs.n, 101);
	assert_non_null(strstr(diag.msgs.v[0], "p.yaml:5:3: unknown workload 'w0'; known: "));
	for (size_t i = 0; i < workload__count; i++)
		assert_non_null(strstr(diag.msgs.v[0], workload__all[i]->name));
	assert_string_equal(diag.msgs.v[100],
			    "p.yaml:105:3: too many mistakes, the rest is not shown");
	plan_diag__release(&diag);
}

static void files_that_cannot_be_read(void **state)
{
	struct plan_diag diag = { 0 };
	struct plan *plan;

	(void)state;
	assert_int_equal(plan__load("no/such.yaml", &plan, &diag), -ENOENT);
	assert_string_equal(diag.msgs.v[0],
			    "no/such.yaml: cannot read the plan: No such file or directory");
	assert_int_equal(plan__load("configs", &plan, &diag), -EISDIR);
	assert_int_equal(plan__load("/dev/zero", &plan, &diag), -EFBIG);
	assert_string_equal(diag.msgs.v[2], "/dev/zero: larger than 1048576 bytes: not a plan");
	assert_null(plan);
	plan_diag__release(&diag);
}

static void no_cpu_table(void **state)
{
	struct plan_diag diag = { 0 };
	struct plan *plan;

	(void)state;
	setenv("KDUEL_CONFIG_DIR", "no/such", 1);
	assert_int_equal(plan__parse("p.yaml", FAKE TWO WORK, strlen(FAKE TWO WORK), &plan, &diag),
			 -ENOENT);
	setenv("KDUEL_CONFIG_DIR", "configs", 1);
	assert_non_null(strstr(diag.msgs.v[0], "cpus.yaml"));
	assert_null(plan);
	plan_diag__release(&diag);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_files_end_soon),
		cmocka_unit_test(a_flood_of_mistakes_is_cut),
		cmocka_unit_test(files_that_cannot_be_read),
		cmocka_unit_test(no_cpu_table),
	};

	setenv("KDUEL_CONFIG_DIR", "configs", 1);
	return cmocka_run_group_tests_name("runner/plan hostile", tests, NULL, NULL);
}

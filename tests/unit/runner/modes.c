// SPDX-License-Identifier: GPL-2.0-only
/* Translating `rodata` of a variant to the parameters of its kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "runner/campaign/modes.h"
#include "runner/plan/read.h"

#define CONFIG "build/test-modes.config"
#define TRAP "CONFIG_KFENCE=y\nCONFIG_KFENCE_SAMPLE_INTERVAL=0\n"
#define EARLY "CONFIG_KFENCE=y\nCONFIG_KFENCE_SAMPLE_INTERVAL=100\n"
#define NO_KFENCE "# CONFIG_KFENCE is not set\n"
#define KFENCE " kfence.sample_interval=100"

static struct plan *load(const char *variants)
{
	_free_ char *text = xasprintf("variants:\n%sbaseline: a\nworkloads: [boot]\n", variants);
	struct plan_diag diag = { 0 };
	struct plan *plan;

	assert_int_equal(plan__parse("p.yaml", text, strlen(text), &plan, &diag), 0);
	plan_diag__release(&diag);
	return plan;
}

#define KERNEL "kernel: {packages: [x], suites: [sid]}"
#define VARIANTS(a, b) "  - {name: a, " KERNEL ", " a "}\n  - {name: b, " KERNEL ", " b "}\n"

/* The command lines of both variants, separated by " | ", or the error. The caller frees. */
static char *lines(const char *variants, const char *release, const char *config)
{
	struct kernel k = { .release = (char *)release, .config = config ? (char *)CONFIG : NULL };
	struct kernel *kernels[] = { &k, &k };
	struct plan *plan = load(variants);
	struct err err;
	char *text;

	if (config)
		assert_int_equal(fs__write_atomic(CONFIG, config, strlen(config)), 0);
	if (modes__apply(plan, kernels, &err))
		text = xstrdup(err.msg);
	else
		text = xasprintf("%s | %s", plan->variants[0].cmdline, plan->variants[1].cmdline);
	plan__free(plan);
	return text;
}

static void words_of_releases(void **state __unused)
{
	static const struct {
		const char *variants, *release, *config, *want;
	} cases[] = {
		{ VARIANTS("rodata: full", "cpu: max"), "6.17.13+deb13-arm64", TRAP,
		  "rodata=full | " },
		{ VARIANTS("rodata: full", "cpu: max"), "6.18.15+deb13-arm64", TRAP,
		  "rodata=on | " },
		{ VARIANTS("rodata: full", "rodata: noalias"), "6.12.117", TRAP,
		  "rodata=full" KFENCE " | rodata=on" KFENCE },
		{ VARIANTS("rodata: full", "rodata: noalias"), "7.3.4", TRAP,
		  "rodata=on" KFENCE " | rodata=noalias" KFENCE },
		{ VARIANTS("rodata: full", "rodata: off"), "7.3.4", EARLY,
		  "rodata=on | rodata=off" },
		{ VARIANTS("rodata: full", "rodata: off"), "7.3.4", NO_KFENCE,
		  "rodata=on | rodata=off" },
		/* The kernel's config is unknown: add the word, as it does no harm. */
		{ VARIANTS("rodata: full", "rodata: off"), "7.3.4", NULL,
		  "rodata=on" KFENCE " | rodata=off" KFENCE },
		{ VARIANTS("rodata: full, cmdline: quiet kfence.sample_interval=50",
			   "rodata: noalias"),
		  "6.18.0-rc1", TRAP,
		  "quiet kfence.sample_interval=50 rodata=on | rodata=noalias" KFENCE },
		{ VARIANTS("cpu: max", "rodata: noalias, cmdline: kfence.sample_interval=0"),
		  "6.18.1", TRAP,
		  "p.yaml:3:5: variant 'b': 'rodata' shall not affect the linear map, but with "
		  "kfence.sample_interval=0 this kernel maps it by pages: remove that from 'cmdline'" },
		{ VARIANTS("rodata: off", "cpu: max"), "next", TRAP,
		  "p.yaml:2:5: variant 'a': 'rodata' needs a kernel release such as 6.12, to know its words: found 'next'" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *got = lines(cases[i].variants, cases[i].release, cases[i].config);

		assert_string_equal(got, cases[i].want);
	}
}

static void other_architectures(void **state __unused)
{
	struct kernel k = { .release = (char *)"7.3.4", .arch = (char *)"amd64" };
	struct kernel *kernels[] = { &k, &k };
	struct plan *plan = load(VARIANTS("rodata: full", "rodata: off"));
	struct err err;

	assert_int_equal(modes__apply(plan, kernels, &err), -EINVAL);
	assert_string_equal(err.msg,
			    "p.yaml:2:5: variant 'a': 'rodata' is for arm64: its kernel is for "
			    "amd64");
	plan__free(plan);
}

/* In a dry run, nothing is known about a kernel that would be built. */
static void planned_kernels(void **state __unused)
{
	struct kernel k = { .planned = true };
	struct kernel *kernels[] = { &k, &k };
	struct plan *plan = load(VARIANTS("rodata: full", "rodata: off"));
	struct err err;

	assert_int_equal(modes__apply(plan, kernels, &err), 0);
	assert_string_equal(plan->variants[1].cmdline, "");
	plan__free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_releases),
		cmocka_unit_test(other_architectures),
		cmocka_unit_test(planned_kernels),
	};

	setenv("KDUEL_CONFIG_DIR", "configs", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

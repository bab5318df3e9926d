// SPDX-License-Identifier: GPL-2.0-only
/* Creation of the linear map: releases are ordered by version, sizes and lines as in the plan. */
#include "tests/unit/reports/fixture.h"

#include "reports/report/creation.h"

static struct metric metric = { .name = "kernel.map_instructions",
				.unit = "instructions",
				.margin_rel = 0.01,
				.kind = METRIC_COUNT,
				.primary = true };

/* A plan with the newest release first, and larger sizes before smaller ones. */
static const struct {
	const char *variant, *release, *command;
	double instructions;
} boots[] = {
	{ "new-4G", "7.3.4-arm64", "qemu-system-aarch64 -m 4096M", 900 },
	{ "new-1G", "7.3.4-arm64", "qemu-system-aarch64 -m 1024M", 300 },
	{ "blocks-4G", "7.3.4-arm64", "qemu-system-aarch64 -m 4096M", 20 },
	{ "blocks-1G", "7.3.4-arm64", "qemu-system-aarch64 -m 1024M", 10 },
	{ "rc-4G", "7.3.0-rc2-arm64", "qemu-system-aarch64 -m 4096M", 950 },
	{ "mid-4G", "6.12.117+deb13-arm64", "qemu-system-aarch64 -m 4096M", 1400 },
	{ "mid-1G", "6.12.117+deb13-arm64", "qemu-system-aarch64 -m 5G -append 'a=1 mem=1024M'",
	  400 },
	{ "old-1G", "6.9.0-arm64", "qemu-system-aarch64 -m 1024M", 800 },
	{ "huge-16G", "7.3.4-arm64", "qemu-system-aarch64 -m 16G", 3600 },
	{ "silent-16G", "6.9.0-arm64", "qemu-system-aarch64 -m 16G", 0 }, /* without a count */
};

static void add(struct fixture *f)
{
	struct campaign_variant v[ARRAY_SIZE(boots)] = { 0 };
	struct campaign c = { .uuid = f->uuid,
			      .name = "creation",
			      .plan_path = "creation.yaml",
			      .plan_text = "name: creation\n",
			      .target = "qemu",
			      .host = "a host",
			      .version = "0.1",
			      .lock_text = "",
			      .n_slots = ARRAY_SIZE(boots),
			      .variants = v,
			      .n_variants = ARRAY_SIZE(boots) };

	for (size_t i = 0; i < ARRAY_SIZE(boots); i++) {
		/* Kernels are identified by their hash: one per release here. */
		struct store_kernel kernel = { .release = boots[i].release,
					       .arch = "arm64",
					       .origin = "a package",
					       .config_hash = "" };

		snprintf(kernel.hash, sizeof(kernel.hash), "%.60s", boots[i].release);
		assert_int_equal(store__add_kernel(f->st, &kernel, &f->err), 0);
		v[i] = (struct campaign_variant){ .name = boots[i].variant,
						  .cpu = "max",
						  .cmdline = "",
						  .kernel_hash = boots[i].release,
						  .baseline = !i };
	}
	assert_int_equal(store__add_campaign(f->st, &c, &f->err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(boots); i++) {
		struct store_sample sample = { .workload = "boot",
					       .source = "tlbmodel",
					       .version = 1,
					       .metric = &metric,
					       .basis = BASIS_EXACT,
					       .value = boots[i].instructions };
		struct store_boot b = fixture_boot((unsigned int)i, boots[i].variant);

		b.command = boots[i].command;
		b.samples = &sample;
		b.n_samples = sample.value > 0;
		fixture_add(f, &b);
	}
}

static void test_order(void **state)
{
	static const struct {
		const char *variant, *line;
		size_t series;
		double gib, instructions;
	} want[] = {
		{ "old-1G", "old", 0, 1, 800 },	     { "mid-1G", "mid", 1, 1, 400 },
		{ "mid-4G", "mid", 1, 4, 1400 },     { "rc-4G", "rc", 2, 4, 950 },
		{ "new-1G", "new", 3, 1, 300 },	     { "new-4G", "new", 3, 4, 900 },
		{ "blocks-1G", "blocks", 4, 1, 10 }, { "blocks-4G", "blocks", 4, 4, 20 },
		{ "huge-16G", "huge", 5, 16, 3600 },
	};
	struct fixture *f = *state;
	struct creation c;

	add(f);
	assert_int_equal(creation__load(f->st, f->uuid, &c, &f->err), 0);
	assert_int_equal(c.n, ARRAY_SIZE(want));
	assert_int_equal(c.n_lines, 6);
	for (size_t i = 0; i < c.n; i++) {
		assert_string_equal(c.v[i].variant, want[i].variant);
		assert_string_equal(c.v[i].line, want[i].line);
		assert_int_equal(c.v[i].series, want[i].series);
		assert_true(c.v[i].ram == want[i].gib * (1 << 30));
		assert_true(c.v[i].instructions == want[i].instructions);
		assert_int_equal(c.v[i].n, 1);
		assert_int_equal(c.v[i].basis, BASIS_EXACT);
	}
	/* 1 and 4 GiB have three releases each; 16 GiB has only one with a count. */
	assert_true(c.ram == 4.0 * (1 << 30));
	creation__release(&c);
}

/* Two variants of one kernel are not a trend over releases. */
static void test_one_release(void **state)
{
	struct fixture *f = *state;
	struct creation c;

	fixture_campaign(f, 2, 1000);
	for (unsigned int slot = 0; slot < 2; slot++) {
		struct store_sample sample = { .workload = "boot",
					       .source = "tlbmodel",
					       .version = 1,
					       .metric = &metric,
					       .basis = BASIS_EXACT,
					       .value = 7 + slot };
		struct store_boot b = fixture_boot(slot, slot ? "cand" : "base");

		b.command = slot ? "qemu-system-aarch64 -m 2G" : "ssh";
		b.samples = &sample;
		b.n_samples = 1;
		fixture_add(f, &b);
	}
	assert_int_equal(creation__load(f->st, f->uuid, &c, &f->err), 0);
	assert_int_equal(c.n, 2);
	assert_true(c.ram == 0);
	assert_true(c.v[0].ram == 0); /* unknown */
	assert_string_equal(c.v[0].line, "base");
	assert_true(c.v[1].ram == 2.0 * (1 << 30));
	creation__release(&c);
	assert_int_equal(creation__load(f->st, "ffffffff", &c, &f->err), -ENOENT);
	creation__release(&c);
}

static void test_releases(void **state __unused)
{
	static const char *const sorted[] = { "",
					      "6.1.176+deb12-cloud-arm64",
					      "6.9",
					      "6.12.9",
					      "6.12.117",
					      "6.12.117+deb9",
					      "6.12.117+deb13",
					      "6.18-rc2",
					      "6.18-rc10",
					      "6.18.0",
					      "7.0~rc1",
					      "7.3.4" };
	_free_ char *rc = release__number("7.3.0-rc2-next+"), *deb = release__number(sorted[6]);

	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++)
		for (size_t k = 0; k < ARRAY_SIZE(sorted); k++) {
			const int order = release__compare(sorted[i], sorted[k]);

			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
		}
	assert_true(release__is_same("6.18.15+deb13-cloud-arm64", "6.18.15-local"));
	assert_true(release__is_same("6.18", "6.18.0"));
	assert_false(release__is_same("6.18-rc1", "6.18"));
	assert_string_equal(rc, "7.3.0-rc2");
	assert_string_equal(deb, "6.12.117");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_one_release, fixture_setup, fixture_teardown),
		cmocka_unit_test(test_releases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* campaign_list.c - choosing among campaigns: names as wholes, parts that cut no number. */
#include "tests/unit/reports/fixture.h"
#include "reports/campaigns/campaigns.h"

static void a_number_is_not_cut(void **state)
{
	/* The release is 6.18.15-cloud-arm64, the host "a host". */
	static const struct {
		struct campaign_filter f;
		const char *machine; /* its tag; "": none */
		size_t n;
	} cases[] = {
		{ { .kernel = "6.18" }, "", 1 },
		{ { .kernel = "6.1" }, "", 0 },
		{ { .kernel = "18.15" }, "", 1 },
		{ { .kernel = "8.15" }, "", 0 },
		{ { .kernel = "CLOUD" }, "", 1 },
		{ { .kernel = "arm6" }, "", 0 },
		{ { .kernel = "arm" }, "", 1 },
		{ { .machine = "host" }, "", 1 },
		{ { .machine = "m1" }, "m1", 1 },
		{ { .machine = "m1" }, "m10", 0 },
		{ { .machine = "0123" }, "0123456789ab", 1 },
		{ { .machine = "012" }, "0123456789ab", 0 },
		{ { .plan = "demo" }, "", 1 },
		{ { .plan = "dem" }, "", 0 },
		{ { .tag = "machine=m1" }, "m10", 0 },
		{ { .tag = "machine=m10" }, "m10", 1 },
	};
	struct fixture *f = *state;

	fixture_campaign(f, 2, 1000);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(campaign_list__release) struct campaign_list list = { 0 };

		assert_int_equal(store__tag(f->st, f->uuid, "machine", cases[i].machine, 1 + i,
					    &f->err),
				 0);
		assert_int_equal(campaign_list__load(f->st, &cases[i].f, &list, &f->err), 0);
		if (list.n != cases[i].n)
			fail_msg("case %zu: %zu campaigns", i, list.n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_number_is_not_cut, fixture_setup,
						fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

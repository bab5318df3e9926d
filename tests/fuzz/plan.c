// SPDX-License-Identifier: GPL-2.0-only
/* plan.c - any bytes as a plan and as a CPU table; an accepted plan is scheduled as by `kduel run`. */
#include "runner/config/cpus.h"
#include "runner/plan/read.h"
#include "runner/campaign/schedule.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libFuzzer defines the signature. NOLINTNEXTLINE(readability-non-const-parameter) */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return setenv("KDUEL_CONFIG_DIR", "configs", 0);
}

static void use(struct plan *plan)
{
	struct strvec words = { 0 };
	struct schedule_slot *slots;
	size_t n;

	schedule__build(plan, &slots, &n);
	if (n != plan->n_variants * plan->boots)
		abort();
	for (size_t i = 0; i < n; i++)
		if (!plan->variants[slots[i].variant].name)
			abort();
	plan__guest_packages(plan, &words);
	plan__modules(plan, &words);
	strvec__release(&words);
	free(slots);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan_diag diag = { 0 };
	struct plan *plan;
	struct cpus *cpus;
	struct err err;
	int ret = plan__parse("fuzz.yaml", (const char *)data, size, &plan, &diag);

	/* Either the plan is accepted, or there is a message. */
	if ((ret == 0) != (plan != NULL) || (ret == 0) != (diag.msgs.n == 0))
		abort();
	if (plan)
		use(plan);
	plan__free(plan);
	plan_diag__release(&diag);
	if (!cpus__parse("fuzz.yaml", (const char *)data, size, &cpus, &err))
		cpus__free(cpus);
	return 0;
}

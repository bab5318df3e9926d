// SPDX-License-Identifier: GPL-2.0-only
/* core.c - YAML files of cores: each is refused with a reason, or accepted and usable by the model. */
#include "runner/config/core.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct core generic = {
	.geometry = { .l1i = { 48, 48 }, .l1d = { 48, 48 }, .l2 = { 1280, 5 }, .l1_shift = 21 },
};

/* Events survive a round trip through the table for the agent. */
static void use_events(const struct core *core)
{
	_free_ char *table = core_pmu__table(&core->pmu);
	uint64_t codes[PMC_MAX];
	struct err err;

	if (pmc__parse_table(table, codes, &err) || memcmp(codes, core->pmu.codes, sizeof(codes)))
		abort();
}

/* The plugin can parse every accepted geometry, to the same values. */
static void use_geometry(const struct core *core)
{
	_free_ char *word = geometry__format(&core->geometry), *text = core__describe(core);
	_free_ char *again = NULL;
	struct geometry g;

	if (geometry__parse(word, &g))
		abort();
	again = geometry__format(&g);
	if (!streq(word, again) || strchr(text, '\n'))
		abort();
}

static void parse(const char *text, size_t size, const struct core *from)
{
	struct err err = { "" };
	struct core core;
	int ret = core__parse("core.yaml", text, size, from, &core, &err);

	if ((ret == 0) != !err.msg[0])
		abort();
	if (ret)
		return;
	use_events(&core);
	if (core.tlb_source)
		use_geometry(&core);
	core__release(&core);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* With and without a core to take missing values from. */
	parse((const char *)data, size, &generic);
	parse((const char *)data, size, NULL);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* The key `tune` of a plan: settings of the machine while its campaign runs. */
#include "runner/plan/parse.h"

#define SWITCH "keep|on|off"

struct tune_key {
	char *governor;
	unsigned int chosen[TUNE_MAX]; /* index into the choices; 0: keep */
};

#define KNOB(key, index, words) FIELD(key, ENUM, struct tune_key, chosen[index], .choices = words)

static const struct yaml_field fields[] = {
	KNOB("aslr", TUNE_ASLR, "keep|0|1|2"),
	KNOB("boost", TUNE_BOOST, SWITCH),
	FIELD("governor", NAME, struct tune_key, governor),
	KNOB("nmi_watchdog", TUNE_NMI_WATCHDOG, SWITCH),
	KNOB("numa_balancing", TUNE_NUMA_BALANCING, SWITCH),
	KNOB("swap", TUNE_SWAP, "keep|off"),
	KNOB("thp", TUNE_THP, "keep|always|madvise|never"),
	{ 0 },
};

/* The fields are in the order of enum plan_tune_key. */
const char *plan_tune__name(size_t key)
{
	return fields[key].name;
}

/* Word number `at` of "a|b|c"; caller frees. */
static char *choice(const char *choices, unsigned int at)
{
	for (; at; at--)
		choices += strcspn(choices, "|") + 1;
	return xstrndup(choices, strcspn(choices, "|"));
}

void plan_tune__read(struct plan_ctx *ctx)
{
	struct tune_key key = { 0 };
	struct plan *p = ctx->plan;

	if (!ctx->at.tune)
		return;
	yaml__read(&ctx->y, ctx->at.tune, "'tune'", fields, &key);
	for (size_t i = 0; i < TUNE_MAX; i++)
		if (key.chosen[i])
			p->tune.word[i] = choice(fields[i].choices, key.chosen[i]);
	p->tune.word[TUNE_GOVERNOR] = key.governor;
	if (p->target.kind == TARGET_FAKE && ctx->at.tune->type == YAML_MAPPING_NODE)
		yaml__note(&ctx->y, ctx->at.tune,
			   "'tune' has no place here: target kind fake measures "
			   "nothing");
}

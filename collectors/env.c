// SPDX-License-Identifier: GPL-2.0-only
/* env: the state of the booted system apart from its kernel, so that comparisons can show
 * differences in it. */
#include "collectors/collector.h"
#include "collectors/support/env_read.h"

static void add_fact(void *arg, const char *name, const char *value)
{
	_free_ char *key = xasprintf("env/%s", name);

	job__fact(arg, key, "%s", value);
}

static int collect(struct job *job, enum collect_phase phase __unused)
{
	env__read("", add_fact, job);
	return 0;
}

const struct collector col_env = {
	.name = "env",
	.version = 1,
	.summary = "state of the system apart from its kernel: governor, THP, mitigations, ...",
	.phases = COLLECT_AFTER_BOOT,
	.max_s = 20,
	.collect = collect,
};

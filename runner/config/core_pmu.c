// SPDX-License-Identifier: GPL-2.0-only
/* core_pmu.c - section `pmu` of a core, and the names by which it identifies CPUs. */
#include "runner/config/core_pmu.h"

#include "collectors/support/env_read.h"
#include "lib/fs.h"

#include <inttypes.h>

#define MIDR "/sys/devices/system/cpu/cpu0/regs/identification/midr_el1"
#define CPUINFO "/proc/cpuinfo"
/* The bits of MIDR_EL1 that identify a core: implementer, architecture and part number, without
 * variant and revision. */
#define MIDR_MASK 0xff0ffff0u

/* Section `pmu` as read from the file. */
struct section {
	char *source;
	struct strvec cpu;
	yaml_node_t *events;
};

static const struct yaml_field fields[] = {
	FIELD("source", TEXT, struct section, source, .required = true),
	FIELD("cpu", LIST, struct section, cpu, .required = true),
	FIELD("events", NODE, struct section, events, .required = true),
	{ 0 },
};

/* Read an event. It is checked by the parser that the collector uses, so format it as NAME=CODE. */
static void read_event(struct yaml *y, const yaml_node_t *map, size_t i, struct core_pmu *pmu)
{
	yaml_node_t *key, *value;
	const char *name = yaml__pair(y, map, i, &key, &value), *text;
	_free_ char *entry = NULL;
	uint64_t codes[PMC_MAX];
	struct err err;

	if (!name)
		return;
	text = yaml__scalar(y, value, name, "the code of an event, 0x...");
	if (!text)
		return;
	entry = xasprintf("%s=%s", name, text);
	if (strchr(entry, ' ') || pmc__parse_table(entry, codes, &err)) {
		yaml__note(y, pmc_event__find(name) == PMC_NONE ? key : value, "%s",
			   strchr(entry, ' ') ? "an event and its code have no blanks" : err.msg);
		return;
	}
	pmu->codes[pmc_event__find(name)] = codes[pmc_event__find(name)];
}

/* Is it the name of a CPU, such as "0x410fd0c0" or "GenuineIntel-6-85"? */
static bool is_cpu_name(const char *s)
{
	char *end;
	unsigned long long midr;

	if (!str_starts(s, "0x"))
		return str_starts(s, "GenuineIntel-") || str_starts(s, "AuthenticAMD-");
	midr = strtoull(s, &end, 16);
	return !*end && strlen(s) == strlen("0x410fd0c0") &&
	       !(midr & ~(unsigned long long)MIDR_MASK);
}

void core_pmu__read(struct yaml *y, const yaml_node_t *n, struct core_pmu *pmu)
{
	struct section s = { 0 };
	size_t count;

	yaml__read(y, n, "section pmu", fields, &s);
	pmu->source = s.source;
	pmu->cpus = s.cpu;
	for (size_t i = 0; i < s.cpu.n; i++)
		if (!is_cpu_name(s.cpu.v[i]))
			yaml__note(y, n,
				   "'cpu' has '%.64s', expected a MIDR without variant and "
				   "revision (0x410fd0c0) or VENDOR-FAMILY-MODEL",
				   s.cpu.v[i]);
	count = s.events ? yaml__pairs(y, s.events, "events") : 0;
	for (size_t i = 0; i < count; i++)
		read_event(y, s.events, i, pmu);
}

void core_pmu__release(struct core_pmu *pmu)
{
	free(pmu->source);
	strvec__release(&pmu->cpus);
	*pmu = (struct core_pmu){ 0 };
}

/* A "*" is only special at the end of a name, where it stands for all models of a family. */
bool core_pmu__is_for(const struct core_pmu *pmu, const char *cpu)
{
	for (size_t i = 0; i < pmu->cpus.n; i++) {
		const char *p = pmu->cpus.v[i];

		if (streq(p, cpu) || (str_ends(p, "*") && !strncmp(p, cpu, strlen(p) - 1)))
			return true;
	}
	return false;
}

char *core_pmu__table(const struct core_pmu *pmu)
{
	_cleanup_(strvec__release) struct strvec words = { 0 };

	for (unsigned int i = 0; i < PMC_MAX; i++)
		if (pmu->codes[i])
			strvec__pushf(&words, "%s=0x%" PRIx64, pmc_event__name((enum pmc_event)i),
				      pmu->codes[i]);
	return strvec__join(&words, " ");
}

/* Variant and revision are masked out of the MIDR: the events of a core do not depend on them. */
char *core_pmu__cpu(const char *midr, const char *cpuinfo)
{
	_free_ char *vendor = NULL;
	_free_ char *family = NULL;
	_free_ char *model = NULL;
	char *end;

	if (midr) {
		unsigned long long v = strtoull(midr, &end, 16);

		return end == midr ? NULL : xasprintf("0x%08llx", v & MIDR_MASK);
	}
	vendor = env__cpuinfo(cpuinfo, "vendor_id");
	family = env__cpuinfo(cpuinfo, "cpu family");
	model = env__cpuinfo(cpuinfo, "model");
	return vendor && family && model ? xasprintf("%s-%s-%s", vendor, family, model) : NULL;
}

/* This is the name of CPU 0; on big.LITTLE systems other CPUs may differ. */
char *core_pmu__this_cpu(const char *root)
{
	_free_ char *midr_path = xasprintf("%s" MIDR, root);
	_free_ char *info_path = xasprintf("%s" CPUINFO, root);
	_free_ char *midr = NULL;
	_free_ char *info = NULL;

	if (fs__read(midr_path, 64, &midr, NULL) && fs__read(info_path, 1u << 22, &info, NULL))
		return NULL;
	return core_pmu__cpu(midr, info);
}

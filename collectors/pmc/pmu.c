// SPDX-License-Identifier: GPL-2.0-only
/* pmu.c - the PMU in sysfs: its type, and which events its files list. */
#include "collectors/pmc/pmu.h"

#include "lib/fs.h"
#include "lib/units.h"

#include <inttypes.h>
#include <linux/perf_event.h>

#define X86_PMU "cpu"
#define FILE_MAX 4096

int pmc_pmu__parse_event(const char *text, uint64_t *code)
{
	char *end;

	if (!str_starts(text, "event=0x"))
		return -EINVAL;
	errno = 0;
	*code = strtoull(text + 6, &end, 16);
	while (*end == '\n')
		end++;
	return errno || *end || end == text + 8 ? -EINVAL : 0;
}

/* The codes of the events that the kernel's driver shows for this CPU, as "0x...". */
static void read_codes(const char *dir, struct strvec *codes)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };

	(void)fs__names(dir, &names);
	for (size_t i = 0; i < names.n; i++) {
		_free_ char *path = xasprintf("%s/%s", dir, names.v[i]);
		_free_ char *text = NULL;
		uint64_t code;

		if (!fs__read(path, FILE_MAX, &text, NULL) && !pmc_pmu__parse_event(text, &code))
			strvec__pushf(codes, "0x%" PRIx64, code);
	}
}

/* Read the value of perf_event_attr.type for this PMU, which is assigned at boot. */
static bool read_type(const char *root, const char *name, uint32_t *type)
{
	_free_ char *path = xasprintf("%s/%s/type", root, name);
	_free_ char *text = NULL;
	uint64_t v;

	if (fs__read(path, FILE_MAX, &text, NULL))
		return false;
	text[strcspn(text, "\n")] = '\0';
	if (units__u64(text, &v) || v > UINT32_MAX)
		return false;
	*type = (uint32_t)v;
	return true;
}

/* Accept "armv8_pmuv3_0", "armv8_neoverse_n1", "armv9_...", but not the bus and mesh PMUs arm_*. */
static bool is_arm(const char *name)
{
	return str_starts(name, "armv8_") || str_starts(name, "armv9_");
}

/* Take the first PMU by name that has a type; PMUs of other kinds of CPUs (big.LITTLE) are only
 * counted. */
void pmc_pmu__find(const char *root, struct pmc_pmu *pmu)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };

	*pmu = (struct pmc_pmu){ 0 };
	(void)fs__names(root, &names);
	for (size_t i = 0; i < names.n; i++) {
		if (!streq(names.v[i], X86_PMU) && !is_arm(names.v[i]))
			continue;
		if (pmu->name[0]) {
			pmu->others++;
		} else if (read_type(root, names.v[i], &pmu->type)) {
			snprintf(pmu->name, sizeof(pmu->name), "%s", names.v[i]);
			pmu->arm = is_arm(names.v[i]);
		}
	}
	if (pmu->arm) {
		_free_ char *dir = xasprintf("%s/%s/events", root, pmu->name);

		read_codes(dir, &pmu->codes);
	}
}

void pmc_pmu__release(struct pmc_pmu *pmu)
{
	strvec__release(&pmu->codes);
}

#define unsupported(slot, ...) \
	snprintf((slot)->status, sizeof((slot)->status), "unsupported: " __VA_ARGS__)

static bool lists(const struct pmc_pmu *pmu, uint64_t code)
{
	_free_ char *word = xasprintf("0x%" PRIx64, code);

	return strvec__has(&pmu->codes, word);
}

/* sysfs lists the events of the architecture that the CPU has (PMCEID); for others only proof.c can
 * tell. */
static void judge_arm(const struct pmc_pmu *pmu, const uint64_t *codes, struct pmc_slot *slot)
{
	struct pmc_spec *s = &slot->spec;

	s->config = codes[s->event] ? codes[s->event] : pmc_event__code(s->event);
	if (!s->config)
		unsupported(slot, "no table in configs/cores has its number for this CPU");
	else if (!pmc_code__architected(s->config))
		slot->proof = true;
	else if (!lists(pmu, s->config))
		unsupported(slot, "%s/events has no event 0x%" PRIx64 ": the CPU does not count it",
			    pmu->name, s->config);
}

/* Intel and AMD: the kernel itself knows how to count instructions and cycles. */
static void judge_x86(const uint64_t *codes, struct pmc_slot *slot)
{
	struct pmc_spec *s = &slot->spec;

	slot->proof = true;
	s->config = codes[s->event];
	if (s->event == PMC_instructions || s->event == PMC_cycles) {
		s->type = PERF_TYPE_HARDWARE;
		s->config = s->event == PMC_cycles ? PERF_COUNT_HW_CPU_CYCLES :
						     PERF_COUNT_HW_INSTRUCTIONS;
	} else if (!s->config) {
		unsupported(slot, "no table in configs/cores has its number for this CPU");
	}
}

void pmc_pmu__judge(const struct pmc_pmu *pmu, const uint64_t *codes, const char *forbidden,
		    struct pmc_slot *slot)
{
	struct pmc_spec *s = &slot->spec;

	slot->proof = false;
	slot->status[0] = '\0';
	if (pmc_event__software(s->event)) {
		s->type = PERF_TYPE_SOFTWARE;
		s->config = pmc_event__code(s->event);
		return;
	}
	s->type = pmu->type;
	if (forbidden)
		unsupported(slot, "%s", forbidden);
	else if (!pmu->name[0])
		unsupported(slot, "the kernel shows no PMU of the CPUs in " PMC_SYSFS);
	else if (pmu->arm)
		judge_arm(pmu, codes, slot);
	else
		judge_x86(codes, slot);
}

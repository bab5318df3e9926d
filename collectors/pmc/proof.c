// SPDX-License-Identifier: GPL-2.0-only
/*
 * proof.c - runs known work to test counters: an event that can be opened may still always read 0.
 */
#include "collectors/pmc/proof.h"

#include "lib/fs.h"

#include <inttypes.h>
#include <linux/perf_event.h>
#include <sys/mman.h>
#include <unistd.h>

#define PARANOID "/proc/sys/kernel/perf_event_paranoid"
#define DATA_BYTES (64u << 20)
#define CODE_BYTES (32u << 20)
#define TURNS 4
#define SPIN 20000

static volatile unsigned int sink;

static char *map(size_t len)
{
	/* cppcheck-suppress invalidFunctionArg ; -1 says that there is no file */
	return mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* Touch one byte of each page, in an order that no prefetcher follows: the step is coprime to the
 * number of pages. */
static void touch(char *at, size_t len, size_t page)
{
	size_t n = len / page, i = 0;

	for (size_t turn = 0; turn < TURNS * n; turn++, i = (i + 7919) % n)
		at[i * page + (i * 64) % page]++;
}

static void walk_data(size_t page, int advice)
{
	char *at = map(DATA_BYTES);

	if (at == MAP_FAILED)
		return;
	madvise(at, DATA_BYTES, advice);
	touch(at, DATA_BYTES, page);
	munmap(at, DATA_BYTES);
}

/* Call functions that do nothing, each alone on its page. */
static void walk_code(size_t page)
{
#if defined(__aarch64__)
	static const unsigned char back[] = { 0xc0, 0x03, 0x5f, 0xd6 };
#else /* x86_64 */
	static const unsigned char back[] = { 0xc3 };
#endif
	size_t n = CODE_BYTES / page, i = 0;
	char *at = map(CODE_BYTES);

	if (at == MAP_FAILED)
		return;
	madvise(at, CODE_BYTES, MADV_NOHUGEPAGE);
	for (size_t p = 0; p < n; p++)
		memcpy(at + p * page + (p * 64) % page, back, sizeof(back));
	__builtin___clear_cache(at, at + CODE_BYTES);
	if (!mprotect(at, CODE_BYTES, PROT_READ | PROT_EXEC))
		for (size_t turn = 0; turn < TURNS * n; turn++, i = (i + 7919) % n)
			((void (*)(void))(uintptr_t)(at + i * page + (i * 64) % page))();
	munmap(at, CODE_BYTES);
}

/* Work that should make every event of list.h count that the CPU has: more data, in small and in
 * huge pages, and more code than any TLB or cache holds. */
void pmc_proof__work(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	walk_data(page, MADV_NOHUGEPAGE);
	walk_data(page, MADV_HUGEPAGE);
	walk_code(page);
}

/* See perf_event_paranoid in Documentation/admin-guide/sysctl/kernel.rst. Debian and Ubuntu add
 * levels above 2, which forbid everything. */
static const char *level_needed(const struct pmc_slot *slot, const struct pmc_scope *scope)
{
	if (!scope->tree)
		return "counting whole CPUs needs 0 or less";
	return slot->spec.side == PMC_USER ? "counting anything needs 2 or less" :
					     "counting what the kernel does needs 1 or less";
}

/* Turn the error of perf_event_open(2) into a status that says what to change. */
static void set_refused(struct pmc_slot *slot, const struct pmc_scope *scope, int ret)
{
	_free_ char *level = NULL;
	char *s = slot->status;
	size_t n = sizeof(slot->status);

	if ((ret == -EACCES || ret == -EPERM) && !fs__read(PARANOID, 64, &level, NULL))
		snprintf(s, n,
			 "not permitted: kernel.perf_event_paranoid is %.*s; %s there, or "
			 "CAP_PERFMON",
			 (int)strcspn(level, "\n"), level, level_needed(slot, scope));
	else if (ret == -ENOENT || ret == -EOPNOTSUPP || ret == -ENODEV)
		snprintf(s, n, "unsupported: the kernel has no such event on this machine (%s)",
			 strerror(-ret));
	else if (ret == -ENOSYS)
		snprintf(s, n,
			 "unsupported: the kernel has no perf_event_open (CONFIG_PERF_EVENTS)");
	else
		snprintf(s, n, "not counted: perf_event_open: %s", strerror(-ret));
}

/* A software event needs no PMU: if it is refused, the reason is the scope. */
bool pmc_proof__permitted(const struct pmc_scope *scope)
{
	struct pmc_slot slot = {
		.spec = { .event = PMC_page_faults, .side = PMC_ALL, .type = PERF_TYPE_SOFTWARE }
	};
	struct pmc_group g = { .slots = { &slot }, .n = 1 };
	struct pmc_set *set;
	int ret;

	slot.spec.config = pmc_event__code(slot.spec.event);
	ret = pmc_set__open(&g, scope, false, &set);
	pmc_set__close(set);
	return ret != -EACCES && ret != -EPERM;
}

int pmc_proof__count(const struct pmc_spec *spec, void (*work)(void), uint64_t *count)
{
	struct pmc_slot slot = { .spec = *spec };
	struct pmc_group g = { .slots = { &slot }, .n = 1 };
	_free_ struct pmc_reading *r = NULL;
	struct pmc_set *set;
	int ret = pmc_set__open(&g, &(struct pmc_scope){ .self = true }, false, &set);

	*count = 0;
	if (ret)
		return ret;
	pmc_set__start(set);
	work();
	pmc_set__stop(set);
	r = xcalloc(pmc_set__cpus(set), sizeof(*r));
	pmc_set__read(set, r);
	for (size_t i = 0; i < pmc_set__cpus(set); i++)
		*count += r[i].running_ns ? r[i].value : 0;
	pmc_set__close(set);
	return 0;
}

/* Does known work make the event count? */
static bool counts(const struct pmc_slot *slot)
{
	struct pmc_spec both = slot->spec;
	uint64_t n;

	/* Only whether the event exists matters here, so count the work of both sides, if
	 * permitted. */
	if (both.side == PMC_KERNEL)
		both.side = PMC_ALL;
	return !pmc_proof__count(&both, pmc_proof__work, &n) && n;
}

void pmc_proof__slots(struct pmc_slot *slots, size_t n, const struct pmc_scope *scope)
{
	for (size_t i = 0; i < n; i++) {
		struct pmc_slot *slot = &slots[i];
		struct pmc_group g = { .slots = { slot }, .n = 1 };
		struct pmc_set *set;
		int ret;

		if (slot->status[0])
			continue;
		ret = pmc_set__open(&g, scope, false, &set);
		pmc_set__close(set);
		if (ret)
			set_refused(slot, scope, ret);
		else if (slot->proof && !counts(slot))
			snprintf(slot->status, sizeof(slot->status),
				 "unsupported: event 0x%" PRIx64
				 " opens, but known work does not make it count",
				 slot->spec.config);
	}
}

/* Did all counters run as long as they were enabled, on every CPU? If not, they lacked a hardware
 * counter for some of the time. */
static bool ran_throughout(struct pmc_set *set, size_t n)
{
	struct pmc_reading *r = xcalloc(n, sizeof(*r));
	bool all = true;

	pmc_set__read(set, r);
	for (size_t i = 0; i < n; i++)
		all &= r[i].running_ns && r[i].running_ns == r[i].enabled_ns;
	free(r);
	return all;
}

/* Open the groups pinned, let them count for a moment, and check whether each ran all the time:
 * only the times show that a PMU is too small. */
bool pmc_proof__fits(void *arg, const struct pmc_group *g, size_t n)
{
	struct pmc_set **sets = xcalloc(n, sizeof(struct pmc_set *));
	const struct pmc_scope *scope = arg;
	bool fits = true;

	for (size_t i = 0; fits && i < n; i++)
		fits = !pmc_set__open(&g[i], scope, true, &sets[i]);
	for (size_t i = 0; fits && i < n; i++)
		pmc_set__start(sets[i]);
	for (unsigned int i = 0; fits && i < SPIN; i++)
		sink += i;
	for (size_t i = 0; fits && i < n; i++)
		pmc_set__stop(sets[i]);
	for (size_t i = 0; fits && i < n; i++)
		fits = ran_throughout(sets[i], g[i].n * pmc_set__cpus(sets[i]));
	for (size_t i = 0; i < n; i++)
		pmc_set__close(sets[i]);
	free(sets);
	return fits;
}

// SPDX-License-Identifier: GPL-2.0-only
/* pmu.c - check which counters work. That perf_event_open() succeeds proves nothing, as under
 * emulation many events open and read 0, so let each count known work. */
#include "runner/cli/doctor/pmu.h"

#include "collectors/pmc/proof.h"
#include "runner/cli/doctor/line.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SYSCALLS 20000 /* the known work */

/* One hardware event of each kind that collector perf uses, and a software event, which works
 * without a PMU. */
static const struct event {
	const char *name;
	uint32_t type;
	uint64_t config;
} events[] = {
	{ "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES },
	{ "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS },
	{ "dTLB-load-misses", PERF_TYPE_HW_CACHE,
	  PERF_COUNT_HW_CACHE_DTLB | PERF_COUNT_HW_CACHE_OP_READ << 8 |
		  PERF_COUNT_HW_CACHE_RESULT_MISS << 16 },
	{ "task-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK },
};

/* Work on both sides, user space and kernel: getppid() does little but enter the kernel. */
static void enter_kernel(void)
{
	for (int i = 0; i < SYSCALLS; i++)
		syscall(SYS_getppid);
}

/* Count the known work on one side. Returns the count, or -errno if the event cannot be counted. */
static int64_t count(const struct event *e, enum pmc_side side)
{
	struct pmc_spec spec = { PMC_NONE, side, e->type, e->config };
	uint64_t value;
	int ret = pmc_proof__count(&spec, enter_kernel, &value);

	if (ret)
		return ret;
	return value > INT64_MAX ? -EOVERFLOW : (int64_t)value;
}

/* A hardware counter that reads 0 on both sides does not work, except that there may be no TLB
 * misses. */
static void check_counter(const struct event *e)
{
	const char *why = "";
	int64_t user = count(e, PMC_USER), kernel = count(e, PMC_KERNEL);

	if (user == -ENOENT || user == -EOPNOTSUPP || user == -ENODEV)
		why = "this CPU, or the hypervisor, does not have it";
	else if (user == -EACCES || user == -EPERM)
		why = "not allowed, see above";
	else if (user < 0)
		why = strerror((int)-user);
	if (*why)
		doctor__line("note", "counter %s: %s", e->name, why);
	else if (!user && kernel <= 0 && e->type != PERF_TYPE_HW_CACHE)
		doctor__line("note", "counter %s: opens but counts nothing", e->name);
	else if (e->type == PERF_TYPE_SOFTWARE) /* does not distinguish the sides */
		doctor__line("ok", "counter %s: %lld ns in %d system calls", e->name,
			     (long long)user, SYSCALLS);
	else if (kernel < 0)
		doctor__line("note", "counter %s: user space only (the kernel's share: %s)",
			     e->name, strerror((int)-kernel));
	else
		doctor__line("ok",
			     "counter %s: %lld for user space and %lld for the kernel in %d "
			     "system calls",
			     e->name, (long long)user, (long long)kernel, SYSCALLS);
}

void doctor__pmu(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		check_counter(&events[i]);
}

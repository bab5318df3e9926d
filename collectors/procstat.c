// SPDX-License-Identifier: GPL-2.0-only
/* procstat: activity of the CPUs in an iteration, from /proc/stat; in ticks of USER_HZ, which is
 * 100. */
#include "collectors/support/delta.h"

#define COUNTERS(ROW)                                                                             \
	ROW("context_switches", "events", COUNT, "context switches, all CPUs", "/proc/stat",      \
	    "ctxt", 1, 1)                                                                         \
	ROW("forks", "events", COUNT, "processes and threads made", "/proc/stat", "processes", 1, \
	    1)                                                                                    \
	ROW("interrupts", "events", COUNT, "interrupts of all kinds", "/proc/stat", "intr", 1, 1) \
	ROW("cpu.user", "s", TIME, "time in user space, all CPUs", "/proc/stat", "cpu", 1, 0.01)  \
	ROW("cpu.system", "s", TIME, "time in the kernel", "/proc/stat", "cpu", 3, 0.01)          \
	ROW("cpu.idle", "s", TIME, "idle time", "/proc/stat", "cpu", 4, 0.01)                     \
	ROW("cpu.iowait", "s", TIME, "idle time that waited for I/O", "/proc/stat", "cpu", 5,     \
	    0.01)                                                                                 \
	ROW("cpu.softirq", "s", TIME, "time in soft interrupts", "/proc/stat", "cpu", 7, 0.01)    \
	ROW("cpu.steal", "s", TIME, "time that a hypervisor took", "/proc/stat", "cpu", 8, 0.01)

DELTA_COLLECTOR(procstat, "context switches, forks, interrupts, CPU times: /proc/stat", COUNTERS);

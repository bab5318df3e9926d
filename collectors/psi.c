// SPDX-License-Identifier: GPL-2.0-only
/* psi: how long tasks waited in an iteration, from /proc/pressure (microseconds). */
#include "collectors/support/delta.h"

#define COUNTERS(ROW)                                                                              \
	ROW("cpu.some", "us", TIME, "a task waited for a CPU", "/proc/pressure/cpu", "some", 0, 1) \
	ROW("io.some", "us", TIME, "a task waited for I/O", "/proc/pressure/io", "some", 0, 1)     \
	ROW("io.full", "us", TIME, "all tasks waited for I/O", "/proc/pressure/io", "full", 0, 1)  \
	ROW("memory.some", "us", TIME, "a task waited for memory", "/proc/pressure/memory",        \
	    "some", 0, 1)                                                                          \
	ROW("memory.full", "us", TIME, "all tasks waited for memory", "/proc/pressure/memory",     \
	    "full", 0, 1)

DELTA_COLLECTOR(psi, "time lost to shortage of CPU, memory, I/O: PSI", COUNTERS,
		.needs = NEEDS(NEED(.symbol = "PSI", .why = "it reads /proc/pressure")));

// SPDX-License-Identifier: GPL-2.0-only
/* softirqs: soft interrupts in an iteration by kind, from /proc/stat: after the word and the total
 * they are in the order of the kernel's enum (include/linux/interrupt.h). */
#include "collectors/support/delta.h"

#define COUNTERS(ROW)                                                                             \
	ROW("timer", "events", COUNT, "timers", "/proc/stat", "softirq", 3, 1)                    \
	ROW("net_tx", "events", COUNT, "packets sent", "/proc/stat", "softirq", 4, 1)             \
	ROW("net_rx", "events", COUNT, "packets received", "/proc/stat", "softirq", 5, 1)         \
	ROW("block", "events", COUNT, "block I/O done", "/proc/stat", "softirq", 6, 1)            \
	ROW("tasklet", "events", COUNT, "tasklets", "/proc/stat", "softirq", 8, 1)                \
	ROW("sched", "events", COUNT, "load balancing", "/proc/stat", "softirq", 9, 1)            \
	ROW("hrtimer", "events", COUNT, "high-resolution timers", "/proc/stat", "softirq", 10, 1) \
	ROW("rcu", "events", COUNT, "RCU callbacks", "/proc/stat", "softirq", 11, 1)

DELTA_COLLECTOR(softirqs, "soft interrupts by kind: /proc/stat", COUNTERS);

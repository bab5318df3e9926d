/* SPDX-License-Identifier: GPL-2.0-only */
/* thermal_read.h - temperatures of the system, and how often it was throttled. */
#ifndef KDUEL_COLLECTORS_SUPPORT_THERMAL_READ_H
#define KDUEL_COLLECTORS_SUPPORT_THERMAL_READ_H

#include "lib/base.h"

struct thermal {
	bool has_cores, has_packages, has_zones;
	/* Of all CPUs, and of all packages: how often they were throttled since the system was
	 * started, and for how many ms. Linux, Documentation/ABI/testing/sysfs-devices-system-cpu:
	 * x86, Intel's alone. */
	int64_t cores, core_ms, packages, package_ms;
	double hottest; /* degrees Celsius, of all thermal zones */
};

/* Below `root` ("" is the running system). A system may have none of it. */
void thermal__read(const char *root, struct thermal *t);

#endif

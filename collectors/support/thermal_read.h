/* SPDX-License-Identifier: GPL-2.0-only */
/* thermal_read.h - temperatures of the system, and how often it was throttled. */
#ifndef KDUEL_COLLECTORS_SUPPORT_THERMAL_READ_H
#define KDUEL_COLLECTORS_SUPPORT_THERMAL_READ_H

#include "lib/base.h"

struct thermal {
	bool has_cores, has_packages, has_zones;
	/* Sums over all CPUs, and over all packages, since the system was started: how often they
	 * were throttled, and for how many ms. Linux,
	 * Documentation/ABI/testing/sysfs-devices-system-cpu: x86, only from Intel. */
	int64_t cores, core_ms, packages, package_ms;
	double hottest; /* the highest temperature of all thermal zones, in degrees Celsius */
};

/* Read the files below `root` ("": the running system). A system may have none of this. */
void thermal__read(const char *root, struct thermal *t);

#endif

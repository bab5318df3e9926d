// SPDX-License-Identifier: GPL-2.0-only
/*
 * thermal_read.c - reads throttle counts, which are per package or core, so each is counted once,
 * and the temperatures of thermal zones.
 */
#include "collectors/support/thermal_read.h"
#include "collectors/support/sysfs.h"

#define CPUS "/sys/devices/system/cpu"
#define ZONES "/sys/class/thermal"

/* Add a counter of a CPU's thermal_throttle; false: this CPU has none. */
static bool add_count(int64_t *sum, const char *root, const char *cpu, const char *file)
{
	int64_t v;

	if (!sysfs__number(&v, "%s" CPUS "/%s/thermal_throttle/%s", root, cpu, file) || v < 0)
		return false;
	*sum += v;
	return true;
}

/* All CPUs of a package show the package's counts: take those of the first one. */
static void add_package(struct thermal *t, const char *root, const char *cpu, struct strvec *seen)
{
	_free_ char *name = NULL;
	int64_t id;

	if (!sysfs__number(&id, "%s" CPUS "/%s/topology/physical_package_id", root, cpu))
		return;
	name = xasprintf("%lld", (long long)id);
	if (strvec__has(seen, name) ||
	    !add_count(&t->packages, root, cpu, "package_throttle_count"))
		return;
	strvec__push(seen, name);
	t->has_packages = true;
	add_count(&t->package_ms, root, cpu, "package_throttle_total_time_ms");
}

static void read_cpus(const char *root, struct thermal *t)
{
	_free_ char *dir = xasprintf("%s" CPUS, root);
	_cleanup_(strvec__release) struct strvec cpus = { 0 }, packages = { 0 };

	sysfs__numbered(dir, "cpu", &cpus);
	for (size_t i = 0; i < cpus.n; i++) {
		t->has_cores |= add_count(&t->cores, root, cpus.v[i], "core_throttle_count");
		add_count(&t->core_ms, root, cpus.v[i], "core_throttle_total_time_ms");
		add_package(t, root, cpus.v[i], &packages);
	}
}

/* The file temp of a zone is in thousandths of a degree Celsius; some zones cannot be read. */
static void read_zones(const char *root, struct thermal *t)
{
	_free_ char *dir = xasprintf("%s" ZONES, root);
	_cleanup_(strvec__release) struct strvec zones = { 0 };
	int64_t milli;

	sysfs__numbered(dir, "thermal_zone", &zones);
	for (size_t i = 0; i < zones.n; i++) {
		if (!sysfs__number(&milli, "%s/%s/temp", dir, zones.v[i]))
			continue;
		if (!t->has_zones || (double)milli / 1000 > t->hottest)
			t->hottest = (double)milli / 1000;
		t->has_zones = true;
	}
}

void thermal__read(const char *root, struct thermal *t)
{
	*t = (struct thermal){ 0 };
	read_cpus(root, t);
	read_zones(root, t);
}

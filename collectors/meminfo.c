// SPDX-License-Identifier: GPL-2.0-only
/*
 * meminfo: memory after boot. MemTotal is constant once the kernel is up, but the amounts of free
 * memory change while deferred boot work runs. So they are sampled until they are stable or a
 * deadline passes, and a fact says which it was.
 */
#include "collectors/collector.h"
#include "lib/meminfo.h"
#include "lib/clock.h"
#include "lib/fs.h"

#include <time.h>

#define MEMINFO "/proc/meminfo"
#define MEMINFO_MAX (64 * 1024)
#define STABLE_STEPS 3 /* number of successive equal readings that count as stable */

struct field {
	const char *key, *metric;
	bool optional; /* absent in some configurations */
};

static const struct field fields[] = {
	{ "MemTotal", "mem_total", false },
	{ "MemFree", "mem_free", false },
	{ "MemAvailable", "mem_available", false },
	{ "Slab", "slab", false },
	{ "SUnreclaim", "slab_unreclaimable", false },
	{ "PageTables", "page_tables", false },
	{ "KernelStack", "kernel_stack", false },
	{ "VmallocUsed", "vmalloc_used", false },
	{ "Percpu", "percpu", true },
	{ "DirectMap4k", "direct_map_4k", true },
	{ "DirectMap4K", "direct_map_4k", true },
	{ "DirectMap64K", "direct_map_64k", true },
	{ "DirectMap2M", "direct_map_2m", true },
	{ "DirectMap32M", "direct_map_32m", true },
	{ "DirectMap1G", "direct_map_1g", true },
};

static int read_meminfo(struct job *job, char **text)
{
	int ret = fs__read(MEMINFO, MEMINFO_MAX, text, NULL);

	return ret ? job__fail(job, ret, "cannot read %s: %s", MEMINFO, strerror(-ret)) : 0;
}

static int read_free(struct job *job, uint64_t *kb)
{
	_free_ char *text = NULL;
	int ret = read_meminfo(job, &text);

	if (!ret && meminfo__value(text, "MemFree", kb))
		ret = job__fail(job, -EPROTO, "%s has no readable line MemFree", MEMINFO);
	return ret;
}

static void nap(uint64_t ns)
{
	struct timespec ts = { (time_t)(ns / NSEC_PER_SEC), (long)(ns % NSEC_PER_SEC) };

	while (nanosleep(&ts, &ts) < 0 && errno == EINTR)
		;
}

/* Wait until MemFree stays within the tolerance of the first in a row of readings. */
static int settle(struct job *job)
{
	uint64_t begin = clock__ns(), max = job__u64(job, "settle_max");
	uint64_t tolerance = job__u64(job, "settle_tolerance") / 1024, anchor, now;
	unsigned int calm = 0;
	int ret = read_free(job, &anchor);

	while (!ret && calm < STABLE_STEPS && clock__ns() - begin < max) {
		nap(job__u64(job, "settle_interval"));
		ret = read_free(job, &now);
		if (!ret && (now > anchor ? now - anchor : anchor - now) <= tolerance) {
			calm++;
		} else if (!ret) {
			calm = 0;
			anchor = now;
		}
	}
	if (!ret)
		job__fact(job, "meminfo/settled", "%s after %.1f s",
			  calm >= STABLE_STEPS ? "stable" : "deadline",
			  (double)(clock__ns() - begin) / NSEC_PER_SEC);
	return ret;
}

/* A missing line that every kernel has is an error: a missing sample would go unnoticed. */
static int report(struct job *job, const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const struct field *f = &fields[i];
		uint64_t kb;
		int ret = meminfo__value(text, f->key, &kb);

		if (ret == -ENOENT && f->optional)
			continue;
		if (ret)
			return job__fail(job, -EPROTO, "%s: expected a line '%s: N kB', %s",
					 MEMINFO, f->key,
					 ret == -ENOENT ? "there is none" : "it has another form");
		job__sample(job, f->metric, (double)kb);
	}
	return 0;
}

static int collect(struct job *job, enum collect_phase phase __unused)
{
	_free_ char *text = NULL;
	int ret = 0;

	if (job__u64(job, "settle"))
		ret = settle(job);
	else
		job__fact(job, "meminfo/settled", "off");
	if (!ret)
		ret = read_meminfo(job, &text);
	return ret ? ret : report(job, text);
}

#define DIRECT "DirectMap"
#define VMSTAT "/proc/vmstat"

/* Count the blocks of both levels that were split since boot. False: the kernel does not count
 * them. */
static bool count_splits(const char *vmstat, uint64_t *splits)
{
	static const char *const keys[] = { "direct_map_level2_splits ",
					    "direct_map_level3_splits " };
	bool found = false;

	*splits = 0;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *at = strstr(vmstat, keys[i]);

		if (at)
			*splits += strtoull(at + strlen(keys[i]), NULL, 10);
		found |= at != NULL;
	}
	return found;
}

/* Record how the kernel maps memory, if /proc/meminfo says so. If not, it is read only at the first
 * point. */
static int point(struct job *job, size_t index, struct point *at)
{
	static bool silent;
	_free_ char *text = NULL, *vmstat = NULL;
	int ret = index && silent ? 0 : read_meminfo(job, &text);

	if (ret || !text)
		return ret;
	silent = !strstr(text, DIRECT);
	for (size_t i = 0; !silent && i < ARRAY_SIZE(fields); i++) {
		uint64_t kb;

		if (str_starts(fields[i].key, DIRECT) &&
		    !meminfo__value(text, fields[i].key, &kb) && kb < UINT64_MAX / 1024)
			at->v[point__of_leaf(fields[i].key + strlen(DIRECT))] = kb * 1024;
	}
	if (!silent && !fs__read(VMSTAT, MEMINFO_MAX, &vmstat, NULL))
		if (!count_splits(vmstat, &at->v[POINT_SPLITS]))
			at->v[POINT_SPLITS] = POINT_UNKNOWN;
	return 0;
}

static const struct param params[] = {
	PARAM(.name = "settle", .type = PARAM_BOOL, .def = "true",
	      .help = "wait until free memory is stable"),
	PARAM(.name = "settle_interval", .type = PARAM_DURATION, .def = "200ms", .min = 1e6,
	      .max = 10e9, .help = "time between two readings"),
	PARAM(.name = "settle_max", .type = PARAM_DURATION, .def = "5s", .min = 1e6, .max = 50e9,
	      .help = "give up waiting after this time, and say so"),
	PARAM(.name = "settle_tolerance", .type = PARAM_SIZE, .def = "512K", .min = 0, .max = 1e9,
	      .help = "changes of free memory up to this count as stable"),
	{ .name = NULL },
};

#define STATE(metric, way, main, margin, text, ...)                                                \
	METRIC(.name = metric, .unit = "kB", .better = way, .kind = METRIC_STATE, .primary = main, \
	       .per_boot = true, .margin_abs = margin, .resolution = 4, .help = text, __VA_ARGS__)

/* MemTotal is the same at each boot, to the page; the free memory after boot varies by about 2
 * MB. */
static const struct metric metrics[] = {
	STATE("mem_total", BETTER_HIGHER, true, 64, "MemTotal: RAM left after the kernel's own",
	      .deterministic = true),
	STATE("mem_free", BETTER_HIGHER, true, 1024, "MemFree after boot"),
	STATE("mem_available", BETTER_HIGHER, false, 1024, "MemAvailable after boot"),
	STATE("slab", BETTER_LOWER, false, 512, "Slab: all slab caches"),
	STATE("slab_unreclaimable", BETTER_LOWER, false, 512, "SUnreclaim: slab that stays"),
	STATE("page_tables", BETTER_LOWER, false, 64, "PageTables, without those made at boot"),
	STATE("kernel_stack", BETTER_LOWER, false, 128, "KernelStack"),
	STATE("vmalloc_used", BETTER_LOWER, false, 512, "VmallocUsed"),
	STATE("percpu", BETTER_LOWER, false, 64, "Percpu allocator"),
	STATE("direct_map_4k", BETTER_LOWER, false, 1024, "linear map in 4 kB pages"),
	STATE("direct_map_64k", BETTER_HIGHER, false, 1024, "linear map in 64 kB runs"),
	STATE("direct_map_2m", BETTER_HIGHER, false, 4096, "linear map in 2 MB blocks"),
	STATE("direct_map_32m", BETTER_HIGHER, false, 65536, "linear map in 32 MB runs"),
	STATE("direct_map_1g", BETTER_HIGHER, false, 1048576, "linear map in 1 GB blocks"),
	{ .name = NULL },
};

const struct collector col_meminfo = {
	.name = "meminfo",
	.version = 1,
	.summary = "memory after boot, from /proc/meminfo",
	.params = params,
	.metrics = metrics,
	.phases = COLLECT_AFTER_BOOT,
	.max_s = 60,
	.collect = collect,
	.point = point,
};

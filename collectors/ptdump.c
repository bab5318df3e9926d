// SPDX-License-Identifier: GPL-2.0-only
/*
 * ptdump: the kernel's own page tables, after boot and after each workload, if it has
 * kernel_page_tables in debugfs (CONFIG_PTDUMP_DEBUGFS, CONFIG_ARM64_PTDUMP_DEBUGFS). The dump
 * itself is stored, too: `kduel show ID BOOT --text ptdump/boot`.
 */
#include "collectors/ptdump.h"

#include "collectors/support/layout_metrics.h"
#include "collectors/ptdump/parse.h"
#include "lib/fs.h"
#include "workloads/workload.h"

#define DUMP_MAX (64u << 20)

static const struct metric metrics[] = {
	LAYOUT_METRICS,
	{ .name = NULL },
};

static void put_sample(void *job, const char *metric, double value)
{
	job__sample(job, metric, value);
}

/* Report the figures of the linear map; after boot also report, as facts, what no metric shows. */
static int report(struct job *job, bool boot, const char *path, const char *text, size_t len)
{
	_cleanup_(layout__freep) struct layout *l = NULL;
	int ret = ptdump__parse(path, text, len, PTDUMP_GRANULE_AUTO, &l, &job->err);

	if (ret)
		return ret;
	ret = layout_metrics__put(l, boot, put_sample, job);
	if (ret)
		ret = job__fail(job, -EPROTO, "%s: expected a section Linear Mapping, found none",
				path);
	/* One line per section contains what no metric shows. */
	for (size_t i = 0; !ret && boot && i < l->n_sections; i++) {
		_free_ char *key = xasprintf("ptdump/%s", l->sections[i].name);
		_free_ char *line = layout_metrics__line(l, &l->sections[i]);

		job__fact(job, key, "%s", line);
	}
	return ret;
}

#define DUMP "/sys/kernel/debug/kernel_page_tables"

/* A kernel without dumps adds nothing to the point. */
int ptdump__point(struct job *job, const char *path, struct point *at)
{
	_cleanup_(layout__freep) struct layout *l = NULL;
	const struct layout_section *s;
	const struct layout_leaf *leaf;
	_free_ char *text = NULL;
	size_t len;
	int ret = fs__read(path, DUMP_MAX, &text, &len);

	if (ret == -ENOENT || ret == -EACCES || ret == -EPERM)
		return 0;
	if (ret)
		return job__fail(job, ret, "cannot read %s: %s", path, strerror(-ret));
	ret = ptdump__parse(path, text, len, PTDUMP_GRANULE_AUTO, &l, &job->err);
	s = ret ? NULL : layout__find(l, LAYOUT_LINEAR);
	leaf = s ? layout__leaves(l->granule) : NULL;
	for (size_t i = 0; leaf && leaf[i].name; i++) {
		enum point_value value = point__of_leaf(leaf[i].name);

		if (value != POINT_VALUES)
			at->v[value] = s->leaf[i];
	}
	return ret;
}

static int point(struct job *job, size_t index __unused, struct point *at)
{
	return ptdump__point(job, DUMP, at);
}

int ptdump__collect(struct job *job, enum collect_phase phase, const char *path)
{
	bool boot = phase == COLLECT_AFTER_BOOT;
	_free_ char *name = xasprintf("ptdump/%s", boot ? "boot" : job->workload);
	char *text = NULL;
	size_t len;
	int ret;

	/* Dump the state at the end of a workload, once per boot. The workload "boot" does nothing,
	 * and its dump would have the name of the one after boot. */
	if (!boot && (job->iteration + 1 < job->iterations || streq(job->workload, "boot")))
		return 0;
	ret = fs__read(path, DUMP_MAX, &text, &len);
	if (ret == -ENOENT || ret == -EACCES || ret == -EPERM) {
		if (boot)
			job__fact(job, "ptdump/status", "none: %s: %s", path, strerror(-ret));
		return 0;
	}
	if (ret)
		return job__fail(job, ret, "cannot read %s: %s", path, strerror(-ret));
	job__keep(job, name, text, len);
	return report(job, boot, path, text, len);
}

static int collect(struct job *job, enum collect_phase phase)
{
	return ptdump__collect(job, phase, DUMP);
}

const struct collector col_ptdump = {
	.name = "ptdump",
	.version = 1,
	.summary = "how the kernel maps its memory, from its own page-table dump",
	.metrics = metrics,
	.needs = NEEDS(NEED(.symbol = "PTDUMP_DEBUGFS", .wanted = true, .when = NEED_TIMED,
			    .why = "without it nothing is known of how memory is mapped")),
	.phases = COLLECT_AFTER_BOOT | COLLECT_AFTER_ITERATION,
	.max_s = 60,
	.collect = collect,
	.point = point,
};

// SPDX-License-Identifier: GPL-2.0-only
/* memory.c - checks against MemAvailable, or the free space of a file system. */
#include "workloads/support/memory.h"

#include "lib/meminfo.h"
#include "lib/fs.h"
#include "lib/units.h"

#define SLACK (64ull << 20) /* for the system itself while the workload runs */

/* Refuse a workload that does not fit before it starts, as the OOM killer would not tell the
 * reason. */
int memory__need(struct job *job, uint64_t bytes, const char *what, const char *value)
{
	uint64_t need = bytes + SLACK, kb;
	_free_ char *text = NULL;
	char a[32], b[32];
	int ret = fs__read("/proc/meminfo", 64 * 1024, &text, NULL);

	if (!ret)
		ret = meminfo__value(text, "MemAvailable", &kb);
	if (ret)
		return job__fail(job, ret, "cannot read MemAvailable from /proc/meminfo: %s",
				 strerror(-ret));
	if (need >= bytes && kb >= need / 1024)
		return 0;
	return job__fail(job, -ENOMEM,
			 "%s %s needs %s of free memory, %s is available: give the "
			 "guest more memory or lower %s",
			 what, value, units__fmt_size(need, a, sizeof(a)),
			 units__fmt_size(kb * 1024, b, sizeof(b)), what);
}

int memory__room(struct job *job, uint64_t bytes, const char *what, const char *value)
{
	uint64_t left = fs__free_bytes(job->dir);
	char a[32], b[32];

	if (left >= bytes)
		return 0;
	return job__fail(job, -ENOSPC,
			 "%s %s needs %s in %s, %s is free: give the guest more memory or lower %s",
			 what, value, units__fmt_size(bytes, a, sizeof(a)), job->dir,
			 units__fmt_size(left, b, sizeof(b)), what);
}

// SPDX-License-Identifier: GPL-2.0-only
/* privileges.c - measurements that this user may not do, by capabilities(7) and sysctls. */
#include "runner/host/privileges.h"

#include "lib/fs.h"

#include <linux/capability.h>

#define NO_PARANOIA (-1) /* perf_event_paranoid: everything is allowed */

/* `caps` is a mask as in CapEff of /proc/PID/status. */
static bool has_cap(uint64_t caps, unsigned int cap)
{
	return caps >> cap & 1;
}

/* Read a sysctl; `missing` is returned if the kernel does not have it. */
static long sysctl_of(const char *root, const char *name, long missing)
{
	_free_ char *path = xasprintf("%s/proc/sys/kernel/%s", root, name), *text = NULL;

	return fs__read(path, 64, &text, NULL) ? missing : strtol(text, NULL, 10);
}

/* The levels are described in Linux' Documentation/admin-guide/sysctl/kernel.rst. */
static void check_perf(const char *root, uint64_t caps, struct strvec *lacks)
{
	static const char cure[] = "CAP_PERFMON or sysctl kernel.perf_event_paranoid=-1 allows "
				   "them";
	long level = sysctl_of(root, "perf_event_paranoid", NO_PARANOIA);

	if (has_cap(caps, CAP_PERFMON) || has_cap(caps, CAP_SYS_ADMIN))
		return;
	if (level >= 3)
		strvec__pushf(lacks,
			      "no performance counters (kernel.perf_event_paranoid is %ld): %s",
			      level, cure);
	else if (level == 2)
		strvec__pushf(lacks,
			      "no counters of whole CPUs or of the kernel, only of "
			      "own processes in user space (kernel.perf_event_paranoid is 2): %s",
			      cure);
	else if (level == 1)
		strvec__pushf(lacks,
			      "no counters of whole CPUs, only of own processes "
			      "(kernel.perf_event_paranoid is 1): %s",
			      cure);
}

void privileges__lacks(const char *root, struct strvec *lacks)
{
	static const char key[] = "CapEff:"; /* in hexadecimal */
	_free_ char *path = xasprintf("%s/proc/self/status", root), *text = NULL;
	const char *at = fs__read(path, 1u << 16, &text, NULL) ? NULL : strstr(text, key);
	uint64_t caps = at ? strtoull(at + sizeof(key) - 1, NULL, 16) : 0;

	check_perf(root, caps, lacks);
	if (!has_cap(caps, CAP_SYSLOG) && sysctl_of(root, "dmesg_restrict", 0))
		strvec__push(lacks,
			     "no kernel log, so warnings of the kernel go unnoticed: "
			     "CAP_SYSLOG or sysctl kernel.dmesg_restrict=0 allows reading it");
	if (!has_cap(caps, CAP_DAC_OVERRIDE) && !has_cap(caps, CAP_DAC_READ_SEARCH))
		strvec__push(lacks, "no page-table dump (debugfs): root or CAP_DAC_READ_SEARCH "
				    "is needed");
	if (!has_cap(caps, CAP_SYS_ADMIN))
		strvec__push(lacks,
			     "no workloads that mount, swap or create devices: root is needed");
}

// SPDX-License-Identifier: GPL-2.0-only
/* limits.c - open files and CPUs of this process. */
#include "workloads/support/limits.h"

#include <dirent.h>
#include <sched.h>
#include <sys/resource.h>

#define SPARE 64

/* Also counts ".", ".." and the directory itself, which does no harm. */
static rlim_t open_now(void)
{
	DIR *d = opendir("/proc/self/fd");
	rlim_t n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

int limits__files(uint64_t n, struct err *err)
{
	rlim_t want = open_now() + n + SPARE;
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) < 0)
		return err__set(err, -errno, "getrlimit: %s", strerror(errno));
	if (rl.rlim_cur >= want)
		return 0;
	rl.rlim_cur = want;
	if (rl.rlim_max < want)
		rl.rlim_max = want; /* allowed for root */
	if (setrlimit(RLIMIT_NOFILE, &rl) < 0)
		return err__set(err, -errno,
				"%llu more open files are needed than is allowed here: "
				"raise the limit (ulimit -n) or lower the size",
				(unsigned long long)n);
	return 0;
}

unsigned int limits__cpus(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) < 0 ? 1 : (unsigned int)CPU_COUNT(&set);
}
